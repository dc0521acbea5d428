using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables;

/// <summary>
/// A moving view on a data file's uncompressed bytes, for one reader at a time. Decoders see one array in which what they
/// ask for lies in one piece, followed by at least <see cref="Slack"/> bytes that may be read (their content means nothing), so that
/// they check bounds once a value and not once a byte.
/// </summary>
internal sealed class DataWindow
{
    /// <summary>Bytes behind <see cref="End"/> that can be read without leaving the array.</summary>
    public const int Slack = 64;

    private const int ScanCapacity = 128 * 1024;
    private const int ScanReadAhead = 256 * 1024;
    private const int StitchExtra = 2048;

    private readonly ChunkInput _input = new();
    private DataFile _file = null!;
    private string? _source;
    private ChunkCache? _cache;
    private byte[] _own = [];
    private int _chunkShift;

    /// <summary>The bytes.</summary>
    public byte[] Buffer { get; private set; } = new byte[Slack];

    /// <summary>Index into <see cref="Buffer"/> of the next byte to decode.</summary>
    public int Position { get; set; }

    /// <summary>Index into <see cref="Buffer"/> behind the last byte that is there.</summary>
    public int End { get; private set; }

    /// <summary>Offset in the file of <see cref="Buffer"/>'s first byte.</summary>
    public long Origin { get; private set; }

    /// <summary>Offset in the file of the next byte to decode.</summary>
    public long FilePosition => Origin + Position;

    /// <summary>The file's length.</summary>
    public long FileLength { get; private set; }

    /// <summary>The file's path, for errors.</summary>
    public string Path => _source ?? _file.Path;

    /// <summary>Bytes from the next one to the file's end.</summary>
    public long Remaining => FileLength - FilePosition;

    /// <summary>Begins anew on a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cache">Where chunks are looked up and kept; null for a scan, which reads ahead instead.</param>
    public void Open(DataFile file, ChunkCache? cache)
    {
        _file = file;
        _source = null;
        _cache = cache;
        FileLength = file.Length;
        _chunkShift = System.Numerics.BitOperations.Log2((uint)file.ChunkLength);
        _input.Reset();
        Forget(0);
    }

    /// <summary>Begins anew on bytes in memory, all of which are there from now on; they are copied, for there must be slack behind them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="source">What errors name as their file.</param>
    public void Fill(ReadOnlySpan<byte> bytes, string source)
    {
        if (_own.Length < bytes.Length + Slack)
            _own = GC.AllocateUninitializedArray<byte>(bytes.Length + (bytes.Length / 2) + Slack);
        bytes.CopyTo(_own);
        _source = source;
        Buffer = _own;
        Origin = 0;
        Position = 0;
        End = bytes.Length;
        FileLength = bytes.Length;
    }

    /// <summary>Begins anew on bytes in memory, which are not copied: they must stay as they are while they are read, with slack behind them.</summary>
    /// <param name="buffer">The array in which they lie, with at least <see cref="Slack"/> bytes behind them.</param>
    /// <param name="start">Index of the first.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="source">What errors name as their file.</param>
    public void View(byte[] buffer, int start, int length, string source)
    {
        _source = source;
        Buffer = buffer;
        Origin = 0;
        Position = start;
        End = start + length;
        FileLength = End;
    }

    /// <summary>Lets stored bytes be fetched many at a time, for reading through a long stretch.</summary>
    public void ReadAhead() => _input.ReadAheadBytes = ScanReadAhead;

    /// <summary>Lets go of the file and of cached chunks, keeping its own memory.</summary>
    public void Close()
    {
        _input.Reset();
        Forget(0);
        _file = null!;
        _cache = null;
    }

    /// <summary>Goes to an offset in the file.</summary>
    public void Seek(long filePosition)
    {
        long index = filePosition - Origin;
        if (index >= 0 && index <= End)
            Position = (int)index;
        else
            Forget(filePosition);
    }

    /// <summary>Brings bytes from the next one on into one piece; false when the file ends before.</summary>
    public bool Ensure(long count)
    {
        if (count <= End - Position)
            return true;
        if (count > Remaining)
            return false;
        if (count > Array.MaxLength - (2 * Math.Min(_file.ChunkLength, FileLength)) - Slack)
            throw new CorruptDataException(Path, FilePosition, $"needs {count:N0} bytes in one piece, which is more than an array can hold.");
        if (_cache is null)
            Extend((int)count);
        else
            Stitch((int)count);
        return true;
    }

    private void Forget(long filePosition)
    {
        if (_own.Length < Slack)
            _own = new byte[Slack];
        Buffer = _own;
        Origin = filePosition;
        Position = 0;
        End = 0;
    }

    /// <summary>Decompresses the following chunks behind what is left.</summary>
    private void Extend(int count)
    {
        int chunkLength = (int)Math.Min(_file.ChunkLength, FileLength);
        if (End == 0)
        {
            // Nothing is there yet: begin with the whole chunk in which the position lies.
            long chunkStart = Origin >> _chunkShift << _chunkShift;
            Position = (int)(Origin - chunkStart);
            Origin = chunkStart;
            End = 0;
            count += Position;
            Reserve(0, count, chunkLength);
            Load(count);
            return;
        }

        int left = End - Position;
        if (Position + (long)count + chunkLength + Slack > _own.Length)
        {
            Reserve(left, count, chunkLength);
            Origin += Position;
            Position = 0;
            End = left;
        }

        Load(Position + count);
    }

    private void Load(int wantedEnd)
    {
        while (End < wantedEnd)
        {
            int chunk = (int)((Origin + End) >> _chunkShift);
            int length = _file.LengthOf(chunk);
            _file.ReadChunk(chunk, _own.AsSpan(End, length), _input);
            End += length;
        }
    }

    /// <summary>Moves what is left to the front of an array that has room.</summary>
    private void Reserve(int left, int count, int chunkLength)
    {
        int capacity = Math.Max(count + chunkLength, (int)Math.Min(ScanCapacity, FileLength)) + Slack;
        if (_own.Length < capacity)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(capacity);
            if (left > 0)
                _own.AsSpan(Position, left).CopyTo(larger);
            _own = larger;
        }
        else if (left > 0)
        {
            _own.AsSpan(Position, left).CopyTo(_own);
        }

        Buffer = _own;
    }

    /// <summary>Stands on a cached chunk where that has all bytes, else puts pieces of several together.</summary>
    private void Stitch(int count)
    {
        long position = FilePosition;
        int chunk = (int)(position >> _chunkShift);
        int index = (int)(position - ((long)chunk << _chunkShift));
        byte[] bytes = _cache!.Get(_file, chunk, _input);
        int length = _file.LengthOf(chunk);
        if (count <= length - index)
        {
            Buffer = bytes;
            Origin = position - index;
            Position = index;
            End = length;
            return;
        }

        int wanted = (int)Math.Min(count + StitchExtra, FileLength - position);
        byte[] target = _own;
        if (target.Length < wanted + Slack)
            target = GC.AllocateUninitializedArray<byte>(wanted + (wanted / 2) + Slack);
        int filled = 0;
        while (true)
        {
            int part = Math.Min(length - index, wanted - filled);
            bytes.AsSpan(index, part).CopyTo(target.AsSpan(filled));
            filled += part;
            if (filled == wanted)
                break;
            chunk++;
            index = 0;
            bytes = _cache.Get(_file, chunk, _input);
            length = _file.LengthOf(chunk);
        }

        _own = target;
        Buffer = target;
        Origin = position;
        Position = 0;
        End = filled;
    }
}
