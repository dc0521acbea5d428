using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>CREATE and DROP AGGREGATE.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/{CreateAggregate,DropAggregate}Statement.java.</remarks>
internal static class AggregateDefinition
{
    public static DdlResult Create(CreateAggregateStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name;
        context.CheckMayHaveFunctions(keyspaceName);
        if (statement.IfNotExists && statement.OrReplace)
            throw DdlContext.Invalid("Cannot use both 'OR REPLACE' and 'IF NOT EXISTS' directives");
        if (!CqlName.IsWord(name))
            throw DdlContext.Invalid($"Aggregate name '{name}' is invalid");
        FunctionDefinition.CheckNotFrozen(statement.ArgumentTypes);
        if (TypeResolver.IsExplicitlyFrozen(statement.StateType))
            throw DdlContext.Invalid($"State type '{statement.StateType}' cannot be frozen; remove frozen<> modifier from '{statement.StateType}'");

        KeyspaceMetadata keyspace = context.Keyspace(keyspaceName);
        var resolver = new TypeResolver(keyspace);
        ImmutableArray<CqlType> argumentTypes = [.. statement.ArgumentTypes.Select(resolver.Resolve)];
        CqlType stateType = resolver.Resolve(statement.StateType);
        string stateText = $"{keyspaceName}.{statement.StateFunction}({string.Join(", ", statement.ArgumentTypes.Prepend(statement.StateType).Select(resolver.QualifiedText))})";
        FunctionMetadata state = Find(keyspace, statement.StateFunction, argumentTypes.Insert(0, stateType))
            ?? throw DdlContext.Invalid($"State function {stateText} doesn't exist");
        if (!state.ReturnType.Equals(stateType))
        {
            throw DdlContext.Invalid(
                $"State function {stateText} return type must be the same as the first argument type - check STYPE, argument and return types");
        }

        FunctionMetadata? final = null;
        if (statement.FinalFunction is { } finalName)
        {
            final = Find(keyspace, finalName, [stateType])
                ?? throw DdlContext.Invalid($"Final function {keyspaceName}.{finalName}({resolver.QualifiedText(statement.StateType)}) doesn't exist");
        }

        string? initial = Initial(statement.InitialCondition, stateType);
        if (!state.CalledOnNullInput && initial is null)
        {
            throw DdlContext.Invalid(
                $"Cannot create aggregate '{name}' without INITCOND because state function {keyspaceName}.{statement.StateFunction} does not accept 'null' arguments");
        }

        var aggregate = new AggregateMetadata(
            keyspaceName,
            name,
            argumentTypes,
            final?.ReturnType ?? state.ReturnType,
            statement.StateFunction,
            stateType,
            statement.FinalFunction,
            initial);
        return Add(statement, keyspace, aggregate, context);
    }

    public static DdlResult Drop(DropAggregateStatement statement, DdlContext context)
    {
        string keyspaceName = context.KeyspaceName(statement.Name.Keyspace);
        string name = statement.Name.Name;
        string text = FunctionDefinition.QualifiedName(keyspaceName, name, statement.ArgumentTypes);
        if (context.FindKeyspace(keyspaceName) is not { } keyspace)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Aggregate '{text}' doesn't exist");
        context.CheckMayHaveFunctions(keyspaceName);
        FunctionDefinition.CheckOneMeant("AGGREGATE", keyspace, name, statement.ArgumentTypes);
        AggregateMetadata? aggregate = keyspace.Aggregates.Values.FirstOrDefault(a =>
            string.Equals(a.Name, name, StringComparison.Ordinal) && FunctionDefinition.Matches(a.ArgumentTypes, statement.ArgumentTypes, keyspace));
        if (aggregate is null)
            return statement.IfExists ? context.Unchanged() : throw DdlContext.Invalid($"Aggregate '{text}' doesn't exist");
        return context.Changed(
            keyspace with { Aggregates = keyspace.Aggregates.Remove(aggregate.Signature) },
            SchemaChangeKind.Dropped,
            SchemaChangeTarget.Aggregate,
            name,
            [.. aggregate.ArgumentTypes.Select(FunctionSignature.TypeText)]);
    }

    private static DdlResult Add(CreateAggregateStatement statement, KeyspaceMetadata keyspace, AggregateMetadata aggregate, DdlContext context)
    {
        string name = aggregate.Name;
        if (keyspace.Functions.ContainsKey(aggregate.Signature))
            throw DdlContext.Invalid($"Aggregate '{name}' cannot replace a function");
        SchemaChangeKind kind = SchemaChangeKind.Created;
        if (keyspace.Aggregates.TryGetValue(aggregate.Signature, out AggregateMetadata? existing))
        {
            if (statement.IfNotExists)
                return context.Unchanged();
            if (!statement.OrReplace)
                throw DdlContext.Invalid($"Aggregate '{name}' already exists");
            if (!aggregate.ReturnType.Equals(existing.ReturnType))
            {
                throw DdlContext.Invalid(
                    $"Cannot replace aggregate '{name}', the new return type {aggregate.ReturnType.Name} isn't compatible with the return type {existing.ReturnType.Name} of existing function");
            }

            kind = SchemaChangeKind.Updated;
        }

        var resolver = new TypeResolver(keyspace);
        return context.Changed(
            keyspace with { Aggregates = keyspace.Aggregates.SetItem(aggregate.Signature, aggregate) },
            kind,
            SchemaChangeTarget.Aggregate,
            name,
            [.. statement.ArgumentTypes.Select(resolver.QualifiedText)]);
    }

    private static FunctionMetadata? Find(KeyspaceMetadata keyspace, string name, ImmutableArray<CqlType> argumentTypes) =>
        keyspace.Functions.GetValueOrDefault(FunctionSignature.Of(name, argumentTypes));

    private static string? Initial(Expression? term, CqlType type)
    {
        if (term is null or NullLiteral)
            return null;
        if (term is not Literal literal)
            return TermPrinter.Print(term);
        var value = new BufferWriter(16);
        if (!LiteralValue.TryWrite(literal, type, value))
            throw DdlContext.Invalid($"Invalid {literal.Kind.ToString().ToUpperInvariant()} constant ({literal.Text}) for \"(dummy)\" of type {type.Name}");
        if (value.Length == 0 && type.Name is not ("text" or "ascii" or "blob"))
            throw DdlContext.Invalid("INITCOND must not be empty for all types except TEXT, ASCII, BLOB");
        var text = new BufferWriter(16);
        type.WriteLiteral(value.WrittenSpan, text);
        return text.ToString();
    }
}
