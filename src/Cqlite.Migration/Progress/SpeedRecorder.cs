namespace Cqlite.Migration.Progress;

/// <summary>
/// Keeps how fast all tables together went, and passes progress on. However long it takes, no more than a few hundred samples are kept: when they are too many every
/// second one goes, and those to come lie twice as far apart. Reports come one at a time, as <see cref="ProgressMeter"/> gives them.
/// </summary>
internal sealed class SpeedRecorder(IProgress<TransferProgress>? next) : IProgress<TransferProgress>
{
    private const int Capacity = 512;
    private readonly Lock _lock = new();
    private readonly List<SpeedSample> _samples = [];
    private SpeedSample? _last;
    private double _apartSeconds;

    /// <summary>The samples so far, in order; the last one is the last that was told.</summary>
    public IReadOnlyList<SpeedSample> Samples
    {
        get
        {
            lock (_lock)
                return _last is null || _samples[^1] == _last ? [.. _samples] : [.. _samples, _last];
        }
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        if (value.Table is null)
            Note(new SpeedSample(Math.Round(value.Elapsed.TotalSeconds, 3), value.Rows, value.Bytes));
        next?.Report(value);
    }

    private void Note(SpeedSample sample)
    {
        lock (_lock)
        {
            _last = sample;
            if (_samples.Count > 0 && sample.Seconds - _samples[^1].Seconds < _apartSeconds)
                return;
            _samples.Add(sample);
            if (_samples.Count < Capacity)
                return;
            _apartSeconds = Math.Max(_apartSeconds * 2, 2 * sample.Seconds / Capacity);
            for (int i = Capacity / 2; i > 0; i--)
                _samples.RemoveAt((2 * i) - 1);
        }
    }
}
