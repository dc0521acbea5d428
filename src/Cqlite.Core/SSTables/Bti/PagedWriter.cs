using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>Appends to a file and knows its pages. Bytes are gathered before they are written.</summary>
/// <remarks>Source of the page rules: org/apache/cassandra/io/util/PageAware.java.</remarks>
internal sealed class PagedWriter(IWritableFile file)
{
    private const int FlushBytes = 64 * 1024;

    private readonly BufferWriter _buffer = new(FlushBytes + PageCache.PageBytes);

    /// <summary>Offset of the next byte.</summary>
    public long Position => file.Position + _buffer.Length;

    /// <summary>Bytes to the end of the page; a whole page at its beginning.</summary>
    public int BytesLeftInPage => PageCache.PageBytes - (int)(Position & (PageCache.PageBytes - 1));

    /// <summary>A buffer to append to; to be asked for again before each piece.</summary>
    public BufferWriter Next()
    {
        if (_buffer.Length >= FlushBytes)
            Flush();
        return _buffer;
    }

    /// <summary>Appends zeros to the end of the page; nothing at a page's beginning.</summary>
    public void PadPage()
    {
        int bytes = BytesLeftInPage;
        if (bytes == PageCache.PageBytes)
            return;
        BufferWriter output = Next();
        output.GetSpan(bytes)[..bytes].Clear();
        output.Advance(bytes);
    }

    /// <summary>Hands what is gathered to the file.</summary>
    public void Flush()
    {
        file.Write(_buffer.WrittenSpan);
        _buffer.Clear();
    }
}
