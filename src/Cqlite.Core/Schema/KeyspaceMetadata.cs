using System.Collections.Immutable;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>A keyspace and everything in it. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <remarks>Source: org/apache/cassandra/schema/KeyspaceMetadata.java.</remarks>
public sealed record KeyspaceMetadata(string Name)
{
    /// <summary>Whether writes go through the commit log.</summary>
    public bool DurableWrites { get; init; } = true;

    /// <summary>Replication strategy and its options, <c>class</c> included.</summary>
    public IReadOnlyDictionary<string, string> Replication { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Tables by name.</summary>
    public ImmutableSortedDictionary<string, TableMetadata> Tables { get; init; } = ImmutableSortedDictionary.Create<string, TableMetadata>(StringComparer.Ordinal);

    /// <summary>Materialized views by name.</summary>
    public ImmutableSortedDictionary<string, ViewMetadata> Views { get; init; } = ImmutableSortedDictionary.Create<string, ViewMetadata>(StringComparer.Ordinal);

    /// <summary>User types by name (not frozen).</summary>
    public ImmutableSortedDictionary<string, CqlType> UserTypes { get; init; } = ImmutableSortedDictionary.Create<string, CqlType>(StringComparer.Ordinal);

    /// <summary>User-defined functions by <see cref="FunctionMetadata.Signature"/>.</summary>
    public ImmutableSortedDictionary<string, FunctionMetadata> Functions { get; init; } = ImmutableSortedDictionary.Create<string, FunctionMetadata>(StringComparer.Ordinal);

    /// <summary>User-defined aggregates by <see cref="AggregateMetadata.Signature"/>.</summary>
    public ImmutableSortedDictionary<string, AggregateMetadata> Aggregates { get; init; } = ImmutableSortedDictionary.Create<string, AggregateMetadata>(StringComparer.Ordinal);

    /// <summary>Whether its tables hold the engine's own facts and have no storage.</summary>
    public bool IsVirtual { get; init; }

    /// <summary>Tables and the tables of views.</summary>
    public IEnumerable<TableMetadata> TablesAndViews => Tables.Values.Concat(Views.Values.Select(v => v.Table));

    /// <summary>Views that follow a table, by name.</summary>
    public IEnumerable<ViewMetadata> ViewsOf(string table) => Views.Values.Where(v => string.Equals(v.BaseTable, table, StringComparison.Ordinal));

    /// <summary>The table that has the index; null when there is none of that name.</summary>
    public TableMetadata? IndexedTable(string index) => Tables.Values.FirstOrDefault(t => t.Indexes.ContainsKey(index));

    /// <summary>The table, or the view's table, of that name; null when there is none.</summary>
    public TableMetadata? Table(string name) =>
        Tables.GetValueOrDefault(name) ?? Views.GetValueOrDefault(name)?.Table;
}

/// <summary>A materialized view.</summary>
/// <param name="Table">The view's own columns and options.</param>
/// <param name="BaseTable">Name of the table that it follows.</param>
/// <param name="IncludeAllColumns">Whether it was declared with <c>SELECT *</c>.</param>
/// <param name="WhereClause">The restriction, as CQL.</param>
public sealed record ViewMetadata(TableMetadata Table, string BaseTable, bool IncludeAllColumns, string WhereClause)
{
    /// <summary>Id of the table that it follows.</summary>
    public Guid BaseTableId { get; init; }
}

/// <summary>All keyspaces at one moment. Immutable.</summary>
/// <param name="Keyspaces">Keyspaces by name.</param>
public sealed record DatabaseSchema(ImmutableSortedDictionary<string, KeyspaceMetadata> Keyspaces)
{
    /// <summary>A schema without keyspaces.</summary>
    public static DatabaseSchema Empty { get; } = new(ImmutableSortedDictionary.Create<string, KeyspaceMetadata>(StringComparer.Ordinal));

    /// <summary>The same with a keyspace added, or in the place of the one of its name.</summary>
    public DatabaseSchema With(KeyspaceMetadata keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        return new(Keyspaces.SetItem(keyspace.Name, keyspace));
    }

    /// <summary>The table of that name, or null.</summary>
    public TableMetadata? Table(string keyspace, string table) => Keyspaces.GetValueOrDefault(keyspace)?.Table(table);
}
