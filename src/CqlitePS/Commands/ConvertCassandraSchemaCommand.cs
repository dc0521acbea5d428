using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Migration.Conversions;

namespace CqlitePS.Commands;

/// <summary>Makes of a cluster's definitions those of a database: one copy of everything, and, where asked for, tables that are quick to read.</summary>
[Cmdlet(VerbsData.Convert, "CassandraSchema", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(FileInfo))]
public sealed class ConvertCassandraSchemaCommand : PathCmdlet
{
    /// <summary>The file that is written.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Give every table LZ4 in chunks of 16 KiB, and bloom filters of at most 1 % false answers.</summary>
    [Parameter]
    public SwitchParameter Optimize { get; set; }

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Pass on the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string destination = ResolveLiteral(Destination);
        foreach (string path in Resolved)
        {
            ForItem(path, () =>
            {
                if (!ShouldProcess(destination, $"Convert {path}"))
                    return;
                SchemaConverter.Convert(PhysicalFileSystem.Instance, SchemaConverter.FileAt(path), destination, Optimize, Force);
                if (PassThru)
                    WriteObject(new FileInfo(destination));
            });
        }
    }
}
