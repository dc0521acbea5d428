using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables;

/// <summary>
/// What tells the SSTables of a table apart, as file names have it: a number that counts up, or (4.1 on, when so configured) a
/// time-based UUID in base 36.
/// </summary>
/// <remarks>
/// <code>
/// 42                              sequence
/// 3gcf_0k2x_2bcde0123456789abc    days, seconds of the day, 100 ns of the second, then the UUID's low half; unsigned, base 36
/// </code>
/// Source: org/apache/cassandra/io/sstable/{SequenceBasedSSTableId,UUIDBasedSSTableId,SSTableIdFactory}.java.
/// </remarks>
public readonly partial record struct SSTableId : IComparable<SSTableId>
{
    private SSTableId(string text, long timestamp, ulong low, bool isUuid)
    {
        Text = text;
        Timestamp = timestamp;
        Low = low;
        IsUuid = isUuid;
    }

    /// <summary>As it stands in file names.</summary>
    public string Text { get; }

    /// <summary>Whether it is a UUID; else it is a number.</summary>
    public bool IsUuid { get; }

    /// <summary>The number, or the UUID's timestamp in 100 ns since 1582.</summary>
    public long Timestamp { get; }

    private ulong Low { get; }

    /// <summary>The id of a number.</summary>
    internal static SSTableId OfNumber(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new SSTableId(number.ToString(CultureInfo.InvariantCulture), number, 0, isUuid: false);
    }

    /// <summary>A new time-based UUID.</summary>
    internal static SSTableId NewUuid()
    {
        long timestamp = TimeUuid.NextTimestamp(out ulong low);
        (long seconds, long ticks) = Math.DivRem(timestamp, 10_000_000);
        (long days, seconds) = Math.DivRem(seconds, 86_400);
        string text = $"{ToBase36((ulong)days, 4)}_{ToBase36((ulong)seconds, 4)}_{ToBase36((ulong)ticks, 5)}{ToBase36(low, 13)}";
        return new SSTableId(text, timestamp, low, isUuid: true);
    }

    /// <summary>The next id of a folder: a number above all others, or a UUID where there are UUIDs and no numbers.</summary>
    internal static SSTableId Next(IEnumerable<SSTableId> existing)
    {
        long largest = 0;
        bool hasUuids = false;
        foreach (SSTableId id in existing)
        {
            hasUuids |= id.IsUuid;
            if (!id.IsUuid)
                largest = Math.Max(largest, id.Timestamp);
        }

        return hasUuids ? NewUuid() : OfNumber(largest + 1);
    }

    /// <summary>Reads an id as it stands in file names.</summary>
    public static bool TryParse(string text, out SSTableId id)
    {
        if (text.Length is > 0 and < 19 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            id = new SSTableId(text, long.Parse(text, CultureInfo.InvariantCulture), 0, isUuid: false);
            return true;
        }

        Match match = UuidPattern().Match(text);
        if (!match.Success || !TryBase36(match.Groups["low"].ValueSpan, out ulong low))
        {
            id = default;
            return false;
        }

        _ = TryBase36(match.Groups["days"].ValueSpan, out ulong days);
        _ = TryBase36(match.Groups["seconds"].ValueSpan, out ulong seconds);
        _ = TryBase36(match.Groups["ticks"].ValueSpan, out ulong ticks);
        id = new SSTableId(text, (long)((((days * 86_400) + seconds) * 10_000_000) + ticks), low, isUuid: true);
        return true;
    }

    /// <summary>Older before newer; numbers before UUIDs.</summary>
    public int CompareTo(SSTableId other)
    {
        if (IsUuid != other.IsUuid)
            return IsUuid ? 1 : -1;
        int byTime = Timestamp.CompareTo(other.Timestamp);
        return byTime != 0 ? byTime : Low.CompareTo(other.Low);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string ToBase36(ulong value, int digits) => string.Create(digits, value, static (text, rest) =>
    {
        for (int i = text.Length - 1; i >= 0; i--, rest /= 36)
            text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(rest % 36)];
    });

    private static bool TryBase36(ReadOnlySpan<char> digits, out ulong value)
    {
        UInt128 sum = 0;
        foreach (char c in digits)
            sum = (sum * 36) + (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        value = (ulong)sum;
        return sum <= ulong.MaxValue;
    }

    [GeneratedRegex("^(?<days>[0-9a-z]{4})_(?<seconds>[0-9a-z]{4})_(?<ticks>[0-9a-z]{5})(?<low>[0-9a-z]{13})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex UuidPattern();
}
