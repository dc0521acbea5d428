using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Tells whether a cluster can be reached, and how its nodes are. A cluster that can't be reached is a result, not an error.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CassandraConnection", DefaultParameterSetName = ContactSet)]
[OutputType(typeof(CassandraTestResult), typeof(bool))]
public sealed class TestCassandraConnectionCommand : ContactCmdlet
{
    /// <summary>A connection that is open already.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Connection", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? Connection { get; set; }

    /// <summary>Give true or false only: whether it can be reached and all nodes are well.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CassandraTestResult result = Test();
        if (Quiet)
            WriteObject(result.IsHealthy);
        else
            WriteObject(result);
    }

    private CassandraTestResult Test()
    {
        string[] contactPoints = Connection is { } known ? [.. known.Options.ContactPoints] : ContactPoint ?? [];
        CassandraConnection? own = null;
        try
        {
            CassandraConnection connection = Connection ?? (own = Connect());
            CassandraHealth health = connection.CheckAsync(StopToken).GetAwaiter().GetResult();
            return new CassandraTestResult([.. connection.Options.ContactPoints], health);
        }
        catch (CqliteException problem) when (problem is ConnectionFailedException or AuthenticationFailedException or OutcomeUnknownException or OverloadedException)
        {
            return new CassandraTestResult(contactPoints, problem.Message);
        }
        finally
        {
            own?.Dispose();
        }
    }
}
