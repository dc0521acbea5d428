using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Decodes the compressed blocks of Zstandard frames, and keeps what one block leaves to the next.</summary>
/// <remarks>
/// <code>
/// block       literals, sequences
/// literals    kind (2 bits: raw, repeated byte, compressed, compressed with the last tree), size format (2 bits), sizes, content
/// sequences   count (1..3 bytes), modes (1 byte: 2 bits each for literal lengths, offsets, match lengths, none), tables, bits
/// mode        0 the predefined table, 1 one symbol, 2 a distribution, 3 the last table
/// bits        read from the end: the three first states, then for each sequence offset, match length, literal length, next states
/// source      RFC 8878 3.1.1.3
/// </code>
/// </remarks>
internal sealed unsafe class ZstdBlockDecoder
{
    private static readonly FseEntry[] s_literalLengthDefaults = MakeDefaults(
        ZstdCodes.LiteralLengthDefaults, ZstdCodes.LiteralLengthDefaultLog, ZstdCodes.LiteralLengthBases, ZstdCodes.LiteralLengthBits);

    private static readonly FseEntry[] s_offsetDefaults = MakeDefaults(
        ZstdCodes.OffsetDefaults, ZstdCodes.OffsetDefaultLog, ZstdCodes.OffsetBases, ZstdCodes.OffsetBits);

    private static readonly FseEntry[] s_matchLengthDefaults = MakeDefaults(
        ZstdCodes.MatchLengthDefaults, ZstdCodes.MatchLengthDefaultLog, ZstdCodes.MatchLengthBases, ZstdCodes.MatchLengthBits);

    private readonly byte[] _literals = new byte[ZstdCodes.MaxBlockBytes + OverlappingCopy.Slack];
    private readonly ushort[] _huffman = new ushort[ZstdHuffman.TableSize];
    private readonly FseEntry[] _literalLengths = new FseEntry[1 << ZstdCodes.MaxLiteralLengthLog];
    private readonly FseEntry[] _offsets = new FseEntry[1 << ZstdCodes.MaxOffsetLog];
    private readonly FseEntry[] _matchLengths = new FseEntry[1 << ZstdCodes.MaxMatchLengthLog];
    private bool _hasHuffman;

    // The tables in force; a log below zero says that there is none to repeat yet.
    private FseTable _literalLengthTable;
    private FseTable _offsetTable;
    private FseTable _matchLengthTable;
    private uint _repeat1;
    private uint _repeat2;
    private uint _repeat3;

    /// <summary>Forgets what earlier frames left.</summary>
    public void StartFrame()
    {
        _hasHuffman = false;
        _literalLengthTable = new FseTable(s_literalLengthDefaults, -1);
        _offsetTable = new FseTable(s_offsetDefaults, -1);
        _matchLengthTable = new FseTable(s_matchLengthDefaults, -1);
        _repeat1 = 1;
        _repeat2 = 4;
        _repeat3 = 8;
    }

    /// <summary>Decodes one block behind what the frame has already produced.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    public int Decode(ReadOnlySpan<byte> block, Span<byte> destination, int produced, int maxBlockBytes)
    {
        fixed (byte* source = block)
        fixed (byte* start = destination)
        fixed (byte* literalBuffer = _literals)
        {
            byte* end = source + block.Length;
            byte* literals = literalBuffer;
            long used = DecodeLiterals(source, block.Length, literalBuffer, maxBlockBytes, ref literals, out int literalCount);
            if (used < 0)
            {
                return DecompressionFailure.Malformed;
            }

            byte* at = source + used;
            int count = ReadSequenceHeader(ref at, end, out int modes);
            if (count < 0)
            {
                return DecompressionFailure.Malformed;
            }

            int room = destination.Length - produced;
            if (count == 0)
            {
                if (at != end)
                {
                    return DecompressionFailure.Malformed;
                }

                if (literalCount > room)
                {
                    return DecompressionFailure.DestinationTooSmall;
                }

                Unsafe.CopyBlockUnaligned(start + produced, literals, (uint)literalCount);
                return literalCount;
            }

            if (!ReadTable(ref at, end, modes >> 6, 35, ZstdCodes.MaxLiteralLengthLog, _literalLengths, s_literalLengthDefaults,
                    ZstdCodes.LiteralLengthBases, ZstdCodes.LiteralLengthBits, ref _literalLengthTable)
                || !ReadTable(ref at, end, modes >> 4, 31, ZstdCodes.MaxOffsetLog, _offsets, s_offsetDefaults,
                    ZstdCodes.OffsetBases, ZstdCodes.OffsetBits, ref _offsetTable)
                || !ReadTable(ref at, end, modes >> 2, 52, ZstdCodes.MaxMatchLengthLog, _matchLengths, s_matchLengthDefaults,
                    ZstdCodes.MatchLengthBases, ZstdCodes.MatchLengthBits, ref _matchLengthTable))
            {
                return DecompressionFailure.Malformed;
            }

            int result = DecodeSequences(
                at, end - at, count, literals, literalCount, start, start + produced, start + destination.Length);
            return result > maxBlockBytes ? DecompressionFailure.Malformed : result;
        }
    }

    /// <summary>
    /// Decodes the literals, to the buffer or, raw ones that have room after them, where they are; answers the bytes taken, or -1.
    /// </summary>
    private long DecodeLiterals(
        byte* source, long length, byte* buffer, int maxBlockBytes, ref byte* literals, out int literalCount)
    {
        literalCount = 0;
        if (length < 1)
        {
            return -1;
        }

        int kind = source[0] & 3;
        int format = (source[0] >> 2) & 3;
        int header;
        if (kind < 2)
        {
            header = format == 1 ? 2 : format == 3 ? 3 : 1;
            if (length < header)
            {
                return -1;
            }

            literalCount = format switch
            {
                1 => (source[0] | (source[1] << 8)) >> 4,
                3 => (source[0] | (source[1] << 8) | (source[2] << 16)) >> 4,
                _ => source[0] >> 3,
            };
            long stored = kind == 0 ? literalCount : 1;
            if (literalCount > maxBlockBytes || stored > length - header)
            {
                return -1;
            }

            if (kind == 1)
            {
                Unsafe.InitBlockUnaligned(buffer, source[header], (uint)literalCount);
            }
            else if (length - header - stored >= OverlappingCopy.Slack)
            {
                literals = source + header;
            }
            else
            {
                Unsafe.CopyBlockUnaligned(buffer, source + header, (uint)literalCount);
            }

            return header + stored;
        }

        header = format < 2 ? 3 : format + 2;
        if (length < header)
        {
            return -1;
        }

        ulong sizes = 0;
        for (int index = 0; index < header; index++)
        {
            sizes |= (ulong)source[index] << (index * 8);
        }

        int sizeBits = format < 2 ? 10 : format == 2 ? 14 : 18;
        literalCount = (int)((sizes >> 4) & ((1UL << sizeBits) - 1));
        long compressed = (long)(sizes >> (4 + sizeBits));
        if (literalCount > maxBlockBytes || literalCount == 0 || compressed > length - header)
        {
            return -1;
        }

        byte* at = source + header;
        long left = compressed;
        if (kind == 2)
        {
            int treeBytes = ZstdHuffman.ReadTree(at, left, _huffman);
            _hasHuffman = treeBytes >= 0;
            at += treeBytes;
            left -= treeBytes;
        }

        if (!_hasHuffman)
        {
            return -1;
        }

        fixed (ushort* table = _huffman)
        {
            bool isWhole = format == 0
                ? ZstdHuffman.DecodeOne(at, left, table, buffer, literalCount)
                : ZstdHuffman.DecodeFour(at, left, table, buffer, literalCount);
            return isWhole ? header + compressed : -1;
        }
    }

    /// <summary>Reads the number of sequences, and their modes if there are any; -1 when they are not whole.</summary>
    private static int ReadSequenceHeader(ref byte* at, byte* end, out int modes)
    {
        modes = 0;
        if (at >= end)
        {
            return -1;
        }

        int count = *at++;
        if (count == 0)
        {
            return 0;
        }

        if (count == 255)
        {
            if (end - at < 2)
            {
                return -1;
            }

            count = (at[0] | (at[1] << 8)) + 0x7F00;
            at += 2;
        }
        else if (count >= 128)
        {
            if (at >= end)
            {
                return -1;
            }

            count = ((count - 128) << 8) | *at++;
        }

        if (at >= end)
        {
            return -1;
        }

        modes = *at++;
        return (modes & 3) == 0 && count != 0 ? count : -1;
    }

    private static bool ReadTable(
        ref byte* at,
        byte* end,
        int mode,
        int maxSymbol,
        int maxLog,
        FseEntry[] own,
        FseEntry[] defaults,
        ReadOnlySpan<uint> bases,
        ReadOnlySpan<byte> extraBits,
        ref FseTable table)
    {
        switch (mode & 3)
        {
            case 0:
                table = new FseTable(defaults, System.Numerics.BitOperations.Log2((uint)defaults.Length));
                return true;

            case 1:
                if (at >= end || *at > maxSymbol)
                {
                    return false;
                }

                own[0] = new FseEntry { Base = bases[*at], ExtraBits = extraBits[*at] };
                at++;
                table = new FseTable(own, 0);
                return true;

            case 2:
                Span<short> shares = stackalloc short[64];
                int used = FseDistribution.Read(at, end - at, maxLog, shares[..(maxSymbol + 1)], out int log, out int symbols);
                if (used < 0)
                {
                    return false;
                }

                at += used;
                FseDistribution.Build(shares[..symbols], log, bases, extraBits, own);
                table = new FseTable(own, log);
                return true;

            default:
                return table.Log >= 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int DecodeSequences(
        byte* source, long length, int count, byte* literals, int literalCount, byte* start, byte* blockStart, byte* end)
    {
        BackwardBits bits = default;
        if (!bits.TryStart(source, length))
        {
            return DecompressionFailure.Malformed;
        }

        byte* op = blockStart;
        byte* literalEnd = literals + literalCount;
        ulong repeat1 = _repeat1;
        ulong repeat2 = _repeat2;
        ulong repeat3 = _repeat3;
        fixed (FseEntry* literalLengthTable = _literalLengthTable.Entries)
        fixed (FseEntry* offsetTable = _offsetTable.Entries)
        fixed (FseEntry* matchLengthTable = _matchLengthTable.Entries)
        {
            ulong literalState = bits.Take(_literalLengthTable.Log);
            ulong offsetState = bits.Take(_offsetTable.Log);
            ulong matchState = bits.Take(_matchLengthTable.Log);
            while (true)
            {
                bits.Refill();
                FseEntry literalEntry = literalLengthTable[literalState];
                FseEntry offsetEntry = offsetTable[offsetState];
                FseEntry matchEntry = matchLengthTable[matchState];

                ulong offset = offsetEntry.Base + bits.Take(offsetEntry.ExtraBits);
                long matchLength = matchEntry.Base + (long)bits.Take(matchEntry.ExtraBits);
                if (offsetEntry.ExtraBits + matchEntry.ExtraBits + literalEntry.ExtraBits > 30)
                {
                    bits.Refill();
                }

                long literalLength = literalEntry.Base + (long)bits.Take(literalEntry.ExtraBits);
                if (offset > 3)
                {
                    offset -= 3;
                    repeat3 = repeat2;
                    repeat2 = repeat1;
                    repeat1 = offset;
                }
                else
                {
                    // 1 to 3 name an earlier offset; after no literals, the next one, and the first less one.
                    ulong which = offset - (literalLength != 0 ? 1u : 0u);
                    if (which == 0)
                    {
                        offset = repeat1;
                    }
                    else
                    {
                        offset = which == 1 ? repeat2 : which == 2 ? repeat3 : repeat1 - 1;
                        repeat3 = which == 1 ? repeat3 : repeat2;
                        repeat2 = repeat1;
                        repeat1 = offset;
                    }
                }

                if (bits.IsOverrun || offset - 1 >= (ulong)(op - start + literalLength) || literalLength > literalEnd - literals)
                {
                    return DecompressionFailure.Malformed;
                }

                if (literalLength + matchLength + OverlappingCopy.Slack <= end - op)
                {
                    OverlappingCopy.Copy16(op, literals);
                    if (literalLength > 16)
                    {
                        OverlappingCopy.CopyWild(op + 16, literals + 16, literalLength - 16);
                    }

                    op += literalLength;
                    OverlappingCopy.CopyMatchWild(op, (long)offset, matchLength);
                }
                else
                {
                    if (literalLength + matchLength > end - op)
                    {
                        return DecompressionFailure.DestinationTooSmall;
                    }

                    Unsafe.CopyBlockUnaligned(op, literals, (uint)literalLength);
                    op += literalLength;
                    OverlappingCopy.CopyMatchExact(op, (long)offset, matchLength);
                }

                literals += literalLength;
                op += matchLength;
                if (--count == 0)
                {
                    break;
                }

                literalState = literalEntry.Next + bits.Take(literalEntry.Bits);
                matchState = matchEntry.Next + bits.Take(matchEntry.Bits);
                offsetState = offsetEntry.Next + bits.Take(offsetEntry.Bits);
            }
        }

        bits.Refill();
        if (!bits.IsFinished)
        {
            return DecompressionFailure.Malformed;
        }

        long rest = literalEnd - literals;
        if (rest > end - op)
        {
            return DecompressionFailure.DestinationTooSmall;
        }

        Unsafe.CopyBlockUnaligned(op, literals, (uint)rest);
        op += rest;
        _repeat1 = (uint)repeat1;
        _repeat2 = (uint)repeat2;
        _repeat3 = (uint)repeat3;
        return (int)(op - blockStart);
    }

    private static FseEntry[] MakeDefaults(ReadOnlySpan<short> shares, int log, ReadOnlySpan<uint> bases, ReadOnlySpan<byte> extraBits)
    {
        FseEntry[] table = new FseEntry[1 << log];
        FseDistribution.Build(shares, log, bases, extraBits, table);
        return table;
    }

    /// <summary>The entries of a table, of which the first 2^log count.</summary>
    private readonly record struct FseTable(FseEntry[] Entries, int Log);
}
