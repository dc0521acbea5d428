using System.Data;
using System.Management.Automation;
using Cqlite.Core.Cql;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Output;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Rows;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>In what form <c>Invoke-CqlQuery</c> gives rows.</summary>
public enum QueryOutput
{
    /// <summary>An object a row, with a property a column.</summary>
    Object,

    /// <summary>One <see cref="System.Data.DataTable"/> with all rows, or one a page of <c>-PageSize</c> rows.</summary>
    DataTable,

    /// <summary>A line of JSON a row, values as Cassandra's <c>SELECT JSON</c> gives them.</summary>
    Json,
}

/// <summary>Executes CQL, one statement or a script, and streams the rows.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CqlQuery")]
[OutputType(typeof(CqlRow), typeof(DataTable), typeof(string))]
public sealed class InvokeCqlQueryCommand : DatabaseCmdlet
{
    private const string Activity = "Querying";

    private List<ScriptStatement> _statements = [];

    /// <summary>The statement, or several with semicolons between.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(QueryCompleter))]
    public string Query { get; set; } = "";

    /// <summary>Values of bind markers: a hashtable or an object by name, an array by position. From the pipeline the query runs once an object.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    public object? Parameter { get; set; }

    /// <summary>The keyspace of tables that are named without one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>Rows of each table of <c>-As DataTable</c>.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int PageSize { get; set; }

    /// <summary>After how many seconds to give up; never when not given.</summary>
    [Parameter]
    [ValidateRange(0.001, 2_000_000)]
    public double Timeout { get; set; }

    /// <summary>In what form to give the rows.</summary>
    [Parameter]
    public QueryOutput As { get; set; }

    /// <summary>Give the plan and what it would read, without executing it.</summary>
    [Parameter]
    public SwitchParameter Explain { get; set; }

    /// <summary>Give the plan, execute the SELECT without giving its rows, and tell how many rows were read for how many returned.</summary>
    [Parameter]
    public SwitchParameter Analyze { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (PageSize > 0 && As != QueryOutput.DataTable)
            throw new ArgumentException("-PageSize goes with -As DataTable; objects and JSON come row by row.");
        _statements = StatementSplitter.Split(Query);
        if (_statements.Count == 0)
            throw new ArgumentException("The query holds no statement.");
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        object target = MyInvocation.ExpectingInput && Parameter is not null ? Parameter : Query;
        if (MyInvocation.ExpectingInput)
            ForItem(target, () => Run(database));
        else
            Run(database);
    }

    private void Run(CqliteDatabase database)
    {
        QuerySession session = new(database.Engine, Keyspace ?? database.DefaultKeyspace);
        foreach (ScriptStatement statement in _statements)
        {
            StopToken.ThrowIfCancellationRequested();
            try
            {
                Run(session, session.Prepare(statement.Text));
            }
            catch (CqlSyntaxException e) when (_statements.Count > 1)
            {
                throw InScript(statement, e);
            }
            catch (InvalidQueryException e) when (_statements.Count > 1)
            {
                throw new InvalidQueryException($"statement at line {statement.Position.Line}: {e.Message}", e.Code);
            }
        }
    }

    private void Run(QuerySession session, PreparedQuery query)
    {
        if (Explain && !Analyze)
            WriteObject(session.Engine.Explain(query, Parameter is null ? null : ParameterBinder.Bind(query, Parameter)));
        else
            Execute(session, query);
    }

    private static CqlSyntaxException InScript(in ScriptStatement statement, CqlSyntaxException error)
    {
        (int line, int column) = statement.InScript(error.Line, error.Column);
        return new CqlSyntaxException(error.Message, line, column);
    }

    private void Execute(QuerySession session, PreparedQuery query)
    {
        BindValues values = Parameter is null && query.Markers.Length == 0 ? BindValues.None : ParameterBinder.Bind(query, Parameter);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        if (Timeout > 0)
            limit.CancelAfter(TimeSpan.FromSeconds(Timeout));
        try
        {
            QueryOptions options = new() { Cancellation = limit.Token };
            if (Analyze)
            {
                WriteObject(session.Engine.Analyze(query, values, options));
                return;
            }

            using QueryResult result = session.Execute(query, values, options);
            Write(result, limit.Token);
            if (result.Kind == ResultKind.Rows)
                WriteVerbose($"{result.RowsRead:N0} rows of {result.PartitionsRead:N0} partitions read.");
        }
        catch (OperationCanceledException e) when (!StopToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The query took longer than {Timeout} s.", e);
        }

        CompleteProgress(Activity);
    }

    private void Write(QueryResult result, CancellationToken cancellation)
    {
        foreach (string warning in result.Warnings)
            WriteVerbose(warning);
        if (result.Kind != ResultKind.Rows)
            return;
        switch (As)
        {
            case QueryOutput.Json:
                using (LineStream lines = new(WriteObject))
                {
                    ResultWriter.For(ResultFormat.JsonLines).Write(result, lines, cancellation);
                    lines.Complete();
                }

                break;
            case QueryOutput.DataTable:
                WriteTables(result, cancellation);
                break;
            default:
                WriteRows(result, cancellation);
                break;
        }
    }

    private void WriteRows(QueryResult result, CancellationToken cancellation)
    {
        RowReader read = RowFactory.For(result.Columns);
        long rows = 0;
        while (result.MoveNext())
        {
            WriteObject(read(result));

            // Each row, for whoever takes them may need long for one.
            cancellation.ThrowIfCancellationRequested();
            if ((++rows & 0xFF) == 0)
                Pulse(result, rows, cancellation);
        }
    }

    private void WriteTables(QueryResult result, CancellationToken cancellation)
    {
        RowTable rows = new(result.Columns);
        long count = 0;
        while (result.MoveNext())
        {
            if (PageSize > 0 && rows.Count == PageSize)
                WriteObject(rows.Take());
            rows.Add(result);
            if ((++count & 0xFF) == 0)
                Pulse(result, count, cancellation);
        }

        if (count == 0 || rows.Count > 0)
            WriteObject(rows.Take());
    }

    private void Pulse(QueryResult result, long rows, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ReportProgress(Activity, $"{rows:N0} rows of {result.RowsRead:N0} read", percent: null);
    }
}
