using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>The answers of DESCRIBE, but for DESCRIBE CLUSTER, which asks for more than the schema.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/DescribeStatement.java.</remarks>
internal static class SchemaDescription
{
    /// <summary>Whether the answer has the column <c>create_statement</c>, and not only names.</summary>
    public static bool HasStatements(DescribeKind kind) =>
        kind is not (DescribeKind.Keyspaces or DescribeKind.Tables or DescribeKind.Types or DescribeKind.Functions or DescribeKind.Aggregates);

    /// <summary>The rows of the answer.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="schema">All keyspaces, Cassandra's own included.</param>
    /// <param name="currentKeyspace">What USE has set; null for nothing.</param>
    public static IReadOnlyList<DescribedElement> Describe(DescribeStatement statement, DatabaseSchema schema, string? currentKeyspace)
    {
        switch (statement.Kind)
        {
            case DescribeKind.Keyspaces:
                return [.. Sorted(schema.Keyspaces.Values).Select(KeyspaceElement)];
            case DescribeKind.Schema:
                return [.. Sorted(schema.Keyspaces.Values).Where(k => !SystemKeyspaces.IsSystem(k.Name)).SelectMany(k => SchemaDescriber.Elements(k, statement.WithInternals))];
            case DescribeKind.FullSchema:
                return [.. Sorted(schema.Keyspaces.Values).SelectMany(k => SchemaDescriber.Elements(k, statement.WithInternals))];
            case DescribeKind.Tables or DescribeKind.Types or DescribeKind.Functions or DescribeKind.Aggregates:
                return Listing(statement.Kind, schema, currentKeyspace);
            case DescribeKind.Generic:
                return Generic(statement, schema, currentKeyspace);
            case DescribeKind.Cluster:
                throw new ArgumentException("DESCRIBE CLUSTER is not about the schema.", nameof(statement));
            default:
                string name = statement.Keyspace ?? currentKeyspace ?? throw DdlContext.Invalid("No keyspace specified and no current keyspace");
                return Element(statement.Kind, Keyspace(schema, name), statement.Name ?? "", statement.WithInternals);
        }
    }

    private static KeyspaceMetadata Keyspace(DatabaseSchema schema, string name) =>
        schema.Keyspaces.GetValueOrDefault(name) ?? throw DdlContext.Invalid($"'{name}' not found in keyspaces");

    private static DescribedElement KeyspaceElement(KeyspaceMetadata keyspace) =>
        new(CqlIdentifier.Quote(keyspace.Name), "keyspace", CqlIdentifier.Quote(keyspace.Name), SchemaDescriber.Keyspace(keyspace));

    private static IReadOnlyList<DescribedElement> Listing(DescribeKind kind, DatabaseSchema schema, string? currentKeyspace)
    {
        IEnumerable<KeyspaceMetadata> keyspaces = currentKeyspace is null ? Sorted(schema.Keyspaces.Values) : [Keyspace(schema, currentKeyspace)];
        string type = kind switch
        {
            DescribeKind.Tables => "table",
            DescribeKind.Types => "type",
            DescribeKind.Functions => "function",
            _ => "aggregate",
        };
        return [.. keyspaces.SelectMany(keyspace => Names(kind, keyspace)
            .OrderBy(name => name.Sorted.ToLowerInvariant(), StringComparer.Ordinal)
            .Select(name => new DescribedElement(CqlIdentifier.Quote(keyspace.Name), type, name.Shown, "")))];
    }

    private static IEnumerable<(string Sorted, string Shown)> Names(DescribeKind kind, KeyspaceMetadata keyspace) => kind switch
    {
        DescribeKind.Tables => keyspace.Tables.Keys.Select(name => (name, CqlIdentifier.Quote(name))),
        DescribeKind.Types => keyspace.UserTypes.Keys.Select(name => (name, CqlIdentifier.Quote(name))),
        DescribeKind.Functions => keyspace.Functions.Keys.Select(name => (name, name)),
        _ => keyspace.Aggregates.Keys.Select(name => (name, name)),
    };

    private static IReadOnlyList<DescribedElement> Element(DescribeKind kind, KeyspaceMetadata keyspace, string name, bool withInternals)
    {
        switch (kind)
        {
            case DescribeKind.OnlyKeyspace:
                return [KeyspaceElement(keyspace)];
            case DescribeKind.Keyspace:
                return [.. SchemaDescriber.Elements(keyspace, withInternals)];
            case DescribeKind.Table:
                TableMetadata table = keyspace.Tables.GetValueOrDefault(name)
                    ?? throw DdlContext.Invalid($"Table '{name}' not found in keyspace '{keyspace.Name}'");
                return [.. SchemaDescriber.TableElements(table, withInternals)];
            case DescribeKind.Index:
                TableMetadata indexed = keyspace.IndexedTable(name)
                    ?? throw DdlContext.Invalid($"Table for existing index '{name}' not found in '{keyspace.Name}'");
                return [.. SchemaDescriber.TableElements(indexed, withInternals).Where(e => e.Type == "index" && e.Name == CqlIdentifier.Quote(name))];
            case DescribeKind.View:
                ViewMetadata view = keyspace.Views.GetValueOrDefault(name)
                    ?? throw DdlContext.Invalid($"Materialized view '{name}' not found in '{keyspace.Name}'");
                return [SchemaDescriber.View(view, withInternals)];
            case DescribeKind.Type:
                CqlType type = keyspace.UserTypes.GetValueOrDefault(name)
                    ?? throw DdlContext.Invalid($"User defined type '{name}' not found in '{keyspace.Name}'");
                return [new DescribedElement(CqlIdentifier.Quote(keyspace.Name), "type", CqlIdentifier.Quote(name), SchemaDescriber.UserType(keyspace.Name, type))];
            default:
                return Routines(kind, keyspace, name);
        }
    }

    private static DescribedElement[] Routines(DescribeKind kind, KeyspaceMetadata keyspace, string name)
    {
        string what = kind == DescribeKind.Function ? "function" : "aggregate";
        IEnumerable<(string Signature, string Text)> found = kind == DescribeKind.Function
            ? keyspace.Functions.Values.Where(f => string.Equals(f.Name, name, StringComparison.Ordinal)).Select(f => (f.Signature, SchemaDescriber.Function(f)))
            : keyspace.Aggregates.Values.Where(a => string.Equals(a.Name, name, StringComparison.Ordinal)).Select(a => (a.Signature, SchemaDescriber.Aggregate(a)));
        DescribedElement[] rows = [.. found.OrderBy(f => f.Signature.ToLowerInvariant(), StringComparer.Ordinal)
            .Select(f => new DescribedElement(CqlIdentifier.Quote(keyspace.Name), what, f.Signature, f.Text))];
        return rows.Length > 0 ? rows : throw DdlContext.Invalid($"User defined {what} '{name}' not found in '{keyspace.Name}'");
    }

    private static IReadOnlyList<DescribedElement> Generic(DescribeStatement statement, DatabaseSchema schema, string? currentKeyspace)
    {
        string name = statement.Name ?? "";
        if (statement.Keyspace is null && schema.Keyspaces.TryGetValue(name, out KeyspaceMetadata? whole))
            return [.. SchemaDescriber.Elements(whole, statement.WithInternals)];

        KeyspaceMetadata keyspace = Keyspace(schema, statement.Keyspace ?? currentKeyspace ?? name);
        DescribeKind kind = keyspace.Tables.ContainsKey(name) ? DescribeKind.Table
            : keyspace.IndexedTable(name) is not null ? DescribeKind.Index
            : keyspace.Views.ContainsKey(name) ? DescribeKind.View
            : throw DdlContext.Invalid($"'{name}' not found in keyspace '{keyspace.Name}'");
        return Element(kind, keyspace, name, statement.WithInternals);
    }

    private static IOrderedEnumerable<KeyspaceMetadata> Sorted(IEnumerable<KeyspaceMetadata> keyspaces) =>
        keyspaces.OrderBy(keyspace => keyspace.Name.ToLowerInvariant(), StringComparer.Ordinal);
}
