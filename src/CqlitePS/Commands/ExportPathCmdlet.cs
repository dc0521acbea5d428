using System.Management.Automation;
using CqlitePS.Completion;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that take export directories.</summary>
public abstract class ExportPathCmdlet : MigrationCmdlet
{
    /// <summary>The folders of exports; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The folders of exports, taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Only these tables, as <c>keyspace.table</c>, or a keyspace's name for all of its tables.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[] Table { get; set; } = [];

    /// <summary>Take tables too of which only a part was exported.</summary>
    [Parameter]
    public SwitchParameter AllowIncomplete { get; set; }

    /// <summary>The folders that are meant, each in turn: what can't be done with one is told, and the rest goes on.</summary>
    private protected void ForFolders(Action<string> work)
    {
        ForPaths(Path, LiteralPath, work);
    }
}
