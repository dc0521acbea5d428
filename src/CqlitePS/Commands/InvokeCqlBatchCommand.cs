using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Rows;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Executes statements that write as one batch. Objects of the pipeline are bound to the statements, and become one batch or several.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CqlBatch")]
[OutputType(typeof(CqlRow))]
public sealed class InvokeCqlBatchCommand : QueryCmdlet
{
    /// <summary>The most statements that a batch can tell of.</summary>
    private const int MostStatements = ushort.MaxValue;

    private readonly List<(PreparedStatement Statement, BindValues Values)> _batch = [];
    private List<PreparedStatement> _prepared = [];
    private IQuerySession? _session;
    private int _objects;

    /// <summary>The statements: INSERT, UPDATE and DELETE, several texts, or one text with semicolons between.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(QueryCompleter))]
    public string[] Query { get; set; } = [];

    /// <summary>
    /// Values of bind markers: a hashtable or an object by name, for all statements; an array, by position for one statement, or with an element for each of several.
    /// From the pipeline the statements come into the batch once an object.
    /// </summary>
    [Parameter(Position = 1, ValueFromPipeline = true)]
    public object? Parameter { get; set; }

    /// <summary>The kind of the batch: Logged, which is executed as a whole in the end; Unlogged; Counter.</summary>
    [Parameter]
    public BatchKind Kind { get; set; }

    /// <summary>Of how many objects of the pipeline a batch is made; of all when not given.</summary>
    [Parameter]
    [ValidateRange(1, MostStatements)]
    public int? BatchSize { get; set; }

    /// <summary>The timestamp of the writes that name none, in microseconds since 1970.</summary>
    [Parameter]
    public long? Timestamp { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_session is null)
            Start();
        if (MyInvocation.ExpectingInput && Parameter is not null)
            ForItem(Parameter, AddObject);
        else
            AddStatements();
    }

    /// <inheritdoc/>
    protected override void End() => Flush();

    private void Start()
    {
        (IQueryTarget target, string? keyspace) = RequireTarget(Connection);
        _session = target.OpenSession(Keyspace ?? keyspace);
        _prepared = [.. Query.SelectMany(StatementSplitter.Split).Select(s => _session.Prepare(s.Text, StopToken))];
        if (_prepared.Count == 0)
            throw new ArgumentException("The query holds no statement.");
    }

    private void AddObject()
    {
        // What does not fit comes into no batch, and the rest goes on.
        List<(PreparedStatement, BindValues)> bound = [.. _prepared.Select(s => (s, Bind(s, Parameter)))];
        if (_batch.Count + bound.Count > MostStatements)
            throw new ArgumentException($"A batch holds {MostStatements:N0} statements at most; -BatchSize makes several of them.");
        _batch.AddRange(bound);
        if (++_objects == BatchSize)
            Flush();
    }

    private void AddStatements()
    {
        if (_prepared.Count > MostStatements)
            throw new ArgumentException($"A batch holds {MostStatements:N0} statements at most.");
        object? values = (Parameter as PSObject)?.BaseObject is { } unwrapped and not PSCustomObject ? unwrapped : Parameter;
        bool isOneEach = _prepared.Count > 1 && values is IList and not byte[];
        if (isOneEach && ((IList)values!).Count != _prepared.Count)
            throw new ArgumentException($"There are {_prepared.Count} statements, and {((IList)values).Count} sets of values were given.");
        for (int i = 0; i < _prepared.Count; i++)
            _batch.Add((_prepared[i], Bind(_prepared[i], isOneEach ? ((IList)values!)[i] : Parameter)));
    }

    private BindValues Bind(PreparedStatement statement, object? values)
    {
        if (values is null && statement.Markers.Length == 0)
            return BindValues.None;
        return _prepared.Count > 1 ? ParameterBinder.BindShared(statement, values) : ParameterBinder.Bind(statement, values);
    }

    private void Flush()
    {
        if (_batch.Count == 0)
            return;
        QueryOptions options = new() { Cancellation = StopToken, TimestampMicros = Timestamp, Consistency = Consistency, SerialConsistency = SerialConsistency };
        using QueryResult result = _session!.ExecuteBatch(Kind, _batch, options);
        _batch.Clear();
        _objects = 0;
        foreach (string warning in result.Warnings)
            WriteVerbose(warning);
        if (result.Kind != ResultKind.Rows)
            return;
        RowReader read = RowFactory.For(result.Columns);
        while (result.MoveNext())
            WriteObject(read(result));
    }
}
