using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Query.Guardrails;

/// <summary>Holds one statement of an ordinary user against the guardrails: warnings are gathered, failures thrown. For one thread.</summary>
/// <remarks>Source: org/apache/cassandra/db/guardrails/{Guardrail,MaxThreshold,EnableFlag,Values}.java.</remarks>
internal sealed class Guard(GuardrailSettings settings)
{
    private readonly List<string> _warnings = [];

    /// <summary>The settings.</summary>
    public GuardrailSettings Settings => settings;

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Checks a number that should not be large.</summary>
    /// <param name="name">The guardrail.</param>
    /// <param name="value">The number.</param>
    /// <param name="warning">The text of a warning, by threshold.</param>
    /// <param name="failure">The text of a failure, by threshold.</param>
    public void Max(string name, long value, Func<string, string> warning, Func<string, string> failure)
    {
        (long warn, long fail) = settings.Threshold(name);
        if (fail >= 0 && value > fail)
            throw Fail(name, failure(Text(fail)));
        if (warn >= 0 && value > warn)
            Warn(name, warning(Text(warn)));
    }

    /// <summary>Checks a number that should not be large, where both texts differ in one word alone.</summary>
    /// <param name="name">The guardrail.</param>
    /// <param name="value">The number.</param>
    /// <param name="text">The text, by <c>warning</c> or <c>failure</c> and threshold.</param>
    public void Max(string name, long value, Func<string, string, string> text) => Max(name, value, t => text("warning", t), t => text("failure", t));

    /// <summary>Checks that something is allowed.</summary>
    /// <param name="name">The guardrail.</param>
    /// <param name="setting">Its setting.</param>
    /// <param name="feature">What it is about, as messages name it.</param>
    /// <param name="reason">Why it may be forbidden; null for nothing to say.</param>
    public void Enabled(string name, string setting, string feature, string? reason = null)
    {
        if (!settings.IsEnabled(setting))
            throw Fail(name, $"{feature} is not allowed{(reason is null ? "" : $". {reason}")}");
    }

    /// <summary>Checks values, of which some may be forbidden, some left aside, and some not recommended.</summary>
    /// <param name="name">The guardrail.</param>
    /// <param name="what">What they are for, as messages name it.</param>
    /// <param name="values">The values.</param>
    /// <returns>Those that are to be left aside.</returns>
    public ImmutableArray<string> Values(string name, string what, IReadOnlyCollection<string> values)
    {
        ImmutableArray<string> disallowed = settings.Names($"{name}_disallowed");
        if (Among(disallowed) is { Length: > 0 } refused)
            throw Fail(name, $"Provided values {List(refused)} are not allowed for {what} (disallowed values are: {List(disallowed)})");
        ImmutableArray<string> ignored = settings.Names($"{name}_ignored");
        ImmutableArray<string> aside = Among(ignored);
        if (aside.Length > 0)
            Warn(name, $"Ignoring provided values {List(aside)} as they are not supported for {what} (ignored values are: {List(ignored)})");
        ImmutableArray<string> warned = settings.Names($"{name}_warned");
        if (Among(warned) is { Length: > 0 } named)
            Warn(name, $"Provided values {List(named)} are not recommended for {what} (warned values are: {List(warned)})");
        return aside;

        ImmutableArray<string> Among(ImmutableArray<string> list) => [.. values.Where(list.Contains).Order(StringComparer.Ordinal)];
    }

    private static string List(ImmutableArray<string> names) => $"[{string.Join(", ", names)}]";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static InvalidQueryException Fail(string name, string text) => new($"Guardrail {name} violated: {text}");

    private void Warn(string name, string text)
    {
        string warning = $"Guardrail {name} violated: {text}";
        if (!_warnings.Contains(warning))
            _warnings.Add(warning);
    }
}
