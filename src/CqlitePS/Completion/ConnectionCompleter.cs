using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Cqlite.Core.Query;

namespace CqlitePS.Completion;

/// <summary>Completes connections: the variables that hold one.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        string word = (wordToComplete ?? "").TrimStart('$');
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        foreach (PSVariable variable in shell.AddCommand("Get-Variable").AddParameter("Name", $"{WildcardPattern.Escape(word)}*").Invoke<PSVariable>())
        {
            if ((variable.Value is PSObject wrapped ? wrapped.BaseObject : variable.Value) is IQueryTarget target)
                yield return new CompletionResult($"${variable.Name}", variable.Name, CompletionResultType.Variable, target.Name);
        }
    }
}
