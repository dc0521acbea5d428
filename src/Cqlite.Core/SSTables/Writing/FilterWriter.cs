using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Gathers keys for Filter.db. Where the number of keys is foretold the filter is filled at once; else hashes are kept, on disk
/// where they are many, until the number is known, so that the filter is neither too small nor too large.
/// </summary>
internal sealed class FilterWriter : IDisposable
{
    private const int HashBytes = 16;
    private const int LimitBytes = 1 << 20;
    private readonly BloomFilterShape _shape;
    private readonly SpillBuffer? _hashes;
    private BloomFilterBuilder? _filter;

    /// <summary>Creates a writer.</summary>
    /// <param name="files">Where hashes are kept meanwhile.</param>
    /// <param name="temporaryPath">The file for that.</param>
    /// <param name="rate">Wanted rate of false positives.</param>
    /// <param name="expectedKeyCount">The number of keys to make the filter for; null for as many as there will be.</param>
    public FilterWriter(IFileSystem files, string temporaryPath, double rate, long? expectedKeyCount)
    {
        _shape = BloomFilterShape.For(rate);
        if (expectedKeyCount is { } count)
            _filter = new BloomFilterBuilder(_shape, count);
        else
            _hashes = new SpillBuffer(files, temporaryPath, LimitBytes);
    }

    /// <summary>Adds a key.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        Murmur3.Hash128(key, 0, out ulong first, out ulong second);
        if (_filter is not null)
        {
            _filter.Add(first, second);
            return;
        }

        _hashes!.Memory.WriteInt64((long)first);
        _hashes.Memory.WriteInt64((long)second);
        _hashes.Trim();
    }

    /// <summary>Writes Filter.db.</summary>
    public void Write(IWritableFile file)
    {
        if (_filter is null)
        {
            BloomFilterBuilder filter = new(_shape, _hashes!.Length / HashBytes);
            _hashes.Replay(HashBytes, hashes =>
            {
                for (; !hashes.IsEmpty; hashes = hashes[HashBytes..])
                    filter.Add(BinaryPrimitives.ReadUInt64BigEndian(hashes), BinaryPrimitives.ReadUInt64BigEndian(hashes[sizeof(ulong)..]));
            });
            _hashes.Clear();
            _filter = filter;
        }

        BufferWriter head = new(16);
        _filter.WriteHead(head);
        file.Write(head.WrittenSpan);
        file.Write(_filter.Bits);
    }

    /// <inheritdoc/>
    public void Dispose() => _hashes?.Dispose();
}
