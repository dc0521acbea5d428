using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Cqlite.Core.Query;
using CqlitePS.Objects;

namespace CqlitePS.Completion;

/// <summary>Completes sides of a comparison: the variables that hold a connection or a database, and paths.</summary>
public sealed class OperandCompleter : IArgumentCompleter
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
            if (value is CqliteDatabase or IQueryTarget)
                yield return Variables.Completion(name, value is IQueryTarget target ? target.Name : $"database {value}");
        }

        foreach (CompletionResult path in CompletionCompleters.CompleteFilename(wordToComplete ?? ""))
            yield return path;
    }
}
