using System.Runtime.ExceptionServices;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Types;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Schemas;

/// <summary>Makes in a target what tables need before their rows come, and what follows them once they are there.</summary>
internal sealed class SchemaCreation(IMigrationTarget target, DatabaseSchema source)
{
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private ExceptionDispatchInfo? _problem;

    /// <summary>Nodes take the options that their release knows; files take all.</summary>
    private readonly OptionDialect _dialect = target.Description is { Kind: OperandKind.Cluster, Release: { } release } ? OptionDialect.Of(CassandraConnection.VersionOf(release)) : OptionDialect.Newest;

    /// <summary>What could not be made and is not needed for the rows, one sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Whether a table was made by this, and was not there before.</summary>
    public bool HasMade(TableMetadata table) => _made.Contains(table.ToString());

    /// <summary>
    /// Makes what is missing of tables, keyspaces and types in as few changes of the schema as the target can, for each change costs more than a small table's rows. Nothing is
    /// thrown: what can't be made so is left to <see cref="PrepareAsync"/>, which tells why of each table.
    /// </summary>
    public async Task MakeTogetherAsync(IReadOnlyCollection<TableMetadata> tables, CancellationToken cancellation)
    {
        try
        {
            DatabaseSchema known = await target.ReadSchemaAsync(cancellation).ConfigureAwait(false);
            TableMetadata[] missing = [.. tables.Where(t => known.Table(t.Keyspace, t.Name) is null && !t.IsCompact)];
            foreach (IReadOnlyList<(string Cql, TableMetadata? Table)> batch in missing.Length > 1 ? DefinitionBatches.Cut(Definitions(missing, known), d => d.Cql) : [])
            {
                if (await Task.Run(() => TryMake([.. batch.Select(d => d.Cql)]), cancellation).ConfigureAwait(false))
                    batch.Select(d => d.Table).OfType<TableMetadata>().ToList().ForEach(NoteMade);
            }
        }
        catch (Exception problem) when (problem is CqliteException or OperationCanceledException)
        {
            _problem = ExceptionDispatchInfo.Capture(problem);
        }
    }

    /// <summary>Makes a table with its keyspace and types, where they are not there; the table in the target.</summary>
    /// <exception cref="InvalidQueryException">It, or a type, is there and differs; or it can't be made.</exception>
    public async Task<TableMetadata> PrepareAsync(TableMetadata table, CancellationToken cancellation)
    {
        DatabaseSchema known = await target.ReadSchemaAsync(cancellation).ConfigureAwait(false);
        if (known.Table(table.Keyspace, table.Name) is { } existing)
        {
            TableMatch.Require(table, existing);
            return existing;
        }

        _problem?.Throw();
        if (table.IsCompact)
            RequireDefinable(table);
        if (TypeThatDiffers(table.Keyspace, known) is var (name, type, other))
            throw new InvalidQueryException($"type {table.Keyspace}.{name} is there already, and differs: {SchemaDescriber.UserType(table.Keyspace, other)} instead of {SchemaDescriber.UserType(table.Keyspace, type)}");
        foreach ((string cql, _) in Definitions([table], known))
            await target.DefineAsync(cql, cancellation).ConfigureAwait(false);
        NoteMade(table);
        TableMetadata made = (await target.ReadSchemaAsync(cancellation).ConfigureAwait(false)).Table(table.Keyspace, table.Name)
            ?? throw new InvalidQueryException($"table {table} was created, but is not there.");
        TableMatch.Require(table, made);
        return made;
    }

    /// <summary>Makes the indexes of tables, the views that follow them and the functions of their keyspaces, where they are not there. What the target refuses is noted.</summary>
    public async Task CompleteAsync(IReadOnlyCollection<TableMetadata> tables, bool withIndexes, CancellationToken cancellation)
    {
        foreach (KeyspaceMetadata keyspace in source.Keyspaces.Values.Where(k => tables.Any(t => t.Keyspace == k.Name)))
        {
            KeyspaceMetadata there = (await target.ReadSchemaAsync(cancellation).ConfigureAwait(false)).Keyspaces[keyspace.Name];
            foreach (FunctionMetadata function in keyspace.Functions.Values.Where(f => !there.Functions.ContainsKey(f.Signature)))
                await TryAsync($"function {function.Signature}", SchemaDescriber.Function(function), cancellation).ConfigureAwait(false);
            foreach (AggregateMetadata aggregate in keyspace.Aggregates.Values.Where(a => !there.Aggregates.ContainsKey(a.Signature)))
                await TryAsync($"aggregate {aggregate.Signature}", SchemaDescriber.Aggregate(aggregate), cancellation).ConfigureAwait(false);
            foreach (TableMetadata table in tables.Where(t => t.Keyspace == keyspace.Name))
                await FollowAsync(keyspace, there, table, withIndexes, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What tables need that are missing, each behind what it needs itself.</summary>
    private IEnumerable<(string Cql, TableMetadata? Table)> Definitions(IEnumerable<TableMetadata> missing, DatabaseSchema known)
    {
        foreach (IGrouping<string, TableMetadata> group in missing.GroupBy(t => t.Keyspace, StringComparer.Ordinal))
        {
            KeyspaceMetadata keyspace = source.Keyspaces[group.Key];
            KeyspaceMetadata? there = known.Keyspaces.GetValueOrDefault(group.Key);

            // With other types, no table must be made that would not fit then.
            if (TypeThatDiffers(group.Key, known) is not null)
                continue;
            if (there is null)
                yield return (SchemaDescriber.Keyspace(keyspace, ifNotExists: true), null);
            foreach (CqlType type in SchemaDescriber.UserTypesInOrder(keyspace).Where(type => there?.UserTypes.ContainsKey(TypeParts.UserTypeName(type)) != true))
                yield return (SchemaDescriber.UserType(keyspace.Name, type, ifNotExists: true), null);
            foreach (TableMetadata table in group)
                yield return (Definition(table), table);
        }
    }

    /// <summary>A user type of a keyspace that the target has too, and has otherwise.</summary>
    private (string Name, CqlType Type, CqlType Other)? TypeThatDiffers(string keyspace, DatabaseSchema known)
    {
        IReadOnlyDictionary<string, CqlType>? there = known.Keyspaces.GetValueOrDefault(keyspace)?.UserTypes;
        foreach (CqlType type in SchemaDescriber.UserTypesInOrder(source.Keyspaces[keyspace]))
        {
            string name = TypeParts.UserTypeName(type);
            if (there?.GetValueOrDefault(name) is { } other && !other.Equals(type))
                return (name, type, other);
        }

        return null;
    }

    private bool TryMake(IReadOnlyList<string> definitions)
    {
        try
        {
            return target.TryDefineTogether(definitions);
        }
        catch (InvalidQueryException)
        {
            // One of them can't be made; which, its own turn tells.
            return false;
        }
    }

    private async Task FollowAsync(KeyspaceMetadata keyspace, KeyspaceMetadata there, TableMetadata table, bool withIndexes, CancellationToken cancellation)
    {
        foreach (IndexMetadata index in withIndexes ? table.Indexes.Values : [])
        {
            if (there.IndexedTable(index.Name) is null)
                await TryAsync($"index {index.Name}", SchemaDescriber.Index(table, index, ifNotExists: true), cancellation).ConfigureAwait(false);
        }

        foreach (ViewMetadata view in keyspace.ViewsOf(table.Name))
        {
            if (there.Table(view.Table.Name) is not null)
                continue;
            await TryAsync($"view {view.Table}", TableDescriber.View(view, withInternals: false, ifNotExists: true, _dialect), cancellation).ConfigureAwait(false);
            NoteLeftOut(view.Table);
        }
    }

    private string Definition(TableMetadata table) => TableDescriber.Table(table, withInternals: false, ifNotExists: true, _dialect, makesCompact: true);

    /// <summary>Requires that a statement makes this table of COMPACT STORAGE: Thrift made some with super columns, or with names of columns that are no text.</summary>
    private void RequireDefinable(TableMetadata table)
    {
        if (target.Description.Kind == OperandKind.Cluster)
            throw new InvalidQueryException($"table {table} has COMPACT STORAGE; in a cluster rows are written into ordinary tables only. Copy it into a database.");
        if ((table.Flags & TableFlags.Super) != 0)
            throw new InvalidQueryException($"table {table} has COMPACT STORAGE with super columns, with which CQL makes no table.");
        string script = string.Join('\n', Definitions([table], DatabaseSchema.Empty).Select(d => d.Cql));
        TableMetadata made = QueryEngine.ReadSchema(script, table.ToString(), table.Partitioner).Table(table.Keyspace, table.Name)!;
        IReadOnlyList<string> differences = TableMatch.Differences(table, made);
        if (differences.Count > 0)
            throw new InvalidQueryException($"table {table} has COMPACT STORAGE that CQL can't make like this: {string.Join("; ", differences)}.");
    }

    private void NoteMade(TableMetadata table)
    {
        _made.Add(table.ToString());
        NoteLeftOut(table);
    }

    private void NoteLeftOut(TableMetadata table)
    {
        string[] left = [.. _dialect.LeftOut(table.Options)];
        if (left.Length > 0)
            _notes.Add($"{(table.Kind == TableKind.View ? "view" : "table")} {table} was created without {string.Join(", ", left)}, which Cassandra {target.Description.Release} does not know.");
    }

    private async Task TryAsync(string what, string cql, CancellationToken cancellation)
    {
        try
        {
            await target.DefineAsync(cql, cancellation).ConfigureAwait(false);
        }
        catch (InvalidQueryException problem)
        {
            _notes.Add($"{what} was not created: {problem.Message}");
        }
    }
}
