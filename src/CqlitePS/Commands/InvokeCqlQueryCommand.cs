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
public sealed class InvokeCqlQueryCommand : QueryCmdlet
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

    /// <summary>Rows of a page. Each page is asked for when it is needed, and is one table of <c>-As DataTable</c>.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? PageSize { get; set; }

    /// <summary>After how many seconds to give up; never when not given. Of a cluster also how long each node may take to answer.</summary>
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
        _statements = StatementSplitter.Split(Query);
        if (_statements.Count == 0)
            throw new ArgumentException("The query holds no statement.");
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        (IQueryTarget source, string? keyspace) = RequireTarget(Connection);
        object target = MyInvocation.ExpectingInput && Parameter is not null ? Parameter : Query;
        if (MyInvocation.ExpectingInput)
            ForItem(target, () => Run(source, keyspace));
        else
            Run(source, keyspace);
    }

    private void Run(IQueryTarget target, string? keyspace)
    {
        IQuerySession session = target.OpenSession(Keyspace ?? keyspace);
        foreach (ScriptStatement statement in _statements)
        {
            StopToken.ThrowIfCancellationRequested();
            try
            {
                Run(target, session, session.Prepare(statement.Text, StopToken));
            }
            catch (CqlSyntaxException e) when (_statements.Count > 1)
            {
                throw InScript(statement, e);
            }
            catch (InvalidQueryException e) when (_statements.Count > 1)
            {
                throw new InvalidQueryException($"statement at line {statement.Position.Line}: {e.Message}", e.Code) { IsReadOnlyDatabase = e.IsReadOnlyDatabase };
            }
        }
    }

    private void Run(IQueryTarget target, IQuerySession session, PreparedStatement query)
    {
        if (!Explain && !Analyze)
        {
            Execute(session, query);
            return;
        }

        if (target is not QueryEngine engine || query is not PreparedQuery own)
            throw new ArgumentException($"-Explain and -Analyze tell of databases; {target.Name} does not say how it executes a statement.");
        if (Analyze)
            Within(cancellation => WriteObject(engine.Analyze(own, Bind(own), new QueryOptions { Cancellation = cancellation })));
        else
            WriteObject(engine.Explain(own, Parameter is null ? null : ParameterBinder.Bind(query, Parameter)));
    }

    private BindValues Bind(PreparedStatement query) => Parameter is null && query.Markers.Length == 0 ? BindValues.None : ParameterBinder.Bind(query, Parameter);

    private static CqlSyntaxException InScript(in ScriptStatement statement, CqlSyntaxException error)
    {
        (int line, int column) = statement.InScript(error.Line, error.Column);
        return new CqlSyntaxException(error.Message, line, column);
    }

    private void Execute(IQuerySession session, PreparedStatement query)
    {
        BindValues values = Bind(query);
        Within(cancellation =>
        {
            QueryOptions options = new()
            {
                Cancellation = cancellation,
                Timeout = Timeout > 0 ? TimeSpan.FromSeconds(Timeout) : null,
                Consistency = Consistency,
                SerialConsistency = SerialConsistency,
                PageSize = PageSize,
            };
            while (Write(session, query, values, options, cancellation) is { } pagingState)
                options = options with { PagingState = pagingState };
        });
        CompleteProgress(Activity);
    }

    /// <summary>Does what may take as long as the user said, and no longer.</summary>
    private void Within(Action<CancellationToken> action)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        if (Timeout > 0)
            limit.CancelAfter(TimeSpan.FromSeconds(Timeout));
        try
        {
            action(limit.Token);
        }
        catch (OperationCanceledException e) when (!StopToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The query took longer than {Timeout} s.{(Connection is null ? "" : " What it writes may have been written.")}", e);
        }
    }

    /// <summary>Executes, and writes all rows or those of a page.</summary>
    /// <returns>Where the next page begins; null when there is none.</returns>
    private byte[]? Write(IQuerySession session, PreparedStatement query, BindValues values, QueryOptions options, CancellationToken cancellation)
    {
        using QueryResult result = session.Execute(query, values, options);
        foreach (string warning in result.Warnings)
            WriteVerbose(warning);
        if (result.Kind != ResultKind.Rows)
            return null;
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
                WriteTable(result, isFirst: options.PagingState is null, cancellation);
                break;
            default:
                WriteRows(result, cancellation);
                break;
        }

        WriteVerbose(result.PartitionsRead > 0 ? $"{result.RowsRead:N0} rows of {result.PartitionsRead:N0} partitions read." : $"{result.RowsRead:N0} rows read.");
        return result.PagingState;
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

    private void WriteTable(QueryResult result, bool isFirst, CancellationToken cancellation)
    {
        RowTable rows = new(result.Columns);
        while (result.MoveNext())
        {
            rows.Add(result);
            if ((rows.Count & 0xFF) == 0)
                Pulse(result, rows.Count, cancellation);
        }

        // The last page may turn out to have no rows.
        if (isFirst || rows.Count > 0)
            WriteObject(rows.Take());
    }

    private void Pulse(QueryResult result, long rows, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ReportProgress(Activity, $"{rows:N0} rows of {result.RowsRead:N0} read", percent: null);
    }
}
