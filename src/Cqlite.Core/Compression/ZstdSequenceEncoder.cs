using System.Numerics;

namespace Cqlite.Core.Compression;

/// <summary>Writes the sequences of a Zstandard block with the cheapest of the predefined, a described, or a one-symbol table each.</summary>
/// <remarks>The bytes are drawn on <see cref="ZstdBlockDecoder"/>.</remarks>
internal sealed unsafe class ZstdSequenceEncoder
{
    private const int MaxSequences = (ZstdCodes.MaxBlockBytes / 3) + 1;

    private static readonly byte[] s_literalLengthCodes = MakeCodes(ZstdCodes.LiteralLengthBases, 64);
    private static readonly byte[] s_matchLengthCodes = MakeCodes(ZstdCodes.MatchLengthBases, 132);

    private readonly Part _literalLengths = new(ZstdCodes.LiteralLengthDefaults, ZstdCodes.LiteralLengthDefaultLog, ZstdCodes.MaxLiteralLengthLog, 36);
    private readonly Part _offsets = new(ZstdCodes.OffsetDefaults, ZstdCodes.OffsetDefaultLog, ZstdCodes.MaxOffsetLog, 32);
    private readonly Part _matchLengths = new(ZstdCodes.MatchLengthDefaults, ZstdCodes.MatchLengthDefaultLog, ZstdCodes.MaxMatchLengthLog, 53);

    /// <summary>Writes the section; answers its end, or null where the room may not do.</summary>
    public byte* Write(ReadOnlySpan<Sequence> sequences, byte* to, byte* end)
    {
        // Three distributions are below 128 bytes together; a sequence takes at most 8 + 26 + 63 bits.
        if (end - to < 256 + (sequences.Length * 13L))
        {
            if (end - to < 256 || !FitsBySize(sequences, end - to - 256))
            {
                return null;
            }
        }

        int count = sequences.Length;
        if (count < 128)
        {
            *to++ = (byte)count;
        }
        else if (count < 0x7F00)
        {
            *to++ = (byte)((count >> 8) + 128);
            *to++ = (byte)count;
        }
        else
        {
            *to++ = 255;
            *to++ = (byte)(count - 0x7F00);
            *to++ = (byte)((count - 0x7F00) >> 8);
        }

        if (count == 0)
        {
            return to;
        }

        _literalLengths.Start();
        _offsets.Start();
        _matchLengths.Start();
        for (int index = 0; index < count; index++)
        {
            Sequence sequence = sequences[index];
            _literalLengths.Take(index, LiteralLengthCode(sequence.LiteralLength));
            _offsets.Take(index, BitOperations.Log2(sequence.OffsetValue));
            _matchLengths.Take(index, MatchLengthCode(sequence.MatchLength));
        }

        byte* modes = to++;
        int literalMode = _literalLengths.ChooseTable(count, ref to);
        int offsetMode = _offsets.ChooseTable(count, ref to);
        int matchMode = _matchLengths.ChooseTable(count, ref to);
        *modes = (byte)((literalMode << 6) | (offsetMode << 4) | (matchMode << 2));

        ForwardBits bits = new(to);
        uint matchState = _matchLengths.FirstState(count - 1);
        uint offsetState = _offsets.FirstState(count - 1);
        uint literalState = _literalLengths.FirstState(count - 1);
        AddExtraBits(ref bits, sequences[count - 1], count - 1);
        for (int index = count - 2; index >= 0; index--)
        {
            _offsets.Write(ref bits, ref offsetState, index);
            _matchLengths.Write(ref bits, ref matchState, index);
            _literalLengths.Write(ref bits, ref literalState, index);
            bits.Flush();
            AddExtraBits(ref bits, sequences[index], index);
        }

        _matchLengths.WriteFirstState(ref bits, matchState);
        _offsets.WriteFirstState(ref bits, offsetState);
        _literalLengths.WriteFirstState(ref bits, literalState);
        return bits.CloseMarked();
    }

    private static bool FitsBySize(ReadOnlySpan<Sequence> sequences, long room)
    {
        long bits = 0;
        foreach (Sequence sequence in sequences)
        {
            bits += 26 + ZstdCodes.LiteralLengthBits[LiteralLengthCode(sequence.LiteralLength)]
                + ZstdCodes.MatchLengthBits[MatchLengthCode(sequence.MatchLength)] + BitOperations.Log2(sequence.OffsetValue);
        }

        return bits / 8 < room;
    }

    private void AddExtraBits(ref ForwardBits bits, Sequence sequence, int index)
    {
        int literalCode = _literalLengths.Code(index);
        int matchCode = _matchLengths.Code(index);
        int offsetCode = _offsets.Code(index);
        bits.Add(sequence.LiteralLength - ZstdCodes.LiteralLengthBases[literalCode], ZstdCodes.LiteralLengthBits[literalCode]);
        bits.Add(sequence.MatchLength - ZstdCodes.MatchLengthBases[matchCode], ZstdCodes.MatchLengthBits[matchCode]);
        bits.Flush();
        bits.Add(sequence.OffsetValue, offsetCode);
        bits.Flush();
    }

    private static int LiteralLengthCode(uint length) =>
        length < 64 ? s_literalLengthCodes[(int)length] : BitOperations.Log2(length) + 19;

    private static int MatchLengthCode(uint length) =>
        length < 131 ? s_matchLengthCodes[(int)length] : BitOperations.Log2(length - 3) + 36;

    private static byte[] MakeCodes(ReadOnlySpan<uint> bases, int limit)
    {
        byte[] codes = new byte[limit];
        for (int length = 0; length < limit; length++)
        {
            int code = 0;
            while (code + 1 < bases.Length && bases[code + 1] <= length)
            {
                code++;
            }

            codes[length] = (byte)code;
        }

        return codes;
    }

    /// <summary>One of the three: its codes, their counts, and the table they are written with.</summary>
    private sealed class Part
    {
        private readonly byte[] _codes = new byte[MaxSequences];
        private readonly int[] _counts;
        private readonly short[] _shares;
        private readonly short[] _defaultShares;
        private readonly int _defaultLog;
        private readonly int _maxLog;
        private readonly FseEncoder _defaults;
        private readonly FseEncoder _own;
        private FseEncoder? _table;
        private int _maxCode;

        public Part(ReadOnlySpan<short> defaults, int defaultLog, int maxLog, int symbols)
        {
            _counts = new int[symbols];
            _shares = new short[symbols];
            _defaultShares = defaults.ToArray();
            _defaultLog = defaultLog;
            _maxLog = maxLog;
            _defaults = new FseEncoder(defaultLog, symbols);
            _defaults.Build(defaults, defaultLog);
            _own = new FseEncoder(maxLog, symbols);
        }

        public void Start()
        {
            _counts.AsSpan().Clear();
            _maxCode = 0;
        }

        public void Take(int index, int code)
        {
            _codes[index] = (byte)code;
            _counts[code]++;
            _maxCode = Math.Max(_maxCode, code);
        }

        public int Code(int index) => _codes[index];

        /// <summary>Chooses, and writes what the choice needs; answers the mode.</summary>
        public int ChooseTable(int count, ref byte* to)
        {
            ReadOnlySpan<int> counts = _counts.AsSpan(0, _maxCode + 1);
            if (counts[_maxCode] == count && count > 2)
            {
                *to++ = (byte)_maxCode;
                _table = null;
                return 1;
            }

            double byDefault = Cost(counts, _defaultShares, _defaultLog);
            int log = FseEncoder.SuitableLog(_maxLog, count, counts.Length);
            Span<short> shares = _shares.AsSpan(0, counts.Length);
            bool canDescribe = counts[_maxCode] != count && FseEncoder.Normalize(counts, count, log, shares);
            if (canDescribe)
            {
                byte* start = to;
                byte* end = FseEncoder.WriteDistribution(shares, log, start);
                if (Cost(counts, shares, log) + ((end - start) * 8.0) < byDefault)
                {
                    to = end;
                    _own.Build(shares, log);
                    _table = _own;
                    return 2;
                }
            }

            if (double.IsPositiveInfinity(byDefault))
            {
                // Only one code that the defaults do not know.
                *to++ = (byte)_maxCode;
                _table = null;
                return 1;
            }

            _table = _defaults;
            return 0;
        }

        public uint FirstState(int index) => _table is null ? 0 : _table.FirstState(_codes[index]);

        public void Write(ref ForwardBits bits, ref uint state, int index) => _table?.Write(ref bits, ref state, _codes[index]);

        public void WriteFirstState(ref ForwardBits bits, uint state)
        {
            if (_table is not null)
            {
                bits.Add(state, _table.Log);
                bits.Flush();
            }
        }

        /// <summary>Bits that the codes take with these shares; infinite where one has none.</summary>
        private static double Cost(ReadOnlySpan<int> counts, ReadOnlySpan<short> shares, int log)
        {
            double bits = 0;
            for (int code = 0; code < counts.Length; code++)
            {
                if (counts[code] != 0)
                {
                    int share = code < shares.Length ? Math.Abs((int)shares[code]) : 0;
                    if (share == 0)
                    {
                        return double.PositiveInfinity;
                    }

                    bits += counts[code] * (log - Math.Log2(share));
                }
            }

            return bits;
        }
    }
}
