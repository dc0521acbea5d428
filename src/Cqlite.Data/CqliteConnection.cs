using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Data;

/// <summary>A connection to a database in this process. Connections of one process to one database share it; it is closed with the last of them.</summary>
public sealed class CqliteConnection : DbConnection
{
    private string _connectionString = "";
    private SharedEngine? _shared;
    private QuerySession? _session;

    /// <summary>Creates a connection without a connection string.</summary>
    public CqliteConnection()
    {
    }

    /// <summary>Creates a connection.</summary>
    /// <param name="connectionString">As <see cref="CqliteConnectionStringBuilder"/> has it.</param>
    public CqliteConnection(string? connectionString) => ConnectionString = connectionString;

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => _connectionString;
        set
        {
            if (_session is not null)
                throw new InvalidOperationException("The connection is open.");
            _connectionString = new CqliteConnectionStringBuilder(value).ConnectionString;
        }
    }

    /// <summary>The keyspace of names without one; empty for none.</summary>
    public override string Database => (_session is { } session ? session.Keyspace : new CqliteConnectionStringBuilder(_connectionString).Keyspace) ?? "";

    /// <inheritdoc/>
    public override string DataSource => new CqliteConnectionStringBuilder(_connectionString).DataSource;

    /// <summary>The release of Cassandra whose CQL this speaks.</summary>
    public override string ServerVersion => "5.0";

    /// <inheritdoc/>
    public override ConnectionState State => _session is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <summary>The session, whose keyspace USE changes.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public QuerySession Session => _session ?? throw new InvalidOperationException("The connection is closed.");

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => CqliteProviderFactory.Instance;

    /// <inheritdoc/>
    public override void Open()
    {
        if (_session is not null)
            throw new InvalidOperationException("The connection is open already.");
        CqliteConnectionStringBuilder settings = new(_connectionString);
        if (settings.DataSource.Length == 0)
            throw new InvalidOperationException("The connection string names no Data Source.");
        _shared = CqliteDataException.Guard(() => SharedEngine.Open(settings));
        _session = new QuerySession(_shared.Engine, settings.Keyspace);
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (_session is null)
            return;
        _session = null;
        _shared!.Release();
        _shared = null;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    /// <summary>Changes the keyspace.</summary>
    public override void ChangeDatabase(string databaseName) =>
        CqliteDataException.Guard(() => Session.Execute($"USE {Core.Types.CqlIdentifier.Quote(databaseName)}")).Dispose();

    /// <summary>Creates a command of this connection.</summary>
    public new CqliteCommand CreateCommand() => new() { Connection = this };

    /// <inheritdoc/>
    public override DataTable GetSchema() => SchemaCollections.Get(Session.Engine.Database, DbMetaDataCollectionNames.MetaDataCollections, []);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName) => SchemaCollections.Get(Session.Engine.Database, collectionName, []);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => SchemaCollections.Get(Session.Engine.Database, collectionName, restrictionValues ?? []);

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        throw new NotSupportedException("Cassandra has no transactions: write what belongs together as one batch (CqliteBatch, or BEGIN BATCH ... APPLY BATCH), and conditions with IF.");

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => new CqliteBatch { Connection = this };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }
}

/// <summary>A database that connections of one connection string share.</summary>
internal sealed class SharedEngine
{
    private static readonly Dictionary<string, SharedEngine> s_open = new(StringComparer.Ordinal);
    private readonly string _key;
    private int _users;

    private SharedEngine(string key, QueryEngine engine)
    {
        _key = key;
        Engine = engine;
    }

    public QueryEngine Engine { get; }

    public static SharedEngine Open(CqliteConnectionStringBuilder settings)
    {
        DatabaseOptions options = settings.ToOptions();
        string key = $"{Path.GetFullPath(settings.DataSource)}\n{options}";
        lock (s_open)
        {
            if (!s_open.TryGetValue(key, out SharedEngine? shared))
                s_open.Add(key, shared = new SharedEngine(key, QueryEngine.Open(settings.DataSource, options)));
            shared._users++;
            return shared;
        }
    }

    public void Release()
    {
        lock (s_open)
        {
            if (--_users > 0)
                return;
            s_open.Remove(_key);
            Engine.Dispose();
        }
    }
}
