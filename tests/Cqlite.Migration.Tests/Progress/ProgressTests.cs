using Cqlite.Migration.Progress;
using Xunit;

namespace Cqlite.Migration.Tests.Progress;

public sealed class ProgressTests
{
    private static readonly TransferProgress s_progress = new("export", null)
    {
        Rows = 10_000,
        Bytes = 123_456,
        Share = 10_000 / 1_234_567.0,
        Elapsed = TimeSpan.FromSeconds(66.6),
        RowsPerSecond = 150.15,
    };

    [Fact]
    public void A_line_of_the_log_is_as_documented() =>
        Assert.Equal("Progress: 10,000/1,234,567 rows (0.8%) - ETA: 2h 15m", ProgressLog.Line(s_progress));

    [Fact]
    public void The_log_has_a_line_an_interval_and_one_at_the_end()
    {
        StringWriter output = new() { NewLine = "\n" };
        ProgressLog log = new(output);
        for (int second = 0; second < 25; second++)
            log.Report(s_progress with { Elapsed = TimeSpan.FromSeconds(second) });
        log.Report(s_progress with { Table = "shop.orders", IsDone = true });
        log.Report(s_progress with { Elapsed = TimeSpan.FromSeconds(25), IsDone = true });
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[INFO\] Progress: 10,000/10,000 rows \(0\.8%\) - ETA: 0s$", lines[3]);
    }

    [Fact]
    public void Events_are_lines_of_json()
    {
        StringWriter output = new() { NewLine = "\n" };
        new ProgressEvents(output).Report(s_progress with { Table = "shop.orders" });
        Assert.Equal(
            """{"event":"progress","operation":"export","table":"shop.orders","rows":10000,"bytes":123456,"percent":0.81,"rowsPerSecond":150,"elapsedSeconds":66.6,"remainingSeconds":8155.6,"done":false}""" + "\n",
            output.ToString());
    }
}
