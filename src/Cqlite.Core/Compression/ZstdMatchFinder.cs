using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>
/// Finds the matches of a Zstandard frame: up to level 4 by one candidate each for hashes of 8 and of 5 bytes, above along chains of
/// earlier places with the same 4 bytes, where a match waits for a better one at the next bytes.
/// </summary>
/// <remarks>
/// Places are kept as numbers that grow from frame to frame, so that the tables need no clearing: what lies below the frame's first
/// number is of an earlier frame.
/// </remarks>
internal sealed unsafe class ZstdMatchFinder
{
    private const int MinMatch = 4;
    private const int FastMinMatch = 5;
    private const int LastFastLevel = 4;
    private const int MinBits = 12;
    private const int MaxBits = 17;

    // Where fewer bytes are left no match is looked for, so that whole words can be read.
    private const int Margin = 12;

    private readonly uint[] _long = new uint[1 << MaxBits];
    private readonly uint[] _short = new uint[1 << MaxBits];
    private readonly uint[] _chain = new uint[1 << MaxBits];
    private uint _first = 1;
    private uint _inserted;
    private int _bits;
    private int _level;

    /// <summary>Begins a frame of so many bytes.</summary>
    public void StartFrame(int length, int level)
    {
        // The number of the last place must stay below 2^31, so that differences are never negative by accident.
        if (_first > int.MaxValue - (uint)length)
        {
            _long.AsSpan().Clear();
            _short.AsSpan().Clear();
            _first = 1;
        }

        _level = level;
        _bits = Math.Clamp(BitOperations.Log2((uint)Math.Max(length, 1)) + (level <= LastFastLevel ? 0 : 1), MinBits, MaxBits);
        _inserted = 0;
    }

    /// <summary>Ends a frame: its places become invalid.</summary>
    public void EndFrame(int length) => _first += (uint)length;

    /// <summary>Finds the sequences of one block.</summary>
    public void FindBlock(byte* frame, byte* start, byte* end, ZstdSequences sequences)
    {
        byte* anchor = start;
        if (end - start > Margin)
        {
            anchor = _level <= LastFastLevel
                ? FindFast(frame, start, end, sequences)
                : FindLazily(frame, start, end, sequences);
        }

        sequences.AddLiterals(anchor, end - anchor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* FindFast(byte* frame, byte* start, byte* end, ZstdSequences sequences)
    {
        byte* findEnd = end - Margin;
        byte* anchor = start;
        byte* ip = start;
        uint first = _first;
        int shift = 64 - _bits;
        bool useLong = _level > 1;
        int skipBits = _level > 2 ? 8 : 6;
        int minStep = _level < 0 ? Math.Min(1 - _level, 1024) : 1;
        uint repeat = sequences.Repeat1;
        fixed (uint* longTable = _long)
        fixed (uint* shortTable = _short)
        {
            while (ip <= findEnd)
            {
                uint position = first + (uint)(ip - frame);
                ulong word = MatchFinding.ReadUInt64(ip);
                uint* shortSlot = shortTable + ShortHash(word, shift);
                uint shortCandidate = *shortSlot;
                *shortSlot = position;
                uint longCandidate = 0;
                if (useLong)
                {
                    uint* longSlot = longTable + LongHash(word, shift);
                    longCandidate = *longSlot;
                    *longSlot = position;
                }

                byte* match;
                long length;
                if (repeat <= (uint)(ip + 1 - frame) && Same32(ip + 1, ip + 1 - repeat))
                {
                    ip++;
                    match = ip - repeat;
                    length = 4 + MatchFinding.CommonLength(ip + 4, match + 4, end);
                }
                else if (longCandidate >= first && MatchFinding.ReadUInt64(frame + (longCandidate - first)) == word)
                {
                    match = frame + (longCandidate - first);
                    length = 8 + MatchFinding.CommonLength(ip + 8, match + 8, end);
                }
                else if (shortCandidate >= first && Same32(ip, frame + (shortCandidate - first)))
                {
                    match = frame + (shortCandidate - first);
                    if (useLong)
                    {
                        // A long match that begins one byte on is better than a short one here.
                        ulong nextWord = MatchFinding.ReadUInt64(ip + 1);
                        uint* nextSlot = longTable + LongHash(nextWord, shift);
                        uint next = *nextSlot;
                        *nextSlot = position + 1;
                        if (next >= first && next <= position && MatchFinding.ReadUInt64(frame + (next - first)) == nextWord)
                        {
                            ip++;
                            match = frame + (next - first);
                        }
                    }

                    length = 4 + MatchFinding.CommonLength(ip + 4, match + 4, end);
                }
                else
                {
                    ip += minStep + ((ip - anchor) >> skipBits);
                    continue;
                }

                while (ip > anchor && match > frame && ip[-1] == match[-1])
                {
                    ip--;
                    match--;
                    length++;
                }

                sequences.Add(anchor, ip - anchor, (uint)(ip - match), length);
                byte* found = ip;
                ip += length;
                anchor = ip;
                repeat = sequences.Repeat1;
                if (ip > findEnd)
                {
                    break;
                }

                // Some places inside of the match are remembered too.
                Remember(frame, found + 2, longTable, shortTable, shift);
                Remember(frame, ip - 2, longTable, shortTable, shift);

                // With no literals between, the second repeated offset is the cheapest.
                while (ip <= findEnd && sequences.Repeat2 <= (uint)(ip - frame) && Same32(ip, ip - sequences.Repeat2))
                {
                    uint offset = sequences.Repeat2;
                    length = 4 + MatchFinding.CommonLength(ip + 4, ip + 4 - offset, end);
                    Remember(frame, ip, longTable, shortTable, shift);
                    sequences.Add(ip, 0, offset, length);
                    ip += length;
                    anchor = ip;
                    repeat = sequences.Repeat1;
                }
            }
        }

        return anchor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Remember(byte* frame, byte* at, uint* longTable, uint* shortTable, int shift)
    {
        ulong word = MatchFinding.ReadUInt64(at);
        uint position = _first + (uint)(at - frame);
        longTable[LongHash(word, shift)] = position;
        shortTable[ShortHash(word, shift)] = position;
    }

    private byte* FindLazily(byte* frame, byte* start, byte* end, ZstdSequences sequences)
    {
        byte* findEnd = end - Margin;
        byte* anchor = start;
        byte* ip = start;
        int attempts = 1 << Math.Clamp(_level - 2, 2, 12);
        int depth = _level < 7 ? 1 : 2;
        while (ip <= findEnd)
        {
            long gain = FindBest(frame, ip, end, attempts, ip == anchor, sequences, out uint offset, out long length);
            if (length == 0)
            {
                ip += 1 + ((ip - anchor) >> 8);
                continue;
            }

            for (int ahead = 1; ahead <= depth && ip + ahead <= findEnd; ahead++)
            {
                long next = FindBest(frame, ip + ahead, end, attempts, false, sequences, out uint nextOffset, out long nextLength);
                if (nextLength != 0 && next > gain + (ahead == 1 ? 4 : 7))
                {
                    ip += ahead;
                    gain = next;
                    offset = nextOffset;
                    length = nextLength;
                    ahead = 0;
                }
            }

            while (ip > anchor && ip - offset > frame && ip[-1] == ip[-1 - offset])
            {
                ip--;
                length++;
            }

            sequences.Add(anchor, ip - anchor, offset, length);
            ip += length;
            anchor = ip;
        }

        return anchor;
    }

    /// <summary>The match that saves most at a place, four a byte less what its offset costs; a length of 0 when there is none.</summary>
    private long FindBest(
        byte* frame, byte* ip, byte* end, int attempts, bool noLiterals, ZstdSequences sequences, out uint offset, out long length)
    {
        long best = long.MinValue;
        offset = 0;
        length = 0;
        uint repeat = noLiterals ? sequences.Repeat2 : sequences.Repeat1;
        if (repeat <= (ulong)(ip - frame) && Same32(ip, ip - repeat))
        {
            length = 4 + MatchFinding.CommonLength(ip + 4, ip + 4 - repeat, end);
            offset = repeat;
            best = (length * 4) + 1;
        }

        uint position = (uint)(ip - frame);
        uint mask = (1u << _bits) - 1;
        int shift = 64 - _bits;
        for (; _inserted <= position; _inserted++)
        {
            ref uint head = ref Head(frame + _inserted, shift);
            _chain[(int)(_inserted & mask)] = head;
            head = _first + _inserted;
        }

        uint number = _first + position;
        uint candidate = _chain[(int)(position & mask)];
        for (; attempts > 0 && candidate >= _first && candidate < number && number - candidate <= mask; attempts--)
        {
            byte* match = frame + (candidate - _first);
            if (Same32(ip, match) && ip + length < end && match[length] == ip[length])
            {
                long found = 4 + MatchFinding.CommonLength(ip + 4, match + 4, end);
                uint distance = number - candidate;
                long gain = (found * 4) - BitOperations.Log2(distance);
                if (found > length && gain > best)
                {
                    best = gain;
                    offset = distance;
                    length = found;
                }
            }

            uint next = _chain[(int)((candidate - _first) & mask)];
            if (next >= candidate)
            {
                break;
            }

            candidate = next;
        }

        return best;
    }

    private ref uint Head(byte* at, int shift) =>
        ref _long[(int)((MatchFinding.ReadUInt32(at) * 2654435761U) >> (shift - 32))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Same32(byte* one, byte* other) => Unsafe.ReadUnaligned<uint>(one) == Unsafe.ReadUnaligned<uint>(other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint LongHash(ulong word, int shift) => (nuint)((word * 0xCF1BBCDCB7A56463UL) >> shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint ShortHash(ulong word, int shift) => (nuint)(((word << (64 - (FastMinMatch * 8))) * 889523592379UL) >> shift);
}
