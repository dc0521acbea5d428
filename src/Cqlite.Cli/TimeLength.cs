using System.CommandLine.Parsing;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Cli;

/// <summary>Lengths of time as command lines have them: <c>90</c> (seconds), <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>; from a millisecond to a hundred years.</summary>
internal static class TimeLength
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromDays(365 * 100);

    /// <summary>Reads one; false for what is none.</summary>
    public static bool TryParse(string text, out TimeSpan length)
    {
        try
        {
            length = CqlDuration.ParseLength(text);
        }
        catch (Exception e) when (e is InvalidQueryException or OverflowException or ArgumentException)
        {
            length = default;
        }

        return length >= s_least && length <= s_most;
    }

    /// <summary>Reads an option's value, or says what it takes.</summary>
    public static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out TimeSpan length))
            return length;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} '{text}': a length of time such as 30s, 5m, 1h30m or 7d is needed.");
        return null;
    }
}
