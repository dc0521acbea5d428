using System.Globalization;

namespace Cqlite.Core.Inspection;

/// <summary>A histogram with bars and percentiles, as sstablemetadata prints it.</summary>
/// <remarks>Source: org/apache/cassandra/tools/Util.java (TermHistogram), utils/EstimatedHistogram.java.</remarks>
internal sealed class TermHistogram
{
    private const int BarLength = 30;
    private const int PercentileBuckets = 165;
    private static readonly long[] s_ends = MakeEnds();

    private readonly string _title;
    private readonly SortedDictionary<long, long> _counts = [];
    private readonly Func<long, string> _nameOf;

    /// <summary>Creates a histogram.</summary>
    /// <param name="title">What stands above the values.</param>
    /// <param name="counts">Values and how often they are; those of equal value are added up.</param>
    /// <param name="nameOf">How a value is printed.</param>
    public TermHistogram(string title, IEnumerable<(long Value, long Count)> counts, Func<long, string> nameOf)
    {
        _title = title;
        _nameOf = nameOf;
        foreach ((long value, long count) in counts)
            _counts[value] = _counts.GetValueOrDefault(value) + count;
    }

    /// <summary>Writes it.</summary>
    public void Write(TextWriter output)
    {
        int nameWidth = _counts.Keys.Select(v => _nameOf(v).Length).Append(_title.Length).Max();
        int countWidth = _counts.Values.Select(c => Number(c).Length).Append(5).Max();
        long largest = _counts.Values.DefaultIfEmpty().Max();
        double sum = _counts.Values.Sum();
        output.Write($"   {_title.PadRight(nameWidth)} | {"Count".PadRight(countWidth)}  (%)  Histogram \n");
        foreach ((long value, long count) in _counts)
        {
            string share = Number((int)(100 * (count / sum))).PadLeft(3);
            output.Write($"   {_nameOf(value).PadRight(nameWidth)} | {Number(count).PadLeft(countWidth)} ({share}) {Bar(count, largest)}\n");
        }

        output.Write("   Percentiles\n");
        long[] buckets = new long[PercentileBuckets + 1];
        foreach ((long value, long count) in _counts)
        {
            int bucket = Array.BinarySearch(s_ends, value);
            buckets[bucket < 0 ? ~bucket : bucket] += count;
        }

        Percentile("50th", 0.5);
        Percentile("75th", 0.75);
        Percentile("95th", 0.95);
        Percentile("98th", 0.98);
        Percentile("99th", 0.99);
        int first = Array.FindIndex(buckets, c => c > 0);
        int last = Array.FindLastIndex(buckets, c => c > 0);
        Line("Min", first <= 0 ? 0 : 1 + s_ends[first - 1]);
        Line("Max", last < 0 ? 0 : EndOf(last));

        void Percentile(string name, double share)
        {
            long wanted = (long)Math.Ceiling(sum * share);
            long seen = 0;
            int bucket = -1;
            while (wanted > 0 && seen < wanted)
                seen += buckets[++bucket];
            Line(name, bucket < 0 ? 0 : EndOf(bucket));
        }

        void Line(string name, long value) => output.Write($"   {name,-10}{_nameOf(value)}\n");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long EndOf(int bucket) => bucket < s_ends.Length ? s_ends[bucket] : long.MaxValue;

    private static string Bar(long count, long largest)
    {
        double length = count * 1.0 / largest * BarLength;
        int whole = (int)length;
        string end = (length - whole) switch
        {
            >= 0.75 => "o",
            >= 0.30 => ".",
            _ => "",
        };
        return new string('O', whole) + end;
    }

    /// <summary>Ends of buckets that grow by a fifth, at least by one.</summary>
    private static long[] MakeEnds()
    {
        long[] ends = new long[PercentileBuckets];
        long last = 1;
        ends[0] = last;
        for (int i = 1; i < ends.Length; i++)
        {
            long next = (long)Math.Round(last * 1.2, MidpointRounding.AwayFromZero);
            last = Math.Max(next, last + 1);
            ends[i] = last;
        }

        return ends;
    }
}
