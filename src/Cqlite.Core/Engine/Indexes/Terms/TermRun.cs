using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Terms with their places, in order, to be merged with others.</summary>
internal abstract class TermRun : IDisposable
{
    /// <summary>The current term; valid until the next step.</summary>
    public abstract ReadOnlySpan<byte> Term { get; }

    /// <summary>Where it is.</summary>
    public abstract RowPlace Place { get; }

    /// <summary>Goes to the next one; false at the end.</summary>
    public abstract bool MoveNext();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Terms that were put aside in a file, in pieces that are read one at a time.</summary>
internal sealed class StoredTermRun : TermRun
{
    private readonly IReadableFile _file;
    private readonly IReadOnlyList<(long Offset, int Length)> _pieces;
    private byte[] _piece = [];
    private int _next;
    private int _position;
    private int _end;
    private (int Offset, int Length) _term;
    private RowPlace _place;

    /// <summary>Begins to read a file.</summary>
    public StoredTermRun(IReadableFile file, IReadOnlyList<(long Offset, int Length)> pieces)
    {
        _file = file;
        _pieces = pieces;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Term => _piece.AsSpan(_term.Offset, _term.Length);

    /// <inheritdoc/>
    public override RowPlace Place => _place;

    /// <summary>Appends a term as it is read here: places, length and bytes of the term.</summary>
    public static void Write(BufferWriter output, ReadOnlySpan<byte> term, RowPlace place)
    {
        output.WriteUnsignedVInt((ulong)place.Partition);
        output.WriteUnsignedVInt((ulong)(place.Row - place.Partition));
        output.WriteVIntBytes(term);
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_position == _end)
        {
            if (_next == _pieces.Count)
                return false;
            (long offset, int length) = _pieces[_next++];
            if (_piece.Length < length)
                _piece = new byte[length];
            _file.ReadExactly(offset, _piece.AsSpan(0, length));
            _position = 0;
            _end = length;
        }

        SpanReader reader = new(_piece.AsSpan(_position, _end - _position), _file.Path, _position);
        long partition = (long)reader.ReadUnsignedVInt();
        _place = new RowPlace(partition, partition + (long)reader.ReadUnsignedVInt());
        int termLength = reader.ReadVIntBytes().Length;
        _position += reader.Position;
        _term = (_position - termLength, termLength);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();
}
