using Cqlite.Migration.Progress;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>The line that tells on a terminal how far a migration is.</summary>
public sealed class ProgressLineTests
{
    [Fact]
    public void Begins_with_what_matters_most_and_is_cut_between_its_parts()
    {
        TransferProgress all = new("export", null) { Rows = 56_644, Bytes = 25_480_000, Share = 0.461, RowsPerSecond = 12_224, Elapsed = TimeSpan.FromMinutes(90) };
        string line = ProgressOutput.Line(all, all with { Table = "shop.orders_of_all_years", Share = 0.9 });
        Assert.Equal("export: 46.1 %, 1h 45m left, 56,644 rows, 12,224 rows/s, 25.5 MB; shop.orders_of_all_years 90.0 %", line);
        Assert.Equal("export: 46.1 %, 1h 45m left, 56,644 rows, 12,224 rows/s, 25.5 MB", line[..ProgressLine.Fitting(line, 79)]);
        Assert.Equal("export: 46.1 %, 1h 45m left", line[..ProgressLine.Fitting(line, 40)]);
        Assert.Equal("export: 46.1", line[..ProgressLine.Fitting(line, 12)]);
        Assert.Equal("export: 0.0 %, 0 rows, 0 rows/s", ProgressOutput.Line(new TransferProgress("export", null), null));
    }
}
