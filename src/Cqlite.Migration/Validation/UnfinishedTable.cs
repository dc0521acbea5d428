using System.Text.Json.Serialization;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>Where a comparison stands that has not come to its table's end: what else is said of the table is of the ranges that were done.</summary>
/// <param name="Done">The ranges that were compared, in order, none of which touches another.</param>
/// <param name="Differing">The ranges in which the sides differ, in order.</param>
public sealed record UnfinishedTable(IReadOnlyList<ReportedRange> Done, IReadOnlyList<ReportedRange> Differing);

/// <summary>A range as reports have it.</summary>
/// <param name="After">The token behind which it begins, or <c>begin</c>.</param>
/// <param name="UpTo">Its last token, or <c>end</c>.</param>
public sealed record ReportedRange(string After, string UpTo)
{
    /// <summary>The range as tokens.</summary>
    /// <exception cref="FormatException">It has none, or they are in no order.</exception>
    [JsonIgnore]
    public TokenRange Range => TokenRange.TryParse(After, out Token after) && TokenRange.TryParse(UpTo, out Token upTo) && after.Value < upTo.Value
        ? new TokenRange(after, upTo)
        : throw new FormatException($"'{After}' to '{UpTo}' is no range of tokens.");

    internal static ReportedRange Of(TokenRange range) => new(TokenRange.Format(range.After), TokenRange.Format(range.UpTo));
}
