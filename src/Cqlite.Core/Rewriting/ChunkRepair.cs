using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Checks compressed data chunk by chunk. Each chunk is followed by its CRC-32, so that its end can be found without CompressionInfo.db: it is where the
/// checksum of what was passed comes next. A single wrong bit is put right; a chunk that stays wrong is left to the reader to stumble over.
/// </summary>
internal sealed class ChunkRepair
{
    private const int ChecksumLength = 4;
    private const int LargestGuessedChunk = 1 << 20;
    private static readonly string[] s_compressors = ["LZ4Compressor", "SnappyCompressor", "ZstdCompressor", "DeflateCompressor"];
    private readonly RepairedFileSystem _files;
    private readonly SSTableDescriptor _descriptor;
    private readonly List<ScrubRepair> _repairs;
    private readonly string _infoPath;
    private readonly string _dataPath;
    private readonly List<long> _offsets = [];
    private readonly CompressionInfo? _info;
    private byte[] _buffer = [];
    private bool _differs;
    private bool _lastHolds;

    private ChunkRepair(RepairedFileSystem files, SSTableDescriptor descriptor, List<ScrubRepair> repairs)
    {
        _files = files;
        _descriptor = descriptor;
        _repairs = repairs;
        _infoPath = descriptor.PathOf(SSTableComponent.CompressionInfo);
        _dataPath = descriptor.PathOf(SSTableComponent.Data);
        _info = ReadInfo();
    }

    /// <summary>Checks every chunk; returns false where the data is not compressed as far as anyone can tell.</summary>
    public static bool Run(RepairedFileSystem files, SSTableDescriptor descriptor, List<ScrubRepair> repairs, CancellationToken cancellation)
    {
        ChunkRepair repair = new(files, descriptor, repairs);
        using IReadableFile data = files.OpenRead(repair._dataPath);
        if (repair._info is null && !repair.CanBeGuessed(data))
            return false;
        repair.FindChunks(data, cancellation);
        repair.Conclude();
        return true;
    }

    private CompressionInfo? ReadInfo()
    {
        if (!_files.FileExists(_infoPath))
            return null;
        try
        {
            return CompressionInfo.Read(_files, _infoPath, _descriptor.Version);
        }
        catch (CorruptDataException)
        {
            return null;
        }
        catch (UnsupportedFormatException)
        {
            return null;
        }
    }

    private bool CanBeGuessed(IReadableFile data) => data.Length > ChecksumLength && FindEnd(data, 0, LargestStored(LargestGuessedChunk)) >= 0;

    private static long LargestStored(int chunkLength) => chunkLength + (chunkLength / 6) + 1024L;

    private void FindChunks(IReadableFile data, CancellationToken cancellation)
    {
        long position = 0;
        long largest = LargestStored(_info?.ChunkLength ?? LargestGuessedChunk);
        int limit = _info?.ChunkCount ?? int.MaxValue;
        while (position < data.Length && _offsets.Count < limit)
        {
            cancellation.ThrowIfCancellationRequested();
            int chunk = _offsets.Count;
            _differs |= _info is not null && _info.OffsetOf(chunk) != position;
            _offsets.Add(position);
            long told = _info?.EndOf(chunk, data.Length) ?? -1;
            long end = told > position + ChecksumLength && told <= data.Length && told - position <= largest + ChecksumLength ? told : -1;
            _lastHolds = true;
            if (end >= 0 && (Holds(data, position, end) || Corrects(data, position, end)))
            {
                position = end;
                continue;
            }

            long found = FindEnd(data, position, largest);
            if (found >= 0)
            {
                _differs |= found != told;
                position = found;
                continue;
            }

            _lastHolds = false;
            if (told <= position || told > data.Length)
                break;
            position = told;
        }

        if (position < data.Length && _lastHolds)
            _repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, position, $"{data.Length - position:N0} bytes follow the last chunk; they were passed over."));
    }

    /// <summary>Replaces CompressionInfo.db by what was found where it is missing or wrong.</summary>
    private void Conclude()
    {
        using IReadableFile data = _files.OpenRead(_dataPath);
        if (_info is { } info)
        {
            // Of chunks that the file no longer has, the offsets stand; reading them fails.
            long length = info.DataLength;
            if (_lastHolds && _offsets.Count == info.ChunkCount && Produce(data, info.Compressor, _offsets.Count - 1, info.ChunkLength, info.MaxCompressedLength) is var produced and > 0)
                length = ((long)(_offsets.Count - 1) * info.ChunkLength) + produced;
            bool trails = _lastHolds && _offsets.Count == info.ChunkCount && FindEnd(data, _offsets[^1], LargestStored(info.ChunkLength)) < data.Length;
            if (trails)
                _repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, -1, "bytes follow the last chunk; they were passed over."));
            if (!_differs && length == info.DataLength && !trails)
                return;
            for (int i = _offsets.Count; i < info.ChunkCount; i++)
                _offsets.Add(info.OffsetOf(i));
            Replace(data, info.CompressorName, info.Options, info.ChunkLength, info.MaxCompressedLength, length);
            return;
        }

        foreach (string name in s_compressors)
        {
            if (!CompressorFactory.TryCreate(name, null, out Compressor? compressor, out _))
                continue;
            int first = Produce(data, compressor, 0, LargestGuessedChunk, int.MaxValue);
            int last = Produce(data, compressor, _offsets.Count - 1, LargestGuessedChunk, int.MaxValue);
            int chunkLength = _offsets.Count == 1 ? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(first, 1024)) : first;
            if (first <= 0 || last < 0 || last > chunkLength || !BitOperations.IsPow2(chunkLength))
                continue;
            if (last == 0)
                _offsets.RemoveAt(_offsets.Count - 1);
            Replace(data, name, new Dictionary<string, string>(), chunkLength, int.MaxValue, ((long)(_offsets.Count - 1) * chunkLength) + (last == 0 ? chunkLength : last));
            return;
        }
    }

    private void Replace(IReadableFile data, string name, IReadOnlyDictionary<string, string> options, int chunkLength, int maxCompressedLength, long length)
    {
        // The reader takes the last chunk to reach to the file's end, so bytes behind it become a chunk of their own that nobody reads.
        List<long> offsets = [.. _offsets];
        long end = _lastHolds ? FindEnd(data, _offsets[^1], LargestStored(chunkLength)) : -1;
        if (end > 0 && end < data.Length)
            _files.Truncate(_dataPath, end);
        BufferWriter output = new();
        if (_descriptor.Version.HasMaxCompressedLength)
        {
            CompressionInfo.Write(output, name, options, chunkLength, maxCompressedLength, length, offsets.ToArray());
        }
        else
        {
            BufferWriter whole = new();
            CompressionInfo.Write(whole, name, options, chunkLength, maxCompressedLength, length, offsets.ToArray());
            int head = whole.Length - (offsets.Count * sizeof(long)) - sizeof(int) - sizeof(long) - sizeof(int);
            output.Write(whole.WrittenSpan[..head]);
            output.Write(whole.WrittenSpan[(head + sizeof(int))..]);
        }

        _files.Replace(_infoPath, output.ToArray());
        _repairs.Add(new ScrubRepair(SSTableComponent.CompressionInfo.Name, -1, $"it is missing or does not fit the data; made anew from {offsets.Count:N0} chunks of {name}, found by their checksums."));
    }

    private ReadOnlySpan<byte> Read(IReadableFile data, long start, long end)
    {
        int length = (int)(end - start);
        if (_buffer.Length < length)
            _buffer = new byte[length];
        data.ReadExactly(start, _buffer.AsSpan(0, length));
        return _buffer.AsSpan(0, length);
    }

    private bool Holds(IReadableFile data, long start, long end)
    {
        ReadOnlySpan<byte> stored = Read(data, start, end);
        return Crc32.Compute(stored[..^ChecksumLength]) == BinaryPrimitives.ReadUInt32BigEndian(stored[^ChecksumLength..]);
    }

    private bool Corrects(IReadableFile data, long start, long end)
    {
        ReadOnlySpan<byte> stored = Read(data, start, end);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(stored[^ChecksumLength..]);
        ReadOnlySpan<byte> payload = stored[..^ChecksumLength];
        if (BitCorrection.Find(payload, expected) is not { } wrong)
            return false;
        if (wrong.Mask == 0)
        {
            uint difference = Crc32.Compute(payload) ^ expected;
            int bit = BitOperations.TrailingZeroCount(difference);
            _files.Flip(_dataPath, end - 1 - (bit / 8), (byte)(1 << (bit % 8)));
            _repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, end - ChecksumLength, "one bit of a chunk's checksum was wrong."));
        }
        else
        {
            _files.Flip(_dataPath, start + wrong.Offset, wrong.Mask);
            _repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, start + wrong.Offset, $"bit {wrong.Mask:x2} was wrong; it was put right by the chunk's checksum."));
        }

        return true;
    }

    /// <summary>Where the chunk that begins at a position ends, checksum included, by that checksum alone; -1 where none is found.</summary>
    private long FindEnd(IReadableFile data, long start, long largest)
    {
        long limit = Math.Min(data.Length, start + largest + ChecksumLength);
        ReadOnlySpan<byte> bytes = Read(data, start, limit);
        uint crc = 0;
        for (int length = 1; length + ChecksumLength <= bytes.Length; length++)
        {
            crc = Crc32.Update(crc, bytes.Slice(length - 1, 1));
            if (BinaryPrimitives.ReadUInt32BigEndian(bytes[length..]) == crc)
                return start + length + ChecksumLength;
        }

        return -1;
    }

    private int Produce(IReadableFile data, Compressor compressor, int chunk, int chunkLength, int maxCompressedLength)
    {
        long end = chunk + 1 < _offsets.Count ? _offsets[chunk + 1] : FindEnd(data, _offsets[chunk], LargestStored(chunkLength));
        if (end <= _offsets[chunk] + ChecksumLength)
            return end == _offsets[chunk] + ChecksumLength ? 0 : -1;
        byte[] stored = Read(data, _offsets[chunk], end).ToArray();
        int storedLength = stored.Length - ChecksumLength;
        return storedLength >= maxCompressedLength ? -1 : compressor.Decompress(stored.AsSpan(0, storedLength), new byte[chunkLength]);
    }
}
