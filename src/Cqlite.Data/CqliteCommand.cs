using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Cqlite.Core.Cql;
using Cqlite.Core.Query;

namespace Cqlite.Data;

/// <summary>A statement with its parameters. Markers are <c>?</c>, <c>:name</c>, or <c>@name</c>, which means the same.</summary>
public sealed class CqliteCommand : DbCommand
{
    private CancellationTokenSource? _running;

    /// <summary>Creates a command.</summary>
    public CqliteCommand()
    {
    }

    /// <summary>Creates a command of a statement and a connection.</summary>
    public CqliteCommand(string? commandText, CqliteConnection? connection = null)
    {
        CommandText = commandText;
        Connection = connection;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get; set; } = "";

    /// <summary>After how many seconds to give up; 0, the default, for never.</summary>
    public override int CommandTimeout { get; set; }

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

    /// <summary>The connection.</summary>
    public new CqliteConnection? Connection { get; set; }

    /// <summary>The parameters.</summary>
    public new CqliteParameterCollection Parameters { get; } = new();

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (CqliteConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => null;
        set
        {
            if (value is not null)
                throw new NotSupportedException("Cassandra has no transactions.");
        }
    }

    /// <inheritdoc/>
    public override void Cancel() => _running?.Cancel();

    /// <summary>Parses and plans the statement; executing does it too, once for each text.</summary>
    public override void Prepare() => PrepareQuery();

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using DbDataReader reader = ExecuteReader();
        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override object? ExecuteScalar()
    {
        using DbDataReader reader = ExecuteReader();
        return reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    /// <summary>Executes the statement.</summary>
    public new CqliteDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    /// <summary>Executes the statement.</summary>
    public new CqliteDataReader ExecuteReader(CommandBehavior behavior)
    {
        CqliteConnection connection = Connection ?? throw new InvalidOperationException("The command has no connection.");
        PreparedQuery query = PrepareQuery();
        CancellationTokenSource running = new();
        if (CommandTimeout > 0)
            running.CancelAfter(TimeSpan.FromSeconds(CommandTimeout));
        _running = running;
        IReadOnlyList<object?> values = Parameters.ValuesFor(query.Markers);
        QueryResult result = CqliteDataException.Guard(() => connection.Session.Execute(query, query.Bind(values), new QueryOptions { Cancellation = running.Token }));
        return new CqliteDataReader(result, (behavior & CommandBehavior.CloseConnection) != 0 ? connection : null, running);
    }

    /// <summary>The statement with <c>@name</c> as <c>:name</c>, which is how CQL writes it.</summary>
    internal static string InCql(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            return text;
        StringBuilder cql = new(text);
        CqlLexer lexer = new(text);
        while (lexer.Next() is { Kind: not TokenKind.EndOfFile } token)
        {
            // Within texts, names and comments the lexer never stops at a sign of its own.
            if (text[token.Start] == '@')
                cql[token.Start] = ':';
        }

        return cql.ToString();
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new CqliteParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    private PreparedQuery PrepareQuery()
    {
        QuerySession session = (Connection ?? throw new InvalidOperationException("The command has no connection.")).Session;
        return CqliteDataException.Guard(() => session.Prepare(InCql(CommandText)));
    }
}
