using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables;

/// <summary>
/// A file as a row of chunks of equal length (the last may be shorter), each of which is checked and decompressed as a
/// whole. Positions are those of the uncompressed data. One instance serves all threads.
/// </summary>
internal abstract class DataFile : IDisposable
{
    private static long _lastId;

    /// <summary>Wraps an open file, which it will dispose of.</summary>
    protected DataFile(IReadableFile file) => File = file;

    /// <summary>Tells this file's chunks apart from others' in a cache.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>Path, for errors.</summary>
    public string Path => File.Path;

    /// <summary>Length of the uncompressed data.</summary>
    public abstract long Length { get; }

    /// <summary>Length of the file as it is stored, in bytes.</summary>
    public long StoredLength => File.Length;

    /// <summary>Length of each chunk but the last, a power of two.</summary>
    public abstract int ChunkLength { get; }

    /// <summary>Number of chunks.</summary>
    public int ChunkCount => (int)((Length + ChunkLength - 1) / ChunkLength);

    /// <summary>The file as it is stored.</summary>
    protected IReadableFile File { get; }

    /// <summary>Length of a chunk.</summary>
    public int LengthOf(int chunk) => (int)Math.Min(ChunkLength, Length - ((long)chunk * ChunkLength));

    /// <summary>Reads a chunk.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="destination">Where it goes: <see cref="LengthOf"/> bytes.</param>
    /// <param name="input">Stored bytes read ahead, and where to put more of them.</param>
    public abstract void ReadChunk(int chunk, Span<byte> destination, ChunkInput input);

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    /// <summary>Whether a checksum is looked at this time.</summary>
    protected static bool Checks(double chance) => chance >= 1 || (chance > 0 && Random.Shared.NextDouble() < chance);
}

/// <summary>A file whose chunks are compressed.</summary>
/// <remarks>
/// <code>
/// chunk 0       compressed bytes (or the data itself where those are not shorter than max_compressed_length)
/// int           CRC-32 of these bytes, as stored
/// chunk 1 ...
/// </code>
/// Source: org/apache/cassandra/io/util/CompressedChunkReader.java, io/compress/CompressedSequentialWriter.java.
/// </remarks>
internal sealed class CompressedDataFile : DataFile
{
    private const int ChecksumLength = 4;
    private readonly CompressionInfo _info;
    private readonly double _crcCheckChance;

    /// <summary>Opens over a file that is already open, checking that the chunks lie in it.</summary>
    public CompressedDataFile(IReadableFile file, CompressionInfo info, double crcCheckChance)
        : base(file)
    {
        _info = info;
        _crcCheckChance = crcCheckChance;
        if (info.ChunkCount > ChunkCount)
            ReadChunk(ChunkCount, default, new ChunkInput());
    }

    /// <inheritdoc/>
    public override long Length => _info.DataLength;

    /// <inheritdoc/>
    public override int ChunkLength => _info.ChunkLength;

    /// <inheritdoc/>
    public override void ReadChunk(int chunk, Span<byte> destination, ChunkInput input)
    {
        long offset = _info.OffsetOf(chunk);
        long storedLength = _info.EndOf(chunk, File.Length) - offset - ChecksumLength;
        if (storedLength < 0 || (storedLength == 0 && destination.Length > 0) || offset + storedLength + ChecksumLength > File.Length)
        {
            throw Corrupt(chunk, offset + storedLength + ChecksumLength > File.Length
                ? $"begins at {offset:N0} of {File.Length:N0} stored bytes and needs {storedLength + ChecksumLength:N0}: the file is truncated"
                : $"has a stored length of {storedLength:N0} bytes");
        }

        // What no compressor makes of that much data is not worth memory; Snappy grows most, by a sixth.
        bool isStoredPlain = storedLength >= _info.MaxCompressedLength;
        if (storedLength > (isStoredPlain ? Math.Max(destination.Length, _info.MaxCompressedLength) : ChunkLength + (ChunkLength / 6) + 1024L))
            throw Corrupt(chunk, $"has a stored length of {storedLength:N0} bytes for {destination.Length:N0} bytes of data");

        ReadOnlySpan<byte> stored = input.Read(File, offset, (int)storedLength + ChecksumLength);
        ReadOnlySpan<byte> payload = stored[..(int)storedLength];
        if (Checks(_crcCheckChance))
        {
            uint expected = BinaryPrimitives.ReadUInt32BigEndian(stored[(int)storedLength..]);
            uint actual = Crc32.Compute(payload);
            if (actual != expected)
                throw Corrupt(chunk, $"has the checksum {expected:x8}, but its bytes make {actual:x8}");
        }

        if (isStoredPlain)
        {
            // The end of the last chunk may be padding, which brings it to the length that marks it as not compressed.
            if (payload.Length < destination.Length)
                throw Corrupt(chunk, $"holds {payload.Length:N0} bytes; {destination.Length:N0} are expected");
            payload[..destination.Length].CopyTo(destination);
            return;
        }

        int produced = payload.IsEmpty ? 0 : _info.Compressor.Decompress(payload, destination);
        if (produced < 0)
            throw Corrupt(chunk, $"does not decompress with {_info.CompressorName}: {Compression.DecompressionFailure.Describe(produced)}");
        if (produced != destination.Length)
            throw Corrupt(chunk, $"decompresses to {produced:N0} bytes; {destination.Length:N0} are expected");
    }

    private CorruptDataException Corrupt(int chunk, string problem) =>
        new(Path, (long)chunk * ChunkLength, $"chunk {chunk:N0} (stored at byte {_info.OffsetOf(chunk):N0}) {problem}.");
}

/// <summary>A file that is not compressed, with CRC.db's checksums where there are such.</summary>
/// <remarks>
/// <code>
/// CRC.db: int             length of the parts that are checked (64 KiB)
///         int * parts     CRC-32 of each part of Data.db
/// </code>
/// Source: org/apache/cassandra/io/util/{DataIntegrityMetadata,ChecksummedSequentialWriter}.java.
/// </remarks>
internal sealed class PlainDataFile : DataFile
{
    private const int DefaultPartLength = 64 * 1024;
    private readonly uint[]? _checksums;
    private readonly string? _checksumFile;
    private readonly double _crcCheckChance;

    private PlainDataFile(IReadableFile file, int chunkLength, uint[]? checksums, string? checksumFile, double crcCheckChance)
        : base(file)
    {
        ChunkLength = chunkLength;
        _checksums = checksums;
        _checksumFile = checksumFile;
        _crcCheckChance = crcCheckChance;
    }

    /// <inheritdoc/>
    public override long Length => File.Length;

    /// <inheritdoc/>
    public override int ChunkLength { get; }

    /// <summary>Opens a file in pages of a power of two, without checksums: an index component.</summary>
    public static PlainDataFile OpenPages(IReadableFile file, int pageLength) => new(file, pageLength, null, null, 0);

    /// <summary>Opens an uncompressed Data.db.</summary>
    /// <param name="files">Where CRC.db is read from.</param>
    /// <param name="file">Data.db, open.</param>
    /// <param name="checksumFile">CRC.db; null where there is none.</param>
    /// <param name="crcCheckChance">How often a part is checked against it.</param>
    public static PlainDataFile Open(IFileSystem files, IReadableFile file, string? checksumFile, double crcCheckChance)
    {
        if (checksumFile is null)
            return OpenPages(file, DefaultPartLength);

        byte[] content = files.ReadAll(checksumFile, int.MaxValue - 64);
        if (content.Length == 0)
            throw new CorruptDataException(checksumFile, -1, "is empty.");
        SpanReader reader = new(content, checksumFile);
        int partLength = reader.ReadInt32();
        if (partLength <= 0 || (partLength & (partLength - 1)) != 0)
            throw new CorruptDataException(checksumFile, 0, $"a part length of {partLength:N0} bytes is not a power of two.");
        long parts = (file.Length + partLength - 1) / partLength;

        // Compaction ends with the checksum of an empty part, behind those of the others.
        if (reader.Remaining < parts * sizeof(uint))
        {
            throw new CorruptDataException(
                checksumFile,
                reader.Offset,
                $"{reader.Remaining:N0} bytes of checksums are not those of {parts:N0} parts of {partLength:N0} bytes.");
        }

        uint[] checksums = new uint[parts];
        for (int i = 0; i < checksums.Length; i++)
            checksums[i] = reader.ReadUInt32();
        return new PlainDataFile(file, partLength, checksums, checksumFile, crcCheckChance);
    }

    /// <inheritdoc/>
    public override void ReadChunk(int chunk, Span<byte> destination, ChunkInput input)
    {
        long offset = (long)chunk * ChunkLength;
        File.ReadExactly(offset, destination);
        if (_checksums is null || !Checks(_crcCheckChance))
            return;

        uint actual = Crc32.Compute(destination);
        if (actual != _checksums[chunk])
        {
            throw new CorruptDataException(
                Path,
                offset,
                $"the {destination.Length:N0} bytes from here make the checksum {actual:x8}, but '{System.IO.Path.GetFileName(_checksumFile)}' says {_checksums[chunk]:x8}.");
        }
    }
}

/// <summary>
/// The stored bytes that one reader has fetched: one chunk for point reads, many at a time for scans. Belongs to one
/// reader at a time.
/// </summary>
internal sealed class ChunkInput
{
    private byte[] _buffer = [];
    private IReadableFile? _file;
    private long _start;
    private int _length;

    /// <summary>How many bytes are fetched at once at least; 0 for no more than is asked for.</summary>
    public int ReadAheadBytes { get; set; }

    /// <summary>Forgets what was fetched, keeping the memory.</summary>
    public void Reset()
    {
        _file = null;
        _length = 0;
        ReadAheadBytes = 0;
    }

    /// <summary>Bytes of a file; valid until the next call. The caller has checked that the file has them.</summary>
    public ReadOnlySpan<byte> Read(IReadableFile file, long offset, int lengthBytes)
    {
        if (!ReferenceEquals(file, _file) || offset < _start || offset + lengthBytes > _start + _length)
            Fetch(file, offset, lengthBytes);
        return _buffer.AsSpan((int)(offset - _start), lengthBytes);
    }

    private void Fetch(IReadableFile file, long offset, int lengthBytes)
    {
        int wanted = (int)Math.Min(Math.Max(lengthBytes, ReadAheadBytes), file.Length - offset);
        if (_buffer.Length < wanted)
            _buffer = GC.AllocateUninitializedArray<byte>(wanted);
        _file = null;
        file.ReadExactly(offset, _buffer.AsSpan(0, wanted));
        _file = file;
        _start = offset;
        _length = wanted;
    }
}
