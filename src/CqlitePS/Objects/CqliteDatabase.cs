using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace CqlitePS.Objects;

/// <summary>An open database: a Cassandra node's folder, a snapshot or a folder of SSTables, until it is closed.</summary>
public sealed class CqliteDatabase
{
    private readonly QueryEngine _engine;

    internal CqliteDatabase(QueryEngine engine, DateTimeOffset? asOf)
    {
        _engine = engine;
        AsOf = asOf;
    }

    /// <summary>The folder below which the tables lie.</summary>
    public string Path => _engine.Database.Path;

    /// <summary>Names of the keyspaces.</summary>
    public string[] Keyspaces => [.. _engine.Database.Schema.Keyspaces.Keys];

    /// <summary>Number of tables and views.</summary>
    public int TableCount => _engine.Database.Schema.Keyspaces.Values.Sum(k => k.TablesAndViews.Count(t => !_engine.Database.IsComputed(t)));

    /// <summary>Where the schema was found: <c>system_schema</c>, files of CQL, or the SSTables' headers.</summary>
    public string SchemaOrigin => _engine.Database.SchemaOrigin;

    /// <summary>What of the schema could not be made sense of, one sentence each.</summary>
    public string[] SchemaProblems => [.. _engine.Database.SchemaProblems];

    /// <summary>What times to live are counted from; null for the clock.</summary>
    public DateTimeOffset? AsOf { get; }

    /// <summary>Whether nothing can be written.</summary>
    public bool IsReadOnly => _engine.Database.IsReadOnly;

    /// <summary>Whether it has not been closed.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>The keyspace of tables named without one: the only one that is not Cassandra's own; null where there are several.</summary>
    public string? DefaultKeyspace
    {
        get
        {
            string[] own = [.. Keyspaces.Where(k => !Cqlite.Core.Schema.SystemTables.SystemKeyspaces.IsSystem(k))];
            return own.Length == 1 ? own[0] : null;
        }
    }

    /// <summary>What answers queries.</summary>
    /// <exception cref="StorageException">It has been closed.</exception>
    internal QueryEngine Engine => IsOpen ? _engine : throw new StorageException(Path, "this database has been closed; open it again.");

    internal DatabaseSchema Schema => Engine.Database.Schema;

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal void Close()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        Sessions.RunningServers.StopOf(this);
        _engine.Dispose();
    }
}
