using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema.Describe;

/// <summary>One thing of a schema, as DESCRIBE lists it.</summary>
/// <param name="Keyspace">Its keyspace, quoted where it needs it.</param>
/// <param name="Type"><c>keyspace</c>, <c>type</c>, <c>function</c>, <c>aggregate</c>, <c>table</c>, <c>index</c> or <c>materialized_view</c>.</param>
/// <param name="Name">Its name, quoted where it needs it; of functions with the argument types.</param>
/// <param name="CreateStatement">The statement that makes it.</param>
internal sealed record DescribedElement(string Keyspace, string Type, string Name, string CreateStatement);

/// <summary>Definitions as CQL text, byte for byte what Cassandra 5.0's DESCRIBE prints.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/DescribeStatement.java, db/SchemaCQLHelper.java and the toCqlString of each element.</remarks>
internal static class SchemaDescriber
{
    /// <summary>A keyspace with all that is in it, in the order in which its statements can be executed.</summary>
    public static IEnumerable<DescribedElement> Elements(KeyspaceMetadata keyspace, bool withInternals)
    {
        string name = CqlIdentifier.Quote(keyspace.Name);
        yield return new DescribedElement(name, "keyspace", name, Keyspace(keyspace));
        foreach (CqlType type in UserTypesInOrder(keyspace))
            yield return new DescribedElement(name, "type", CqlIdentifier.Quote(TypeParts.UserTypeName(type)), UserType(keyspace.Name, type));
        foreach (FunctionMetadata function in Sorted(keyspace.Functions.Values, f => f.Signature))
            yield return new DescribedElement(name, "function", function.Signature, Function(function));
        foreach (AggregateMetadata aggregate in Sorted(keyspace.Aggregates.Values, a => a.Signature))
            yield return new DescribedElement(name, "aggregate", aggregate.Signature, Aggregate(aggregate));
        foreach (TableMetadata table in Sorted(keyspace.Tables.Values, t => t.Name))
        {
            foreach (DescribedElement element in TableElements(table, withInternals))
                yield return element;
            foreach (ViewMetadata view in Sorted(keyspace.ViewsOf(table.Name), v => v.Table.Name))
                yield return View(view, withInternals);
        }
    }

    /// <summary>A table with its indexes.</summary>
    public static IEnumerable<DescribedElement> TableElements(TableMetadata table, bool withInternals)
    {
        string keyspace = CqlIdentifier.Quote(table.Keyspace);
        yield return new DescribedElement(keyspace, "table", CqlIdentifier.Quote(table.Name), TableDescriber.Table(table, withInternals, ifNotExists: false));
        foreach (IndexMetadata index in Sorted(table.Indexes.Values, i => i.Name))
            yield return new DescribedElement(keyspace, "index", CqlIdentifier.Quote(index.Name), Index(table, index));
    }

    /// <summary>A view.</summary>
    public static DescribedElement View(ViewMetadata view, bool withInternals) => new(
        CqlIdentifier.Quote(view.Table.Keyspace),
        "materialized_view",
        CqlIdentifier.Quote(view.Table.Name),
        TableDescriber.View(view, withInternals, ifNotExists: false));

    /// <summary>What a snapshot's schema.cql says of a table: its user types, itself and its indexes, a statement a line or more.</summary>
    public static string SnapshotSchema(KeyspaceMetadata keyspace, TableMetadata table)
    {
        var text = new System.Text.StringBuilder();
        foreach (string type in ReferencedUserTypes(table))
        {
            if (keyspace.UserTypes.GetValueOrDefault(type) is { } definition)
                text.Append(UserType(keyspace.Name, definition, ifNotExists: true)).Append('\n');
        }

        text.Append(keyspace.Views.GetValueOrDefault(table.Name) is { } view
            ? TableDescriber.View(view, withInternals: true, ifNotExists: true)
            : TableDescriber.Table(table, withInternals: true, ifNotExists: true)).Append('\n');
        foreach (IndexMetadata index in table.Indexes.Values)
            text.Append(Index(table, index, ifNotExists: true)).Append('\n');
        return text.ToString();
    }

    /// <summary>CREATE KEYSPACE.</summary>
    public static string Keyspace(KeyspaceMetadata keyspace, bool ifNotExists = false)
    {
        var text = new CqlBuilder();
        if (keyspace.IsVirtual || SystemKeyspaces.IsVirtual(keyspace.Name))
        {
            return text.Append("/*").NewLine()
                .Append("Warning: Keyspace ").Name(keyspace.Name).Append(" is a virtual keyspace and cannot be recreated with CQL.").NewLine()
                .Append("Structure, for reference:").NewLine()
                .Append("VIRTUAL KEYSPACE ").Name(keyspace.Name).Append(";").NewLine()
                .Append("*/").ToString();
        }

        text.Append("CREATE KEYSPACE ");
        if (ifNotExists)
            text.Append("IF NOT EXISTS ");
        text.Name(keyspace.Name).Append(" WITH replication = ");
        Replication(text, keyspace.Replication);
        return text.Append("  AND durable_writes = ").Append(keyspace.DurableWrites).Append(";").ToString();
    }

    /// <summary>CREATE TYPE.</summary>
    public static string UserType(string keyspace, CqlType type, bool ifNotExists = false)
    {
        var text = new CqlBuilder();
        text.Append("CREATE TYPE ");
        if (ifNotExists)
            text.Append("IF NOT EXISTS ");
        text.Name(keyspace).Append(".").Name(TypeParts.UserTypeName(type)).Append(" (").NewLine().Indent();
        string separator = "";
        foreach ((string field, CqlType fieldType) in TypeParts.Fields(type))
        {
            text.Append(separator);
            if (separator.Length > 0)
                text.NewLine();
            text.Name(field).Append(" ").Append(fieldType.Name);
            separator = ",";
        }

        return text.NewLine().Outdent().Append(");").ToString();
    }

    /// <summary>CREATE FUNCTION.</summary>
    public static string Function(FunctionMetadata function)
    {
        IEnumerable<string> arguments = function.ArgumentNames.Zip(
            function.ArgumentTypes,
            (name, type) => $"{CqlIdentifier.Quote(name)} {FunctionSignature.TypeText(type)}");
        return new CqlBuilder().Append("CREATE FUNCTION ").Name(function.Keyspace).Append(".").Name(function.Name)
            .Append($"({string.Join(", ", arguments)})").NewLine().Indent()
            .Append(function.CalledOnNullInput ? "CALLED" : "RETURNS NULL").Append(" ON NULL INPUT").NewLine()
            .Append("RETURNS ").Append(FunctionSignature.TypeText(function.ReturnType)).NewLine()
            .Append("LANGUAGE ").Append(function.Language).NewLine()
            .Append("AS $$").Append(function.Body).Append("$$;").ToString();
    }

    /// <summary>CREATE AGGREGATE.</summary>
    public static string Aggregate(AggregateMetadata aggregate)
    {
        CqlBuilder text = new CqlBuilder().Append("CREATE AGGREGATE ").Name(aggregate.Keyspace).Append(".").Append(aggregate.Signature).NewLine().Indent()
            .Append("SFUNC ").Name(aggregate.StateFunction).NewLine()
            .Append("STYPE ").Append(FunctionSignature.TypeText(aggregate.StateType));
        if (aggregate.FinalFunction is { } final)
            text.NewLine().Append("FINALFUNC ").Name(final);
        if (aggregate.InitialCondition is { } initial)
            text.NewLine().Append("INITCOND ").Append(initial);
        return text.Append(";").ToString();
    }

    /// <summary>CREATE INDEX.</summary>
    public static string Index(TableMetadata table, IndexMetadata index, bool ifNotExists = false)
    {
        CqlBuilder text = new CqlBuilder().Append(index.IsCustom ? "CREATE CUSTOM INDEX " : "CREATE INDEX ");
        if (ifNotExists)
            text.Append("IF NOT EXISTS ");
        text.Name(index.Name).Append(" ON ").Append(TableDescriber.QualifiedName(table)).Append(" (").Append(index.Target).Append(")");
        if (!index.IsCustom)
            return text.Append(";").ToString();
        text.Append(" USING ").Quoted(index.Options.GetValueOrDefault(IndexMetadata.ClassOption, ""));
        KeyValuePair<string, string>[] options = [.. index.Options.Where(o => o.Key is not (IndexMetadata.TargetOption or IndexMetadata.ClassOption))];
        if (options.Length > 0)
            text.Append(" WITH OPTIONS = ").Map(options);
        return text.Append(";").ToString();
    }

    /// <summary>User types so that each comes behind those that it contains.</summary>
    public static IEnumerable<CqlType> UserTypesInOrder(KeyspaceMetadata keyspace)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (CqlType type in keyspace.UserTypes.Values.OrderBy(TypeParts.UserTypeName, JavaBufferOrder.Instance))
            AddUserTypes(type, names);
        return names.Keys.Select(name => keyspace.UserTypes.GetValueOrDefault(name)).OfType<CqlType>();
    }

    /// <summary>Names of the user types that a table cannot do without, each behind those that it contains.</summary>
    public static IEnumerable<string> ReferencedUserTypes(TableMetadata table)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (ColumnMetadata column in table.ColumnsInCreateOrder())
            AddUserTypes(column.Type, names);
        return names.Keys;
    }

    private static void AddUserTypes(CqlType type, OrderedDictionary<string, bool> names)
    {
        foreach (CqlType part in TypeParts.Of(type))
            AddUserTypes(part, names);
        if (TypeParts.IsUserType(type))
            names.TryAdd(TypeParts.UserTypeName(type), true);
    }

    private static void Replication(CqlBuilder text, IReadOnlyDictionary<string, string> replication)
    {
        const string Class = "class";
        const string Package = "org.apache.cassandra.locator.";
        string className = replication.GetValueOrDefault(Class, "");
        bool own = className.StartsWith(Package, StringComparison.Ordinal) && !className.AsSpan(Package.Length).Contains('.');
        text.Append("{'class': ").Quoted(own ? className[Package.Length..] : className);
        string[] names = [.. replication.Keys.Where(name => !string.Equals(name, Class, StringComparison.Ordinal))];
        foreach (string name in JavaHashOrder.OfStrings(names, replication.Count))
            text.Append(", ").Quoted(name).Append(": ").Quoted(replication[name]);
        text.Append("}");
    }

    private static IOrderedEnumerable<T> Sorted<T>(IEnumerable<T> elements, Func<T, string> name) => elements.OrderBy(element => name(element).ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Java's order of byte buffers that hold names: signed bytes, for user types are sorted by them.</summary>
    private sealed class JavaBufferOrder : IComparer<string>
    {
        public static readonly JavaBufferOrder Instance = new();

        public int Compare(string? x, string? y)
        {
            byte[] left = System.Text.Encoding.UTF8.GetBytes(x ?? "");
            byte[] right = System.Text.Encoding.UTF8.GetBytes(y ?? "");
            int common = Math.Min(left.Length, right.Length);
            for (int i = 0; i < common; i++)
            {
                if (left[i] != right[i])
                    return ((sbyte)left[i]).CompareTo((sbyte)right[i]);
            }

            return left.Length.CompareTo(right.Length);
        }
    }
}
