using System.Globalization;
using System.Text;

namespace Cqlite.Core.Engine.Metrics;

/// <summary>Whether a metric can fall.</summary>
public enum MetricKind
{
    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>It only goes up, from 0 when the database is opened.</summary>
    Counter,
}

/// <summary>A figure of a database that is open.</summary>
/// <param name="Name">Its name in Prometheus: <c>cqlite_cache_hit_rate</c>.</param>
/// <param name="Kind">Whether it can fall.</param>
/// <param name="Value">The figure; null where there is nothing yet to tell from, such as a quantile of no queries.</param>
/// <param name="Unit">The unit, such as <c>ms</c>, <c>%</c> or <c>GB</c>; empty for numbers.</param>
/// <param name="Description">What it is.</param>
public sealed record DatabaseMetric(string Name, MetricKind Kind, double? Value, string Unit, string Description)
{
    /// <summary>Metrics in Prometheus's text format. What has no value yet is left out.</summary>
    public static string ToPrometheus(IEnumerable<DatabaseMetric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        StringBuilder text = new();
        foreach (DatabaseMetric metric in metrics.Where(m => m.Value is not null))
        {
            text.Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Description);
            if (metric.Unit.Length > 0)
                text.Append(" (").Append(metric.Unit).Append(')');
            text.Append('\n');
            text.Append("# TYPE ").Append(metric.Name).Append(metric.Kind == MetricKind.Gauge ? " gauge\n" : " counter\n");
            text.Append(metric.Name).Append(' ').Append(metric.Value!.Value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }
}
