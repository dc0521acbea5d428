using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace CqlitePS.Commands;

/// <summary>Finds SSTables and tells what they say of themselves: version, components, sizes, counts, times, tokens, compression, columns. No row is read.</summary>
[Cmdlet(VerbsCommon.Get, "SSTable", DefaultParameterSetName = PathSet)]
[OutputType(typeof(SSTableReport))]
public sealed class GetSSTableCommand : SSTablePathCmdlet
{
    /// <summary>A file of CQL with the schema; without it, the schema is looked for beside the data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <inheritdoc/>
    protected override void ProcessSSTable(SSTableDescriptor descriptor) =>
        WriteObject(SSTableReport.Read(PhysicalFileSystem.Instance, descriptor, DefinitionOf(descriptor, Schema)));
}
