using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Cqlite.Core.Engine.Indexes.Unicode;

/// <summary>Unicode's normal form C: what looks and means the same becomes the same text. By tables of our own, for the platform may have none.</summary>
/// <remarks>
/// Every code point is decomposed as far as it goes, marks are put in the order of their combining classes, and what composes is composed
/// with the last starter. Syllables of Hangul are computed. Source: Unicode Standard Annex 15; java.text.Normalizer is what Cassandra asks.
/// </remarks>
internal static class CanonicalComposition
{
    // No code point decomposes into more.
    private const int MaxGrowth = 4;

    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly FrozenDictionary<(int First, int Second), int> s_composed = Compositions();

    /// <summary>The normal form of a text.</summary>
    public static string Compose(string text)
    {
        // What is below U+0300 is composed, and nothing composes with it from there on.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        int[] codes = ArrayPool<int>.Shared.Rent(text.Length * MaxGrowth);
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, codes, ref count);
        count = Compose(codes.AsSpan(0, count));
        var result = new StringBuilder(text.Length);
        foreach (int code in codes.AsSpan(0, count))
            result.Append(new Rune(code));
        ArrayPool<int>.Shared.Return(codes);
        return result.ToString();
    }

    private static void Decompose(int code, int[] codes, ref int count)
    {
        int syllable = code - SyllableBase;
        if (code < 0xC0)
        {
            codes[count++] = code;
        }
        else if ((uint)syllable < SyllableCount)
        {
            codes[count++] = LeadBase + (syllable / (VowelCount * TrailCount));
            codes[count++] = VowelBase + (syllable / TrailCount % VowelCount);
            if (syllable % TrailCount != 0)
                codes[count++] = TrailBase + (syllable % TrailCount);
        }
        else if (TableSearch.Find(UnicodeTables.Singletons, 2, code) is [_, int other])
        {
            Decompose(other, codes, ref count);
        }
        else if (TableSearch.Find(UnicodeTables.Pairs, 3, code) is [_, int first, int second])
        {
            Decompose(first, codes, ref count);
            Decompose(second, codes, ref count);
        }
        else if (TableSearch.Find(UnicodeTables.UncomposedPairs, 3, code) is [_, int begin, int end])
        {
            Decompose(begin, codes, ref count);
            Decompose(end, codes, ref count);
        }
        else
        {
            AddInOrder(code, codes, ref count);
        }
    }

    // A mark goes before those of a higher class, back to the last starter at most.
    private static void AddInOrder(int code, int[] codes, ref int count)
    {
        int combiningClass = ClassOf(code);
        int at = count++;
        if (combiningClass != 0)
        {
            for (; at > 0 && ClassOf(codes[at - 1]) > combiningClass; at--)
                codes[at] = codes[at - 1];
        }

        codes[at] = code;
    }

    private static int Compose(Span<int> codes)
    {
        int starter = -1;
        int lastClass = 0;
        int count = 0;
        foreach (int code in codes)
        {
            int combiningClass = ClassOf(code);
            bool isNext = starter == count - 1;

            // Another mark of the same class, or a starter, between the two blocks the way.
            if (starter >= 0 && (isNext || (lastClass != 0 && lastClass < combiningClass)) && TryCompose(codes[starter], code, out int composed))
            {
                codes[starter] = composed;
                continue;
            }

            if (combiningClass == 0)
                starter = count;
            lastClass = combiningClass;
            codes[count++] = code;
        }

        return count;
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
        {
            composed = SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
            return true;
        }

        int syllable = first - SyllableBase;
        int trail = second - TrailBase;
        if ((uint)syllable < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            composed = first + trail;
            return true;
        }

        return s_composed.TryGetValue((first, second), out composed);
    }

    private static int ClassOf(int code)
    {
        if (code < 0x300)
            return 0;
        int at = UnicodeTables.CombiningClasses.BinarySearch((code << 8) | 0xFF);
        return UnicodeTables.CombiningClasses[at < 0 ? ~at - 1 : at] & 0xFF;
    }

    private static FrozenDictionary<(int First, int Second), int> Compositions()
    {
        ReadOnlySpan<int> pairs = UnicodeTables.Pairs;
        var composed = new Dictionary<(int First, int Second), int>(pairs.Length / 3);
        for (int i = 0; i < pairs.Length; i += 3)
            composed.Add((pairs[i + 1], pairs[i + 2]), pairs[i]);
        return composed.ToFrozenDictionary();
    }
}
