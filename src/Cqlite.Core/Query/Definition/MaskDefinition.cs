using System.Collections.Immutable;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>The masks of MASKED WITH: Cassandra's own functions, and functions of the keyspace that give the column's type.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/masking/*.java, cql3/functions/FunctionFactory.java.</remarks>
internal static class MaskDefinition
{
    private const string TextTypes = "[text|varchar|ascii]";

    public static ColumnMask Resolve(ColumnMaskSyntax mask, string column, CqlType type, KeyspaceMetadata keyspace)
    {
        string name = mask.Function.Name;
        bool isOwn = mask.Function.Keyspace is null or SystemKeyspaces.System;
        if (isOwn && Native(name, mask.Arguments, column, type) is { } own)
            return own;

        string functionKeyspace = mask.Function.Keyspace ?? keyspace.Name;
        FunctionMetadata? function = keyspace.Functions.Values.FirstOrDefault(f =>
            string.Equals(f.Keyspace, functionKeyspace, StringComparison.Ordinal)
            && string.Equals(f.Name, name, StringComparison.Ordinal)
            && f.ArgumentTypes.Length == mask.Arguments.Length + 1
            && f.ArgumentTypes[0].Equals(type));
        if (function is null)
        {
            string signature = $"{mask.Function}({string.Join(", ", mask.Arguments.Select(TermPrinter.Print))})";
            throw DdlContext.Invalid($"Unable to find masking function for {column}, no declared function matches the signature {signature}");
        }

        if (!function.ReturnType.Equals(type))
            throw WrongType($"{function.Keyspace}.{name}", function.ReturnType.Name, column, type);
        return new ColumnMask(
            functionKeyspace,
            name,
            [.. mask.Arguments.Select((argument, i) => Argument(argument, function.ArgumentTypes[i + 1], i + 1, $"{functionKeyspace}.{name}"))]);
    }

    private static ColumnMask? Native(string name, ImmutableArray<Expression> arguments, string column, CqlType type)
    {
        (CqlType[] Types, int Required)? signature = name switch
        {
            "mask_null" or "mask_default" => ([], 0),
            "mask_replace" => ([type], 1),
            "mask_inner" or "mask_outer" => ([CqlTypes.Int, CqlTypes.Int, CqlTypes.Text], 2),
            "mask_hash" => ([CqlTypes.Text], 0),
            _ => null,
        };
        if (signature is not { } found)
            return null;

        string qualified = $"{SystemKeyspaces.System}.{name}";
        if (arguments.Length < found.Required || arguments.Length > found.Types.Length)
            throw DdlContext.Invalid($"Invalid number of arguments for function {qualified}({Parameters(name)})");
        if (name is "mask_inner" or "mask_outer" && type.Name is not ("text" or "ascii"))
        {
            throw DdlContext.Invalid(
                $"Function {qualified} requires an argument of type {TextTypes}, but found argument {type.ClassName} of type {type.Name}");
        }

        if (name == "mask_hash" && type.Name != "blob")
            throw WrongType("mask_hash", "blob", column, type);
        return new ColumnMask(
            SystemKeyspaces.System,
            name,
            [.. arguments.Select((argument, i) => Argument(argument, found.Types[i], i + 1, qualified))]);
    }

    private static string Parameters(string name) => name switch
    {
        "mask_inner" or "mask_outer" => $"{TextTypes}, int, int, [text]",
        "mask_replace" => "any, any",
        "mask_hash" => "any, [text]",
        _ => "any",
    };

    private static Errors.InvalidQueryException WrongType(string function, string returned, string column, CqlType type) => DdlContext.Invalid(
        $"Masking function {function}() return type is {returned}. This is different to the type of the masked column {column} of type {type.Name}. "
        + "Masking functions can only be attached to table columns if they return the same data type as the masked column.");

    private static ColumnMaskArgument Argument(Expression argument, CqlType type, int position, string function)
    {
        if (argument is NullLiteral)
            return new ColumnMaskArgument(type, null);
        var value = new BufferWriter(16);
        if (argument is not Literal literal || !LiteralValue.TryWrite(literal, type, value))
        {
            throw DdlContext.Invalid(
                $"Type error: {TermPrinter.Print(argument)} cannot be passed as argument {position} of function {function} of type {type.Name}");
        }

        return new ColumnMaskArgument(type, value.ToArray());
    }
}
