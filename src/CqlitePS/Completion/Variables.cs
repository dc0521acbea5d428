using System.Management.Automation;

namespace CqlitePS.Completion;

/// <summary>Variables of the session that a word may be completed to.</summary>
internal static class Variables
{
    /// <summary>Those whose names begin with a word, with what they hold.</summary>
    /// <param name="word">What the user has typed, with or without a dollar.</param>
    public static IEnumerable<(string Name, object? Value)> Beginning(string? word)
    {
        string name = (word ?? "").TrimStart('$');
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        foreach (PSVariable variable in shell.AddCommand("Get-Variable").AddParameter("Name", $"{WildcardPattern.Escape(name)}*").Invoke<PSVariable>())
            yield return (variable.Name, variable.Value is PSObject wrapped ? wrapped.BaseObject : variable.Value);
    }

    /// <summary>The completion to one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tip">What it holds, in words.</param>
    public static CompletionResult Completion(string name, string tip) => new($"${name}", name, CompletionResultType.Variable, tip);
}
