using System.Management.Automation;
using Cqlite.Core.Query;
using CqlitePS.Completion;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that execute statements: on what, and how consistently.</summary>
public abstract class QueryCmdlet : DatabaseCmdlet
{
    /// <summary>A connected cluster, in place of a database; the last one when there is neither a connection nor a database given, nor a database open.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public IQueryTarget? Connection { get; set; }

    /// <summary>The keyspace of tables that are named without one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>How many replicas must answer; that of the connection when not given.</summary>
    [Parameter]
    [ConsistencyTransformation]
    public ConsistencyLevel? Consistency { get; set; }

    /// <summary>The consistency of the decision where statements have conditions: Serial or LocalSerial.</summary>
    [Parameter]
    [ConsistencyTransformation]
    [ValidateSet(nameof(ConsistencyLevel.Serial), nameof(ConsistencyLevel.LocalSerial))]
    public ConsistencyLevel? SerialConsistency { get; set; }
}
