using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;

namespace Cqlite.Migration.Reports;

/// <summary>Reads the events that <see cref="ProgressEvents"/> has written. A file has those of one run after another; each that begins anew is a run.</summary>
internal static class ProgressEventReader
{
    /// <summary>The runs, by the events of all tables together.</summary>
    /// <exception cref="CorruptDataException">A line is no event.</exception>
    public static IReadOnlyList<SpeedSeries> Read(IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> lines, string path)
    {
        List<(string Operation, SpeedRecorder Recorder)> runs = [];
        double last = double.MaxValue;
        foreach ((int number, ReadOnlyMemory<byte> line) in lines)
        {
            if (Parse(line, number, path) is not { } progress)
                continue;
            if (runs.Count == 0 || progress.Operation != runs[^1].Operation || progress.Elapsed.TotalSeconds < last)
                runs.Add((progress.Operation, new SpeedRecorder(next: null)));
            last = progress.Elapsed.TotalSeconds;
            runs[^1].Recorder.Report(progress);
        }

        return [.. runs.Select((run, i) => SpeedSeries.Of(runs.Count == 1 ? run.Operation : $"{run.Operation}, run {i + 1}", run.Recorder.Samples))];
    }

    /// <summary>What a line says of all tables together; null where it is of one table, or of something else.</summary>
    private static TransferProgress? Parse(ReadOnlyMemory<byte> line, int number, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("event", out JsonElement name) || name.GetString() != "progress" || root.GetProperty("table").ValueKind != JsonValueKind.Null)
                return null;
            double seconds = root.GetProperty("elapsedSeconds").GetDouble();
            if (seconds is not (>= 0 and < 1e9))
                throw new FormatException($"{seconds} seconds make no sense.");
            return new TransferProgress(root.GetProperty("operation").GetString() ?? "", null)
            {
                Rows = root.GetProperty("rows").GetInt64(),
                Bytes = root.GetProperty("bytes").GetInt64(),
                Elapsed = TimeSpan.FromSeconds(seconds),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CorruptDataException(path, -1, $"line {number} is no event of progress: {e.Message}", e);
        }
    }
}
