using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Cqlite.Core.Query;

namespace Cqlite.Data;

/// <summary>Several INSERT, UPDATE and DELETE statements that are written together: of one partition all at once or not at all.</summary>
public sealed class CqliteBatch : DbBatch
{
    private readonly CqliteBatchCommandCollection _commands = new();

    /// <summary>The connection.</summary>
    public new CqliteConnection? Connection { get; set; }

    /// <summary>Whether Cassandra would leave out the batch log, which one process does not need; counters need it unset. False by default.</summary>
    public bool IsUnlogged { get; set; }

    /// <inheritdoc/>
    public override int Timeout { get; set; }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => _commands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (CqliteConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => null;
        set
        {
            if (value is not null)
                throw new NotSupportedException("Cassandra has no transactions; a batch is written at once as it is.");
        }
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using DbDataReader reader = Execute();
        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => Task.Run(ExecuteNonQuery, cancellationToken);

    /// <summary>Executes; with conditions, whether they held: <c>[applied]</c>.</summary>
    public override object? ExecuteScalar()
    {
        using DbDataReader reader = Execute();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => Task.Run(ExecuteScalar, cancellationToken);

    /// <inheritdoc/>
    public override void Prepare() => PrepareQuery();

    /// <inheritdoc/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.Run(Prepare, cancellationToken);

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new CqliteBatchCommand();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Execute();

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) => Task.Run<DbDataReader>(Execute, cancellationToken);

    private PreparedQuery PrepareQuery()
    {
        QuerySession session = (Connection ?? throw new InvalidOperationException("The batch has no connection.")).Session;
        string statements = string.Concat(_commands.Commands.Select(c => CqliteCommand.InCql(c.CommandText).TrimEnd().TrimEnd(';') + ";\n"));
        return CqliteDataException.Guard(() => session.Prepare($"BEGIN {(IsUnlogged ? "UNLOGGED " : "")}BATCH\n{statements}APPLY BATCH"));
    }

    private CqliteDataReader Execute()
    {
        PreparedQuery query = PrepareQuery();
        QuerySession session = Connection!.Session;

        // The markers of the batch are those of its statements one after the other.
        List<object?> values = [];
        foreach (CqliteBatchCommand command in _commands.Commands)
        {
            int markers = CqliteDataException.Guard(() => session.Prepare(CqliteCommand.InCql(command.CommandText))).Markers.Length;
            values.AddRange(command.Parameters.ValuesFor(query.Markers.Slice(values.Count, markers)));
        }

        CancellationTokenSource running = new();
        if (Timeout > 0)
            running.CancelAfter(TimeSpan.FromSeconds(Timeout));
        QueryResult result = CqliteDataException.Guard(() => session.Execute(query, query.Bind(values), new QueryOptions { Cancellation = running.Token }));
        return new CqliteDataReader(result, closes: null, running);
    }
}

/// <summary>A statement of a batch.</summary>
public sealed class CqliteBatchCommand : DbBatchCommand
{
    /// <summary>Creates one without a text.</summary>
    public CqliteBatchCommand()
    {
    }

    /// <summary>Creates one.</summary>
    public CqliteBatchCommand(string? commandText) => CommandText = commandText;

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get; set; } = "";

    /// <inheritdoc/>
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
                throw new NotSupportedException("CQL has statements only: CommandType.Text.");
        }
    }

    /// <summary>-1: Cassandra does not count what it writes.</summary>
    public override int RecordsAffected => -1;

    /// <summary>The parameters.</summary>
    public new CqliteParameterCollection Parameters { get; } = new();

    /// <inheritdoc/>
    public override bool CanCreateParameter => true;

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new CqliteParameter();
}

/// <summary>The statements of a batch, in order.</summary>
internal sealed class CqliteBatchCommandCollection : DbBatchCommandCollection
{
    public List<CqliteBatchCommand> Commands { get; } = [];

    public override int Count => Commands.Count;

    public override bool IsReadOnly => false;

    public override void Add(DbBatchCommand item) => Commands.Add((CqliteBatchCommand)item);

    public override void Clear() => Commands.Clear();

    public override bool Contains(DbBatchCommand item) => Commands.Contains((CqliteBatchCommand)item);

    public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => Commands.ToArray().CopyTo(array, arrayIndex);

    public override IEnumerator<DbBatchCommand> GetEnumerator() => Commands.GetEnumerator();

    public override int IndexOf(DbBatchCommand item) => Commands.IndexOf((CqliteBatchCommand)item);

    public override void Insert(int index, DbBatchCommand item) => Commands.Insert(index, (CqliteBatchCommand)item);

    public override bool Remove(DbBatchCommand item) => Commands.Remove((CqliteBatchCommand)item);

    public override void RemoveAt(int index) => Commands.RemoveAt(index);

    protected override DbBatchCommand GetBatchCommand(int index) => Commands[index];

    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => Commands[index] = (CqliteBatchCommand)batchCommand;
}
