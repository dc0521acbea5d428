using System.Text.Json.Serialization;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Reports;

/// <summary>How fast one run was.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Samples">What had gone by, at moments in order; it never becomes less.</param>
internal sealed record SpeedSeries(string Title, IReadOnlyList<SpeedSample> Samples)
{
    private const double ShortestSeconds = 0.5;
    private const int FewestSamples = 3;

    /// <summary>How long it took, in seconds.</summary>
    [JsonIgnore]
    public double Seconds => Samples.Count == 0 ? 0 : Samples[^1].Seconds;

    /// <summary>Rows in all.</summary>
    [JsonIgnore]
    public long Rows => Samples.Count == 0 ? 0 : Samples[^1].Rows;

    /// <summary>Whether it took long enough for a speed to change.</summary>
    [JsonIgnore]
    public bool IsDrawable => Samples.Count >= FewestSamples && Seconds >= ShortestSeconds;

    /// <summary>Takes samples from wherever they come: those that are out of order, or make no sense, are left out.</summary>
    public static SpeedSeries Of(string title, IEnumerable<SpeedSample> samples)
    {
        List<SpeedSample> kept = [];
        foreach (SpeedSample sample in samples)
        {
            bool makesSense = double.IsFinite(sample.Seconds) && sample is { Seconds: >= 0, Rows: >= 0, Bytes: >= 0 };
            if (makesSense && (kept.Count == 0 || (sample.Seconds >= kept[^1].Seconds && sample.Rows >= kept[^1].Rows)))
                kept.Add(sample);
        }

        return new SpeedSeries(title, kept);
    }

    /// <summary>What the manifest of an export tells of its speed: when each range was done. Runs that went on later are one line with them, pauses and all.</summary>
    public static SpeedSeries Of(string title, ExportManifest manifest)
    {
        List<SpeedSample> samples = [new SpeedSample(0, 0, 0)];
        foreach (ExportRange range in manifest.Tables.SelectMany(t => t.Ranges).Where(r => r.DoneAt >= manifest.StartedAt).OrderBy(r => r.DoneAt))
            samples.Add(new SpeedSample((range.DoneAt!.Value - manifest.StartedAt).TotalSeconds, samples[^1].Rows + range.Rows, samples[^1].Bytes + range.Bytes));
        return Of(title, samples);
    }

    /// <summary>Rows a second in pieces of time of equal length, between samples as if it had gone evenly.</summary>
    public double[] RowsPerSecond(int count)
    {
        double[] speeds = new double[count];
        double step = Seconds / count;
        double before = 0;
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            double after = RowsAt(step * (i + 1), ref next);
            speeds[i] = step > 0 ? (after - before) / step : 0;
            before = after;
        }

        return speeds;
    }

    private double RowsAt(double seconds, ref int next)
    {
        while (next < Samples.Count && Samples[next].Seconds < seconds)
            next++;
        if (next == Samples.Count)
            return Rows;
        SpeedSample to = Samples[next];
        SpeedSample from = next > 0 ? Samples[next - 1] : new SpeedSample(0, 0, 0);
        double length = to.Seconds - from.Seconds;
        return length <= 0 ? to.Rows : from.Rows + ((to.Rows - from.Rows) * ((seconds - from.Seconds) / length));
    }
}
