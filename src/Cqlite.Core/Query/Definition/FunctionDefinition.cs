using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE and DROP FUNCTION. Functions of a node, and new ones where a setting allows them, are kept and described; no body is compiled or run.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{CreateFunction,DropFunction}Statement.java.</remarks>
internal static class FunctionDefinition
{
    public static DdlResult Create(CreateFunctionStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name;
        context.CheckMayHaveFunctions(keyspaceName);
        if (statement.IfNotExists && statement.OrReplace)
            throw DdlContext.Invalid("Cannot use both 'OR REPLACE' and 'IF NOT EXISTS' directives");
        if (!context.Settings.IsRecorded && !context.Settings.KeepsFunctions)
        {
            throw DdlContext.Invalid(
                "User-defined functions are disabled, for their bodies are Java, which this engine neither compiles nor runs. "
                + "A database with the setting user_defined_functions_enabled=true keeps and describes them; calls are refused there too");
        }

        if (statement.Language != "java" && !context.Settings.IsRecorded)
        {
            throw DdlContext.Invalid(
                "Currently only Java UDFs are available in Cassandra. For more information - CASSANDRA-18252 and CASSANDRA-17281");
        }

        if (!CqlName.IsWord(name))
            throw DdlContext.Invalid($"Function name '{name}' is invalid");
        string[] argumentNames = [.. statement.Arguments.Select(argument => argument.Name.Text)];
        if (argumentNames.Distinct(StringComparer.Ordinal).Count() != argumentNames.Length)
            throw DdlContext.Invalid($"Duplicate argument names for given function {name} with argument names [{string.Join(", ", argumentNames)}]");
        CheckNotFrozen(statement.Arguments.Select(argument => argument.Type));
        if (TypeResolver.IsExplicitlyFrozen(statement.ReturnType))
        {
            throw DdlContext.Invalid(
                $"Return type '{statement.ReturnType}' cannot be frozen; remove frozen<> modifier from '{statement.ReturnType}'");
        }

        KeyspaceMetadata keyspace = context.Keyspace(keyspaceName);
        var resolver = new TypeResolver(keyspace);
        var function = new FunctionMetadata(
            keyspaceName,
            name,
            [.. argumentNames],
            [.. statement.Arguments.Select(argument => resolver.Resolve(argument.Type))],
            resolver.Resolve(statement.ReturnType),
            statement.CalledOnNullInput,
            statement.Language,
            statement.Body);
        ImmutableArray<string> argumentTypes = [.. statement.Arguments.Select(argument => resolver.QualifiedText(argument.Type))];
        if (keyspace.Aggregates.ContainsKey(function.Signature))
            throw DdlContext.Invalid($"Function '{name}' cannot replace an aggregate");
        if (!keyspace.Functions.TryGetValue(function.Signature, out FunctionMetadata? existing))
            return Changed(SchemaChangeKind.Created);
        if (statement.IfNotExists)
            return context.Unchanged();
        if (!statement.OrReplace)
            throw DdlContext.Invalid($"Function '{name}' already exists");
        if (existing.CalledOnNullInput != function.CalledOnNullInput)
        {
            throw DdlContext.Invalid(
                $"Function '{name}' must have {(function.CalledOnNullInput ? "CALLED ON NULL INPUT" : "RETURNS NULL ON NULL INPUT")} directive");
        }

        if (!function.ReturnType.Equals(existing.ReturnType))
        {
            throw DdlContext.Invalid(
                $"Cannot replace function '{name}', the new return type {function.ReturnType.Name} is not compatible with the return type {existing.ReturnType.Name} of existing function");
        }

        return Changed(SchemaChangeKind.Updated);

        DdlResult Changed(SchemaChangeKind kind) => context.Changed(
            keyspace with { Functions = keyspace.Functions.SetItem(function.Signature, function) },
            kind,
            SchemaChangeTarget.Function,
            name,
            argumentTypes);
    }

    public static DdlResult Drop(DropFunctionStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name;
        string text = QualifiedName(keyspaceName, name, statement.ArgumentTypes);
        if (context.FindKeyspace(keyspaceName) is not { } keyspace)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Function '{text}' doesn't exist");
        context.CheckMayHaveFunctions(keyspaceName);
        CheckOneMeant("FUNCTION", keyspace, name, statement.ArgumentTypes);
        FunctionMetadata? function = keyspace.Functions.Values.FirstOrDefault(f =>
            string.Equals(f.Name, name, StringComparison.Ordinal) && Matches(f.ArgumentTypes, statement.ArgumentTypes, keyspace));
        if (function is null)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Function '{text}' doesn't exist");

        string aggregates = string.Join(", ", keyspace.Aggregates.Values.Where(a => Uses(a, function)).Select(a => $"{a.Keyspace}.{a.Name}"));
        if (aggregates.Length > 0)
            throw DdlContext.Invalid($"Function '{text}' is still referenced by aggregates {aggregates}");
        string tables = string.Join(", ", keyspace.Tables.Values
            .Where(table => table.Columns.Values.Any(c => c.Mask is { } mask && string.Equals(mask.FunctionKeyspace, keyspaceName, StringComparison.Ordinal) && string.Equals(mask.FunctionName, name, StringComparison.Ordinal)))
            .Select(table => table.Name));
        if (tables.Length > 0)
            throw DdlContext.Invalid($"Function '{text}' is still referenced by column masks in tables {tables}");
        return context.Changed(
            keyspace with { Functions = keyspace.Functions.Remove(function.Signature) },
            SchemaChangeKind.Dropped,
            SchemaChangeTarget.Function,
            name,
            [.. function.ArgumentTypes.Select(FunctionSignature.TypeText)]);
    }

    /// <summary>Refuses <c>frozen</c> where a function's argument can't have it.</summary>
    internal static void CheckNotFrozen(IEnumerable<TypeSyntax> types)
    {
        if (types.FirstOrDefault(TypeResolver.IsExplicitlyFrozen) is { } frozen)
            throw DdlContext.Invalid($"Argument '{frozen}' cannot be frozen; remove frozen<> modifier from '{frozen}'");
    }

    /// <summary>The name as messages have it: with the argument types that the statement gave.</summary>
    internal static string QualifiedName(string keyspace, string name, ImmutableArray<TypeSyntax> types) =>
        types.IsDefault ? $"{keyspace}.{name}" : $"{keyspace}.{name}({string.Join(", ", types)})";

    /// <summary>Refuses a name without argument types that more than one function or aggregate has.</summary>
    internal static void CheckOneMeant(string what, KeyspaceMetadata keyspace, string name, ImmutableArray<TypeSyntax> types)
    {
        int count = keyspace.Functions.Values.Count(f => string.Equals(f.Name, name, StringComparison.Ordinal))
            + keyspace.Aggregates.Values.Count(a => string.Equals(a.Name, name, StringComparison.Ordinal));
        if (count > 1 && types.IsDefault)
        {
            throw DdlContext.Invalid(
                $"'DROP {what} {name}' matches multiple function definitions; specify the argument types by issuing a statement like 'DROP {what} {name} (type, type, ...)'. "
                + $"You can use cqlsh 'DESCRIBE {what} {name}' command to find all overloads");
        }

        if (!types.IsDefault)
            CheckNotFrozen(types);
    }

    /// <summary>Whether argument types are those that a statement gave, or it gave none.</summary>
    internal static bool Matches(ImmutableArray<CqlType> types, ImmutableArray<TypeSyntax> given, KeyspaceMetadata keyspace)
    {
        var resolver = new TypeResolver(keyspace);
        return given.IsDefault || types.SequenceEqual(given.Select(resolver.Resolve));
    }

    private static bool Uses(AggregateMetadata aggregate, FunctionMetadata function) =>
        (string.Equals(aggregate.StateFunction, function.Name, StringComparison.Ordinal)
            && function.ArgumentTypes.SequenceEqual(aggregate.ArgumentTypes.Insert(0, aggregate.StateType)))
        || (string.Equals(aggregate.FinalFunction, function.Name, StringComparison.Ordinal)
            && function.ArgumentTypes.SequenceEqual([aggregate.StateType]));
}
