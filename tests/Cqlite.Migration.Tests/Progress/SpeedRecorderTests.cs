using Cqlite.Migration.Progress;
using Xunit;

namespace Cqlite.Migration.Tests.Progress;

/// <summary>However long something takes, its speed is a few hundred samples, evenly over all of it.</summary>
public sealed class SpeedRecorderTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 100)]
    [InlineData(100_000, 512)]
    public void Samples_are_few_and_reach_from_the_first_to_the_last(int reports, int most)
    {
        SpeedRecorder recorder = new(next: null);
        for (int i = 0; i < reports; i++)
        {
            recorder.Report(new TransferProgress("copy", "k.t") { Rows = long.MaxValue });
            recorder.Report(new TransferProgress("copy", null) { Rows = i * 10L, Bytes = i, Elapsed = TimeSpan.FromSeconds(i / 10.0) });
        }

        IReadOnlyList<SpeedSample> samples = recorder.Samples;
        Assert.InRange(samples.Count, Math.Min(reports, most / 4), most);
        if (reports == 0)
            return;
        Assert.Equal((0, (reports - 1) * 10L), (samples[0].Rows, samples[^1].Rows));
        Assert.Equal(samples.OrderBy(s => s.Seconds).Distinct(), samples);
        double longest = samples.Zip(samples.Skip(1), (a, b) => b.Seconds - a.Seconds).Max();
        Assert.InRange(longest, 0, Math.Max(0.11, reports / 10.0 / 100));
    }
}
