using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace CqlitePS.Values;

/// <summary>Lets durations be written as <c>30s</c>, <c>1m</c> or <c>1h30m</c>; a number alone counts seconds, and not .NET's ticks.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return input switch
            {
                string text => Parse(text.Trim()),
                byte or short or int or long or float or double or decimal => TimeSpan.FromSeconds(Convert.ToDouble(input, CultureInfo.InvariantCulture)),
                _ => inputData,
            };
        }
        catch (Exception e) when (e is InvalidQueryException or OverflowException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException($"'{input}' is no duration: {e.Message} Write 30s, 5m or 1h30m, a number of seconds, or a TimeSpan.", e);
        }
    }

    private static TimeSpan Parse(string text) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? span : CqlDuration.ParseLength(text);
}
