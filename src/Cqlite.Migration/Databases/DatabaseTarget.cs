using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Databases;

/// <summary>A database that is open for writing as a target: what a cursor gives becomes SSTables of the table, without going through log and memory.</summary>
public sealed class DatabaseTarget : IMigrationTarget
{
    /// <summary>Writes into a database, which stays its owner's.</summary>
    public DatabaseTarget(QueryEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Engine = engine;
        Description = new OperandDescription(OperandKind.Database, engine.Database.Path, engine.Database.Partitioner.ClassName);
    }

    /// <inheritdoc/>
    public OperandDescription Description { get; }

    /// <summary>What executes statements in the database.</summary>
    internal QueryEngine Engine { get; }

    /// <summary>The database.</summary>
    public Database Database => Engine.Database;

    /// <inheritdoc/>
    public Task<DatabaseSchema> ReadSchemaAsync(CancellationToken cancellation) => Task.FromResult(Engine.Database.Schema);

    /// <inheritdoc/>
    public Task DefineAsync(string cql, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Engine.Execute(cql).Dispose();
        return Task.CompletedTask;
    }

    bool IMigrationTarget.TryDefineTogether(IReadOnlyList<string> cql)
    {
        Engine.Define(cql);
        return true;
    }

    /// <inheritdoc/>
    public Task<ITableTarget> OpenAsync(TableMetadata table, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        Database.CheckWritable();
        TableMetadata current = Database.Schema.Table(table.Keyspace, table.Name) ?? throw new InvalidQueryException($"the database has no table {table}.");
        return Task.FromResult<ITableTarget>(new StoredTarget(Database, current));
    }

    /// <summary>Refuses a table that views follow: they do not follow SSTables that come from elsewhere.</summary>
    internal static void RequireNoViews(DatabaseSchema schema, TableMetadata table)
    {
        string[] views = [.. schema.Keyspaces[table.Keyspace].ViewsOf(table.Name).Select(v => v.Table.Name)];
        if (views.Length > 0)
        {
            throw new InvalidQueryException(
                $"views follow table {table} ({string.Join(", ", views)}), and would not follow what is written into it so. Drop them first, and create them again afterwards; they are filled then.");
        }
    }

    private sealed class StoredTarget(Database database, TableMetadata table) : ITableTarget
    {
        private readonly ArrivalLedger _arrivals = database.ArrivalsOf(table);

        public TableMetadata Table => table;

        public IReadOnlyCollection<string> DoneWork => _arrivals.Lines;

        public void NoteWork(string line) => _arrivals.Add(line);

        public void ForgetWork(string prefix) => _arrivals.Remove(prefix);

        public TimeCheck? Times => TimeCheck.For(database.Options.SSTableVersion);

        public bool IsEmpty() => TableContent.IsEmpty(database, table);

        public long RejectedRows => 0;

        public void Write(UnfilteredCursor cursor, CancellationToken cancellation)
        {
            RequireNoViews(database.Schema, table);
            using SSTableIngestion ingestion = database.Ingest(table);
            ingestion.OpenRows(EncodingStats.None).Append(cursor, cancellation);
            ingestion.Publish(cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
