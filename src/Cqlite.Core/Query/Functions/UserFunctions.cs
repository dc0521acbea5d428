using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Functions;

/// <summary>
/// Functions and aggregates of the user, which are found and checked as any but can't run: their bodies are Java's. Without rows, or with
/// nulls for a function that answers null to them, none needs to.
/// </summary>
internal static class UserFunctions
{
    /// <summary>The functions and aggregates of a name.</summary>
    public static IEnumerable<Function> Of(KeyspaceMetadata keyspace, string name)
    {
        foreach (FunctionMetadata function in keyspace.Functions.Values.Where(f => f.Name == name))
        {
            yield return new ScalarFunction(function.Keyspace, name, (in _, _) => throw CantRun(function), function.ReturnType, function.ArgumentTypes.AsSpan())
            {
                IsPure = false,
                TakesNulls = function.CalledOnNullInput,
            };
        }

        foreach (AggregateMetadata aggregate in keyspace.Aggregates.Values.Where(a => a.Name == name))
            yield return new AggregateFunction(aggregate.Keyspace, name, () => throw CantRun(aggregate), aggregate.ReturnType, aggregate.ArgumentTypes.AsSpan());
    }

    private static InvalidQueryException CantRun(FunctionMetadata function) =>
        new($"Function {function.Keyspace}.{function.Signature} can't be run: this engine has no Java to execute its body");

    private static InvalidQueryException CantRun(AggregateMetadata aggregate) =>
        new($"Aggregate {aggregate.Keyspace}.{aggregate.Signature} can't be run: this engine has no Java to execute its functions");
}
