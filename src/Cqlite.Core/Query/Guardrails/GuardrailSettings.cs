using System.Collections.Immutable;
using System.Globalization;

namespace Cqlite.Core.Query.Guardrails;

/// <summary>The thresholds and switches of guardrails, by the names that cassandra.yaml has for them; what is not set limits nothing. Immutable.</summary>
/// <param name="settings">The database's settings.</param>
/// <remarks>Source: org/apache/cassandra/config/GuardrailsOptions.java.</remarks>
internal sealed class GuardrailSettings(IReadOnlyDictionary<string, string?> settings)
{
    private static readonly (string Unit, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1)];

    /// <summary>The numbers above (or below) which there is a warning, and a failure; -1 for none.</summary>
    public (long Warn, long Fail) Threshold(string name) => (Number($"{name}_warn_threshold"), Number($"{name}_fail_threshold"));

    /// <summary>Whether something is allowed, which it is unless it says <c>false</c>.</summary>
    public bool IsEnabled(string name) => !string.Equals(settings.GetValueOrDefault(name), "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>A list of names: <c>[a, b]</c>.</summary>
    public ImmutableArray<string> Names(string name) => settings.GetValueOrDefault(name) is { } text
        ? [.. text.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
        : [];

    private long Number(string name)
    {
        if (settings.GetValueOrDefault(name) is not { } text)
            return -1;
        foreach ((string unit, long bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
                return Parse(name, text[..^unit.Length]) * bytes;
        }

        return Parse(name, text);
    }

    private static long Parse(string name, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw new Errors.InvalidQueryException($"The setting {name} is '{text}'; it has to be a number, or a size such as 5MiB.", Errors.InvalidQueryException.ConfigurationCode);
}
