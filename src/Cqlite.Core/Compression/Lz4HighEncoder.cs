using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Compression;

/// <summary>
/// Makes smaller LZ4 blocks, slowly: all earlier places with the same 4 bytes are looked at, as many as the level allows; up to level 9 a
/// match waits for a longer one at the next bytes, from 10 on the cheapest parse of the whole block is computed.
/// </summary>
internal static unsafe class Lz4HighEncoder
{
    private const int HashBits = 15;
    private const int MaxLevel = 12;

    [ThreadStatic]
    private static Workspace? t_workspace;

    /// <summary>Makes one block; the destination must be as large as <see cref="Lz4Encoder.MaxCompressedLength"/> says.</summary>
    /// <returns>The bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Lz4Encoder.MaxCompressedLength(source.Length));
        Workspace workspace = t_workspace ??= new Workspace();
        fixed (byte* from = &MemoryMarshal.GetReference(source))
        fixed (byte* to = &MemoryMarshal.GetReference(destination))
        fixed (int* heads = workspace.Heads)
        fixed (ushort* chain = workspace.Chain)
        {
            if (source.Length <= Lz4Encoder.MatchFindLimit)
            {
                return (int)(Lz4Encoder.WriteLastLiterals(to, from, source.Length) - to);
            }

            workspace.Heads.AsSpan().Fill(-1);
            Search search = new(from, from + source.Length, heads, chain, Attempts(level));
            return level < 10
                ? EncodeLazily(ref search, from, source.Length, to)
                : EncodeOptimally(ref search, from, source.Length, to, workspace);
        }
    }

    private static int Attempts(int level) => Math.Min(level, MaxLevel) switch
    {
        < 3 => 4,
        < 10 => 1 << (level - 1),
        10 => 96,
        11 => 512,
        _ => 1024,
    };

    private static int EncodeLazily(ref Search search, byte* source, int length, byte* destination)
    {
        byte* end = source + length;
        byte* findEnd = end - Lz4Encoder.MatchFindLimit;
        byte* anchor = source;
        byte* ip = source;
        byte* op = destination;
        while (ip <= findEnd)
        {
            int matchLength = search.Find(ip, Lz4Encoder.MinMatch - 1, out int offset);
            if (matchLength < Lz4Encoder.MinMatch)
            {
                ip++;
                continue;
            }

            // A longer match one or two bytes on is worth the literals before it.
            for (int ahead = 1; ahead <= 2 && ip + ahead <= findEnd; ahead++)
            {
                int nextLength = search.Find(ip + ahead, matchLength + ahead - 1, out int nextOffset);
                if (nextLength != 0)
                {
                    ip += ahead;
                    matchLength = nextLength;
                    offset = nextOffset;
                    ahead = 0;
                }
            }

            // Back over bytes that match too.
            while (ip > anchor && ip - offset > source && ip[-1] == ip[-1 - offset])
            {
                ip--;
                matchLength++;
            }

            op = WriteSequence(op, anchor, ip, offset, matchLength, end);
            ip += matchLength;
            anchor = ip;
        }

        return (int)(Lz4Encoder.WriteLastLiterals(op, anchor, end - anchor) - destination);
    }

    /// <summary>
    /// From the end to the start, the cheapest way to write the rest. A shorter match with the same offset is always there, so the
    /// longest at each place is enough.
    /// </summary>
    private static int EncodeOptimally(ref Search search, byte* source, int length, byte* destination, Workspace workspace)
    {
        byte* end = source + length;
        workspace.Reserve(length + 1);
        fixed (int* offsets = workspace.Offsets)
        fixed (int* lengths = workspace.Lengths)
        fixed (int* costs = workspace.Costs)
        {
            int last = length - Lz4Encoder.MatchFindLimit;
            for (int at = 0; at <= last; at++)
            {
                lengths[at] = search.Find(source + at, Lz4Encoder.MinMatch - 1, out offsets[at]);

                // Inside of a long run every place has nearly the same match.
                if (lengths[at] > 512)
                {
                    int stop = Math.Min(last, at + lengths[at] - 256);
                    while (at < stop)
                    {
                        at++;
                        lengths[at] = lengths[at - 1] - 1;
                        offsets[at] = offsets[at - 1];
                    }
                }
            }

            costs[length] = 0;
            int run = 0;
            for (int at = length - 1; at >= 0; at--)
            {
                // Literals cost a byte each, and one more where their count grows into another length byte.
                run++;
                int best = costs[at + 1] + 1 + (run >= 15 && (run - 15) % 255 == 0 ? 1 : 0);
                int take = 0;
                int longest = at <= last ? lengths[at] : 0;
                for (int candidate = longest; candidate >= Lz4Encoder.MinMatch && candidate > longest - 256; candidate--)
                {
                    int cost = costs[at + candidate] + 3 + (candidate >= 19 ? 1 + ((candidate - 19) / 255) : 0);
                    if (cost <= best)
                    {
                        best = cost;
                        take = candidate;
                    }
                }

                costs[at] = best;
                if (at <= last)
                {
                    lengths[at] = take;
                }

                run = take != 0 ? 0 : run;
            }

            byte* op = destination;
            byte* anchor = source;
            for (int at = 0; at <= last;)
            {
                int take = lengths[at];
                if (take == 0)
                {
                    at++;
                    continue;
                }

                op = WriteSequence(op, anchor, source + at, offsets[at], take, end);
                at += take;
                anchor = source + at;
            }

            return (int)(Lz4Encoder.WriteLastLiterals(op, anchor, end - anchor) - destination);
        }
    }

    private static byte* WriteSequence(byte* op, byte* anchor, byte* ip, int offset, int matchLength, byte* end)
    {
        byte* token = op++;
        op = Lz4Encoder.WriteLiterals(token, op, anchor, ip - anchor, end);
        op[0] = (byte)offset;
        op[1] = (byte)(offset >> 8);
        return Lz4Encoder.WriteMatchLength(token, op + 2, matchLength - Lz4Encoder.MinMatch);
    }

    /// <summary>Chains of the places with one hash, newest first; the distance to the next older one is kept for the last 64 KiB.</summary>
    private ref struct Search(byte* source, byte* end, int* heads, ushort* chain, int attempts)
    {
        private int _inserted;

        /// <summary>
        /// The longest match above a length for a place not before those asked for earlier; its length, or 0 when there is none.
        /// </summary>
        public int Find(byte* at, int above, out int offset)
        {
            int position = (int)(at - source);
            offset = 0;
            for (; _inserted <= position; _inserted++)
            {
                int* head = heads + Hash(source + _inserted);
                int distance = *head < 0 ? ushort.MaxValue : Math.Min(_inserted - *head, ushort.MaxValue);
                chain[_inserted & ushort.MaxValue] = (ushort)distance;
                *head = _inserted;
            }

            byte* limit = end - Lz4Encoder.LastLiterals;
            uint first = Unsafe.ReadUnaligned<uint>(at);
            int longest = above;
            if (at + longest >= limit)
            {
                return 0;
            }

            int candidate = position;
            for (int left = attempts; left > 0; left--)
            {
                // The oldest distance that the chain can hold says that there is none.
                int step = chain[candidate & ushort.MaxValue];
                candidate -= step;
                if (step == ushort.MaxValue || candidate < 0 || position - candidate > Lz4Encoder.MaxDistance)
                {
                    break;
                }

                byte* match = source + candidate;
                if (match[longest] == at[longest] && Unsafe.ReadUnaligned<uint>(match) == first)
                {
                    int length = Lz4Encoder.MinMatch
                        + (int)MatchFinding.CommonLength(at + Lz4Encoder.MinMatch, match + Lz4Encoder.MinMatch, limit);
                    if (length > longest)
                    {
                        longest = length;
                        offset = position - candidate;
                        if (at + longest >= limit)
                        {
                            break;
                        }
                    }
                }
            }

            return offset == 0 ? 0 : longest;
        }

        private static uint Hash(byte* at) => (MatchFinding.ReadUInt32(at) * 2654435761U) >> (32 - HashBits);
    }

    /// <summary>The memory of one thread.</summary>
    private sealed class Workspace
    {
        public int[] Heads { get; } = new int[1 << HashBits];

        public ushort[] Chain { get; } = new ushort[ushort.MaxValue + 1];

        public int[] Offsets { get; private set; } = [];

        public int[] Lengths { get; private set; } = [];

        public int[] Costs { get; private set; } = [];

        public void Reserve(int length)
        {
            if (Offsets.Length < length)
            {
                Offsets = new int[length];
                Lengths = new int[length];
                Costs = new int[length];
            }
        }
    }
}
