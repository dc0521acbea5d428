using System.Globalization;
using System.Text.RegularExpressions;

namespace Cqlite.Core.Schema.Options;

/// <summary>The options <c>speculative_retry</c> and <c>additional_write_policy</c>: ALWAYS, NEVER, 99p, 50ms, MIN(99p,50ms).</summary>
/// <remarks>Source: org/apache/cassandra/service/reads/*SpeculativeRetryPolicy.java.</remarks>
internal static partial class SpeculativeRetryOptions
{
    private enum Kind
    {
        Never,
        Fixed,
        Percentile,
        Hybrid,
        Always,
    }

    /// <summary>The policy as Cassandra 5.0 keeps it.</summary>
    public static string Parse(string text) => ParseKind(text).Text;

    private static (Kind Kind, string Text) ParseKind(string text)
    {
        if (text.Equals("ALWAYS", StringComparison.OrdinalIgnoreCase))
            return (Kind.Always, "ALWAYS");
        if (text.Equals("NEVER", StringComparison.OrdinalIgnoreCase) || text.Equals("NONE", StringComparison.OrdinalIgnoreCase))
            return (Kind.Never, "NEVER");
        if (PercentilePattern().Match(text) is { Success: true } percentile)
            return (Kind.Percentile, PercentileOf(text, percentile.Groups["number"].Value));
        if (FixedPattern().Match(text) is { Success: true } milliseconds)
            return (Kind.Fixed, FixedOf(text, milliseconds.Groups["number"].Value));
        if (HybridPattern().Match(text) is { Success: true } hybrid)
            return (Kind.Hybrid, HybridOf(text, hybrid));
        throw Invalid(text);
    }

    private static string PercentileOf(string text, string number)
    {
        if (!JavaNumber.TryParseDouble(number, out double percentile))
            throw Invalid(text);
        if (percentile is <= 0 or >= 100)
            throw OptionErrors.Configuration($"Invalid value {text} for PERCENTILE option 'speculative_retry': must be between (0.0 and 100.0)");
        return Math.Round(percentile, 4, MidpointRounding.ToEven).ToString("0.####", CultureInfo.InvariantCulture) + "p";
    }

    private static string FixedOf(string text, string number)
    {
        if (!JavaNumber.TryParseDouble(number, out double milliseconds))
            throw Invalid(text);
        int whole = milliseconds >= int.MaxValue ? int.MaxValue : (int)milliseconds;
        return whole.ToString(CultureInfo.InvariantCulture) + "ms";
    }

    private static string HybridOf(string text, Match match)
    {
        if (!IsPolicy(match.Groups["first"].Value) || !IsPolicy(match.Groups["second"].Value))
            throw Invalid(text);
        (Kind firstKind, string first) = ParseKind(match.Groups["first"].Value);
        (Kind secondKind, string second) = ParseKind(match.Groups["second"].Value);
        if (firstKind == secondKind)
        {
            throw OptionErrors.Configuration(
                $"Invalid value {text} for option 'speculative_retry': MIN()/MAX() arguments should be of different types, but both are of type {firstKind.ToString().ToUpperInvariant()}");
        }

        (string percentile, string milliseconds) = firstKind == Kind.Percentile ? (first, second) : (second, first);
        return $"{match.Groups["function"].Value.ToUpperInvariant()}({percentile},{milliseconds})";
    }

    private static bool IsPolicy(string text) => PercentilePattern().IsMatch(text) || FixedPattern().IsMatch(text);

    private static Errors.InvalidQueryException Invalid(string text) =>
        OptionErrors.Configuration($"Invalid value {text} for option 'speculative_retry'");

    [GeneratedRegex("^(?<number>[0-9.]+)p(ercentile)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex PercentilePattern();

    [GeneratedRegex("^(?<number>[0-9.]+)ms$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex FixedPattern();

    [GeneratedRegex(@"^(?<function>MIN|MAX)\((?<first>[0-9.]+[a-z]+)\s*,\s*(?<second>[0-9.]+[a-z]+)\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex HybridPattern();
}
