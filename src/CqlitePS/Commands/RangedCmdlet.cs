using System.Management.Automation;
using Cqlite.Migration.Ranges;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that go through the ranges of tables: how many at once, how fast, and whether what became of them is passed on.</summary>
public abstract class RangedCmdlet : ProgressCmdlet
{
    /// <summary>Pass on what became of each table.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>How many ranges are read at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = RangeRunOptions.Default.Throttle;

    /// <summary>Rows in a second at most, all together; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long RateLimit { get; set; }

    /// <summary>Bytes of keys and values in a second at most, all together; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long ByteRateLimit { get; set; }

    /// <summary>How ranges are gone through, as the parameters say.</summary>
    private protected virtual RangeRunOptions Ranges => RangeRunOptions.Default with { Throttle = ThrottleLimit, RowsPerSecond = RateLimit, BytesPerSecond = ByteRateLimit };
}
