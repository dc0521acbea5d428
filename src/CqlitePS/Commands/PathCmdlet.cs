using System.Management.Automation;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that take files or folders, and need neither a database nor a cluster for it.</summary>
public abstract class PathCmdlet : CqliteCmdlet
{
    /// <summary>Files or folders; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>What is meant. One that is not there ends all.</summary>
    private protected IEnumerable<string> Resolved => ParameterSetName == LiteralPathSet ? LiteralPath.Select(p => ResolveLiteral(p)) : Path.SelectMany(ResolveWildcards);
}
