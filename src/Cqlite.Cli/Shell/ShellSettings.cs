using Cqlite.Core.Query.Output;

namespace Cqlite.Cli.Shell;

/// <summary>What commands of the shell set.</summary>
internal sealed class ShellSettings
{
    /// <summary>How rows are printed.</summary>
    public ResultFormat Mode { get; set; } = ResultFormat.Table;

    /// <summary>Whether rows of a table are printed a line a value.</summary>
    public bool Expand { get; set; }

    /// <summary>Whether the time of each statement is told.</summary>
    public bool Timer { get; set; }

    /// <summary>Whether plans are printed in place of rows.</summary>
    public bool Explain { get; set; }

    /// <summary>Lines after which a terminal waits; 0 for none.</summary>
    public int PageLines { get; set; } = 100;

    /// <summary>What CONSISTENCY was set to, which one node does not depend on.</summary>
    public string Consistency { get; set; } = "ONE";

    /// <summary>What SERIAL CONSISTENCY was set to.</summary>
    public string SerialConsistency { get; set; } = "SERIAL";

    /// <summary>The format that rows are printed in.</summary>
    public ResultFormat Format => Mode == ResultFormat.Table && Expand ? ResultFormat.Expanded : Mode;
}
