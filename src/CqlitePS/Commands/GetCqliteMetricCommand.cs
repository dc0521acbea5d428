using System.Management.Automation;
using Cqlite.Core.Engine.Metrics;

namespace CqlitePS.Commands;

/// <summary>Gives figures of a database that is open: latencies, cache, memory, storage, compression, integrity, writes, commit log.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteMetric")]
[OutputType(typeof(DatabaseMetric), typeof(string))]
public sealed class GetCqliteMetricCommand : DatabaseCmdlet
{
    /// <summary>Names of metrics; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Give Prometheus's text format.</summary>
    [Parameter]
    public SwitchParameter Prometheus { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        NamePatterns names = new(Name);
        DatabaseMetric[] metrics = [.. RequireDatabase().Engine.Database.Metrics().Where(m => names.Match(m.Name))];
        foreach (string missing in names.Missing)
            WriteError(ErrorRecords.Create(new ItemNotFoundException($"There is no metric '{missing}'."), missing));
        if (Prometheus)
            WriteObject(DatabaseMetric.ToPrometheus(metrics));
        else
            WriteObject(metrics, enumerateCollection: true);
    }
}
