using System.Buffers;
using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Writes Data.db from bytes that are appended to a buffer, chunk by chunk as they fill up, with the checksums of chunks and the
/// digest of the whole.
/// </summary>
/// <remarks>The bytes are drawn on <see cref="CompressedDataFile"/>, <see cref="PlainDataFile"/> and <see cref="CompressionInfo"/>.</remarks>
internal abstract class DataWriter : IDisposable
{
    /// <summary>How much is written at once, at multiples of its length: the system keeps large aligned pieces as such, which costs it half of what small ones do.</summary>
    private const int WriteBytes = 256 * 1024;

    private readonly IWritableFile _file;
    private readonly BufferWriter _output;
    private readonly byte[] _rented;
    private readonly int _drainBytes;
    private long _drained;
    private bool _isDisposed;

    /// <summary>Creates a writer.</summary>
    /// <param name="file">Data.db, empty; it becomes the writer's.</param>
    /// <param name="chunkLength">Length of a chunk in bytes.</param>
    protected DataWriter(IWritableFile file, int chunkLength)
    {
        _file = file;

        // A large object would outlive its writer for long, and a sort writes hundreds of SSTables one after the other.
        _rented = ArrayPool<byte>.Shared.Rent(2 * WriteBytes);
        _output = new BufferWriter(_rented);
        ChunkLength = chunkLength;

        // Several chunks at once, so that what is left of the last one is moved to the front seldom.
        _drainBytes = Math.Max(chunkLength, Math.Min(64 * 1024, 8 * chunkLength));
        Buffer = new BufferWriter(_drainBytes + 4096);
    }

    /// <summary>Receives the data; <see cref="Drain"/> is called after each piece.</summary>
    public BufferWriter Buffer { get; }

    /// <summary>Bytes of data so far.</summary>
    public long Position => _drained + Buffer.Length;

    /// <summary>Bytes that the file will have of the chunks that are full.</summary>
    public long StoredBytes => _file.Position + _output.Length;

    /// <summary>CRC-32 of the whole file as it is stored.</summary>
    public uint Digest { get; protected set; }

    /// <summary>Length of a chunk.</summary>
    protected int ChunkLength { get; }

    /// <summary>Stored bytes that are not in the file yet.</summary>
    protected BufferWriter Output => _output;

    /// <summary>Writes chunks that are full, when there are enough of them.</summary>
    public void Drain()
    {
        if (Buffer.Length >= _drainBytes)
            DrainChunks();
    }

    /// <summary>Writes what is left and syncs the file.</summary>
    public virtual void Complete()
    {
        DrainChunks();
        if (Buffer.Length > 0)
        {
            WriteChunk(Buffer.WrittenSpan);
            _drained += Buffer.Length;
            Buffer.Clear();
        }

        Flush(_output.Length);
        _file.Sync();
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _file.Dispose();
        if (_isDisposed)
            return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_rented);
    }

    /// <summary>Stores one chunk.</summary>
    protected abstract void WriteChunk(ReadOnlySpan<byte> chunk);

    private void DrainChunks()
    {
        int full = Buffer.Length - (Buffer.Length % ChunkLength);
        for (int start = 0; start < full; start += ChunkLength)
        {
            WriteChunk(Buffer.WrittenSpan.Slice(start, ChunkLength));
            if (_output.Length >= WriteBytes)
                Flush(_output.Length - (_output.Length % WriteBytes));
        }

        _drained += full;
        Buffer.DropFirst(full);
    }

    private void Flush(int length)
    {
        _file.Write(_output.WrittenSpan[..length]);
        _output.DropFirst(length);
    }
}

/// <summary>Writes a Data.db of compressed chunks, and its CompressionInfo.db.</summary>
/// <remarks>Source: org/apache/cassandra/io/compress/CompressedSequentialWriter.java.</remarks>
internal sealed class CompressedDataWriter(IWritableFile file, WriterCompression compression) : DataWriter(file, compression.ChunkLength)
{
    private readonly int _roomBytes = compression.Compressor.MaxCompressedLength(compression.ChunkLength);
    private long[] _offsets = new long[256];
    private int _chunkCount;
    private long _compressedBytes;

    /// <summary>Compressed by uncompressed length, checksums not counted.</summary>
    public double CompressionRatio => (double)_compressedBytes / Position;

    /// <summary>Appends CompressionInfo.db.</summary>
    public void WriteInfo(BufferWriter output) => CompressionInfo.Write(
        output,
        compression.Compressor.Name,
        compression.Options,
        compression.ChunkLength,
        compression.MaxCompressedLength,
        Position,
        _offsets.AsSpan(0, _chunkCount));

    /// <inheritdoc/>
    protected override void WriteChunk(ReadOnlySpan<byte> chunk)
    {
        if (_chunkCount == _offsets.Length)
            Array.Resize(ref _offsets, checked(_offsets.Length * 2));
        _offsets[_chunkCount++] = StoredBytes;

        Span<byte> room = Output.GetSpan(Math.Max(_roomBytes, chunk.Length) + sizeof(uint));
        int length = compression.Compressor.Compress(chunk, room);
        if (length < 0)
            throw new InvalidOperationException($"{compression.Compressor.Name} refused a chunk of {chunk.Length:N0} bytes.");
        if (length >= compression.MaxCompressedLength)
        {
            // Readers know a chunk that is stored as it is by its length, to which a short last one is filled up.
            length = Math.Max(chunk.Length, compression.MaxCompressedLength);
            chunk.CopyTo(room);
            room[chunk.Length..length].Clear();
        }

        uint crc = Crc32.Compute(room[..length]);
        BinaryPrimitives.WriteUInt32BigEndian(room[length..], crc);
        Digest = Crc32.Update(Digest, room[..(length + sizeof(uint))]);
        _compressedBytes += length;
        Output.Advance(length + sizeof(uint));
    }
}

/// <summary>Writes a Data.db that is not compressed, and its CRC.db.</summary>
/// <remarks>Source: org/apache/cassandra/io/util/ChecksummedSequentialWriter.java.</remarks>
internal sealed class PlainDataWriter : DataWriter
{
    private const int PartLength = 64 * 1024;
    private readonly IWritableFile _checksumFile;
    private readonly BufferWriter _checksums = new();

    /// <summary>Creates a writer.</summary>
    /// <param name="file">Data.db, empty; it becomes the writer's.</param>
    /// <param name="checksumFile">CRC.db, empty; it becomes the writer's.</param>
    public PlainDataWriter(IWritableFile file, IWritableFile checksumFile)
        : base(file, PartLength)
    {
        _checksumFile = checksumFile;
        _checksums.WriteInt32(PartLength);
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        base.Complete();
        FlushChecksums();
        _checksumFile.Sync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _checksumFile.Dispose();
    }

    /// <inheritdoc/>
    protected override void WriteChunk(ReadOnlySpan<byte> chunk)
    {
        _checksums.WriteInt32((int)Crc32.Compute(chunk));
        if (_checksums.Length >= PartLength)
            FlushChecksums();
        Digest = Crc32.Update(Digest, chunk);
        Output.Write(chunk);
    }

    private void FlushChecksums()
    {
        _checksumFile.Write(_checksums.WrittenSpan);
        _checksums.Clear();
    }
}
