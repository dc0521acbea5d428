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
        foreach ((string name, object? value) in Variables.Beginning(wordToComplete))
        {
            if (value is IQueryTarget target)
                yield return Variables.Completion(name, target.Name);
        }
    }
}
