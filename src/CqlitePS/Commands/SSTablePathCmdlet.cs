using System.Management.Automation;
using Cqlite.Core.Engine;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets on SSTables share: paths of any component, folder, data directory or snapshot, each SSTable taken once.</summary>
public abstract class SSTablePathCmdlet : CqliteCmdlet
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private TableDefinitions? _definitions;
    private int _problemsTold;

    /// <summary>Components, table folders, data directories or snapshots; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "DataPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process()
    {
        bool isLiteral = string.Equals(ParameterSetName, LiteralPathSet, StringComparison.Ordinal);
        foreach (string path in isLiteral ? LiteralPath : Path)
            ForItem(path, () => ProcessPath(path, isLiteral));
    }

    /// <summary>Does the work for one SSTable.</summary>
    protected abstract void ProcessSSTable(SSTableDescriptor descriptor);

    /// <summary>The definition of an SSTable's table; null where it is nowhere to be found. What can't be made sense of becomes a warning.</summary>
    /// <param name="descriptor">The SSTable.</param>
    /// <param name="schema">The file that the user named; null to look beside the data.</param>
    protected TableMetadata? DefinitionOf(SSTableDescriptor descriptor, string? schema)
    {
        _definitions ??= new TableDefinitions(QueryEngine.ReadSchema, ResolveLiteral(schema));
        TableMetadata? table = _definitions.Of(descriptor);
        for (; _problemsTold < _definitions.Problems.Count; _problemsTold++)
            WriteWarning(_definitions.Problems[_problemsTold]);
        return table;
    }

    private void ProcessPath(string path, bool isLiteral)
    {
        List<string> resolved = isLiteral ? [ResolveLiteral(path)] : [.. ResolveWildcards(path)];

        // A wildcard also meets files that belong to no SSTable, such as manifest.json; a file that was named must be one.
        bool mayMiss = resolved.Count > 1 || (!isLiteral && WildcardPattern.ContainsWildcardCharacters(path));
        bool any = false;
        foreach (string found in resolved)
        {
            if (mayMiss && File.Exists(found) && !IsComponent(found))
            {
                WriteVerbose($"'{found}' belongs to no SSTable.");
                continue;
            }

            ForItem(found, () =>
            {
                IReadOnlyList<SSTableDescriptor> descriptors = SSTableFolder.Find(PhysicalFileSystem.Instance, found);
                if (descriptors.Count > 0)
                    any = true;
                else if (!mayMiss)
                    throw NothingAt(found);
                foreach (SSTableDescriptor descriptor in descriptors)
                {
                    StopToken.ThrowIfCancellationRequested();
                    string name = descriptor.ToString();
                    if (_seen.Add(name))
                        ForItem(descriptor.PathOf(SSTableComponent.Data), () => ProcessSSTable(descriptor));
                }
            });
        }

        if (mayMiss && !any)
            throw NothingAt(path);
    }

    private static bool IsComponent(string path)
    {
        try
        {
            return SSTableDescriptor.TryParse(path, out _, out _);
        }
        catch (Cqlite.Core.Errors.UnsupportedFormatException)
        {
            return true;
        }
    }

    private static ItemNotFoundException NothingAt(string path) =>
        new($"There is no SSTable at '{path}'. A component (nb-1-big-Data.db), a table's folder, a data directory or a snapshot was expected; snapshots and backups are read when the path leads into them.");
}
