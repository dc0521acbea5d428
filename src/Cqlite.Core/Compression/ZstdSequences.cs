using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>The sequences of one block, as the match finder leaves them to the encoder, with the literals put together.</summary>
internal sealed unsafe class ZstdSequences
{
    private const int MaxSequences = (ZstdCodes.MaxBlockBytes / 3) + 1;

    private readonly byte[] _literals = new byte[ZstdCodes.MaxBlockBytes + OverlappingCopy.Slack];
    private readonly Sequence[] _sequences = new Sequence[MaxSequences];
    private uint _repeat1 = 1;
    private uint _repeat2 = 4;
    private uint _repeat3 = 8;
    private (uint, uint, uint) _repeatsBefore;

    public int Count { get; private set; }

    public int LiteralCount { get; private set; }

    public ReadOnlySpan<Sequence> All => _sequences.AsSpan(0, Count);

    public ReadOnlySpan<byte> Literals => _literals.AsSpan(0, LiteralCount);

    /// <summary>The offset that costs least.</summary>
    public uint Repeat1 => _repeat1;

    public uint Repeat2 => _repeat2;

    /// <summary>Forgets the offsets of another frame.</summary>
    public void StartFrame() => (_repeat1, _repeat2, _repeat3) = (1, 4, 8);

    public void StartBlock()
    {
        Count = 0;
        LiteralCount = 0;
        _repeatsBefore = (_repeat1, _repeat2, _repeat3);
    }

    /// <summary>Takes back what the block did to the repeated offsets: a reader of a raw block knows nothing of it.</summary>
    public void DropBlock() => (_repeat1, _repeat2, _repeat3) = _repeatsBefore;

    /// <summary>Adds literals and the match after them.</summary>
    public void Add(byte* literals, long literalLength, uint offset, long matchLength)
    {
        AddLiterals(literals, literalLength);
        uint value;
        if (literalLength != 0)
        {
            value = offset == _repeat1 ? 1u : offset == _repeat2 ? 2u : offset == _repeat3 ? 3u : offset + 3;
        }
        else
        {
            value = offset == _repeat2 ? 1u : offset == _repeat3 ? 2u : offset == _repeat1 - 1 ? 3u : offset + 3;
        }

        uint which = value - (literalLength != 0 ? 1u : 0u);
        if (value > 3)
        {
            (_repeat3, _repeat2, _repeat1) = (_repeat2, _repeat1, offset);
        }
        else if (which != 0)
        {
            _repeat3 = which == 1 ? _repeat3 : _repeat2;
            _repeat2 = _repeat1;
            _repeat1 = offset;
        }

        _sequences[Count++] = new Sequence((uint)literalLength, (uint)matchLength, value);
    }

    /// <summary>Adds the literals after the last match.</summary>
    public void AddLiterals(byte* literals, long length)
    {
        fixed (byte* to = &_literals[LiteralCount])
        {
            Unsafe.CopyBlockUnaligned(to, literals, (uint)length);
        }

        LiteralCount += (int)length;
    }
}

/// <summary>Literals, then a match. The offset value is 1 to 3 for a repeated offset, else the offset + 3.</summary>
internal readonly record struct Sequence(uint LiteralLength, uint MatchLength, uint OffsetValue);
