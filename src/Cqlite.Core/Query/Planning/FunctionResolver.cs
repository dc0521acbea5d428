using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Finds the function that a call means, among those of its name, by the types of its arguments and of what it is for.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/FunctionResolver.java.</remarks>
internal static class FunctionResolver
{
    /// <summary>The function of a call; null if there is none of the name.</summary>
    /// <exception cref="InvalidQueryException">None suits, or more than one does.</exception>
    public static Function? Resolve(Call call, IReadOnlyList<CallArgument> arguments, CqlType? receiver, KeyspaceMetadata? keyspace, TableMetadata? table)
    {
        List<Function> candidates = Candidates(call, arguments, receiver, keyspace, table);
        switch (candidates.Count)
        {
            case 0:
                return null;
            case 1:
                Check(candidates[0], arguments);
                return candidates[0];
            default:
                return Best(call, arguments, receiver, candidates);
        }
    }

    private static List<Function> Candidates(Call call, IReadOnlyList<CallArgument> arguments, CqlType? receiver, KeyspaceMetadata? keyspace, TableMetadata? table)
    {
        var candidates = new List<Function>();
        if (keyspace is not null && (call.Keyspace ?? keyspace.Name) == keyspace.Name)
            candidates.AddRange(UserFunctions.Of(keyspace, call.Name));
        if (call.Keyspace is not (null or Function.System))
            return candidates;
        candidates.AddRange(NativeFunctions.Of(call.Name));
        if (NativeFunctions.FactoryOf(call.Name)?.Make(arguments, receiver) is { } made)
            candidates.Add(made);
        if (call.Name == "token")
            candidates.Add(new TokenFunction(table ?? throw new InvalidQueryException("No receiver table has been specified for function system.token")));
        return candidates;
    }

    // The only one of a name can say more precisely what is wrong.
    private static void Check(Function function, IReadOnlyList<CallArgument> arguments)
    {
        if (arguments.Count != function.ArgumentTypes.Length)
        {
            throw new InvalidQueryException(
                $"Invalid number of arguments in call to function {function.QualifiedName}: {function.ArgumentTypes.Length} required but {arguments.Count} provided");
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            CqlType type = function.ArgumentTypes[i];
            if (arguments[i].Test(type) == Fit.None)
                throw new InvalidQueryException($"Type error: {arguments[i]} cannot be passed as argument {i} of function {function.QualifiedName} of type {type.Name}");
        }
    }

    private static Function Best(Call call, IReadOnlyList<CallArgument> arguments, CqlType? receiver, List<Function> candidates)
    {
        var compatible = new List<Function>();
        foreach (Function candidate in candidates)
        {
            if (receiver is not null && TypeCompatibility.Test(candidate.ReturnType, TypeCompatibility.OfArgument(receiver)) == Fit.None)
                continue;
            switch (Match(candidate, arguments))
            {
                case Fit.Exact:
                    return candidate;
                case Fit.Weak:
                    compatible.Add(candidate);
                    break;
            }
        }

        if (compatible.Count == 1)
            return compatible[0];
        if (compatible.Count == 0)
        {
            throw new InvalidQueryException(call.Operator is { } op
                ? $"the '{op}' operation is not supported between {arguments[0]} and {arguments[1]}"
                : $"Invalid call to function {call}, none of its type signatures match (known type signatures: {List(candidates)})");
        }

        if (call.Operator is { } symbol)
        {
            Function? same = receiver is null || call.Arguments.Any(a => a is BindMarker)
                ? null
                : compatible.Find(f => receiver.Equals(f.ArgumentTypes[0]) && receiver.Equals(f.ArgumentTypes[1]));
            return same ?? throw new InvalidQueryException(
                $"Ambiguous '{symbol}' operation with args {arguments[0]} and {arguments[1]}: use type hint to disambiguate, example '(int) ?'");
        }

        throw new InvalidQueryException(call.Name == ArithmeticFunctions.NegationName
            ? "Ambiguous negation: use type casts to disambiguate"
            : $"Ambiguous call to function {call} (can be matched by following signatures: {List(compatible)}): use type casts to disambiguate");
    }

    // Exact if all arguments are, none if one does not suit.
    private static Fit Match(Function function, IReadOnlyList<CallArgument> arguments)
    {
        if (arguments.Count != function.ArgumentTypes.Length)
            return Fit.None;
        Fit least = Fit.Exact;
        for (int i = 0; i < arguments.Count && least != Fit.None; i++)
        {
            Fit match = arguments[i].Test(function.ArgumentTypes[i]);
            least = match < least ? match : least;
        }

        return least;
    }

    private static string List(List<Function> functions) => string.Join(", ", functions.Select(f => f.ToString()).Order(StringComparer.Ordinal));
}

/// <summary>A call as it is written, or an operator or cast as the call that it is.</summary>
/// <param name="Keyspace">The keyspace of the name; null if it has none.</param>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Operator">The operator's symbol; null for other calls.</param>
internal sealed record Call(string? Keyspace, string Name, ImmutableArray<Expression> Arguments, char? Operator = null)
{
    /// <summary>The call that an expression is; null if it is none.</summary>
    public static Call? Of(Expression expression) => expression switch
    {
        FunctionCall call => new Call(call.Function.Keyspace, call.Function.Name, call.Arguments),
        BinaryOperation operation => new Call(
            Function.System,
            ArithmeticFunctions.NameOf(operation.Operator),
            [operation.Left, operation.Right],
            ArithmeticFunctions.SymbolOf(operation.Operator)),
        Negation negation => new Call(Function.System, ArithmeticFunctions.NegationName, [negation.Operand]),
        CastExpression cast => new Call(Function.System, CastFunctions.NameOf(cast.Type.Name), [cast.Operand]),
        _ => null,
    };

    /// <summary>The name as it is written.</summary>
    public override string ToString() => Keyspace is null ? Name : $"{Keyspace}.{Name}";
}
