using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>A file read through a <see cref="PageCache"/>: what was read lately costs neither input nor memory.</summary>
internal sealed class PagedFile : IDisposable
{
    private static long s_lastId;

    private readonly IReadableFile _file;
    private readonly PageCache _cache;

    /// <summary>Takes over a file.</summary>
    public PagedFile(IReadableFile file, PageCache cache)
    {
        _file = file;
        _cache = cache;
        Length = file.Length;
        Id = Interlocked.Increment(ref s_lastId);
    }

    /// <summary>Tells files apart in the cache; never used again for another file.</summary>
    public long Id { get; }

    /// <summary>The path, for errors.</summary>
    public string Path => _file.Path;

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <summary>The page with that number, which must be within the file.</summary>
    public byte[] GetPage(long number) => _cache.Get(this, number);

    /// <summary>Fills the destination from an offset, across pages.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> here = GetPage(offset >> PageCache.PageShift).AsSpan((int)(offset & (PageCache.PageBytes - 1)));
            here = here[..Math.Min(here.Length, destination.Length)];
            here.CopyTo(destination);
            destination = destination[here.Length..];
            offset += here.Length;
        }
    }

    /// <summary>Whether the file has these bytes at an offset; false also where it ends before.</summary>
    public bool HasAt(long offset, ReadOnlySpan<byte> expected)
    {
        if (offset < 0 || offset > Length - expected.Length)
            return false;
        while (!expected.IsEmpty)
        {
            ReadOnlySpan<byte> here = GetPage(offset >> PageCache.PageShift).AsSpan((int)(offset & (PageCache.PageBytes - 1)));
            here = here[..Math.Min(here.Length, expected.Length)];
            if (!expected.StartsWith(here))
                return false;
            expected = expected[here.Length..];
            offset += here.Length;
        }

        return true;
    }

    /// <summary>Checks that a range of bytes is within the file.</summary>
    public void Check(long offset, int lengthBytes)
    {
        if (offset < 0 || offset > Length - lengthBytes)
            throw new CorruptDataException(Path, offset, $"needs {lengthBytes:N0} bytes at an offset that a file of {Length:N0} bytes does not have.");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads a page from the file itself.</summary>
    internal byte[] ReadPage(long number)
    {
        long offset = number << PageCache.PageShift;
        byte[] page = new byte[Math.Min(PageCache.PageBytes, Length - offset)];
        _file.ReadExactly(offset, page);
        return page;
    }
}
