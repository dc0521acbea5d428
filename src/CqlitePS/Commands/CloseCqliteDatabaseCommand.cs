using System.Management.Automation;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Closes databases: the last opened one, those that are given, or all.</summary>
[Cmdlet(VerbsCommon.Close, "CqliteDatabase", DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(void))]
public sealed class CloseCqliteDatabaseCommand : CqliteCmdlet
{
    private const string DatabaseSet = "Database";

    /// <summary>The databases to close; the last opened one when none is given.</summary>
    [Parameter(Position = 0, ParameterSetName = DatabaseSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase[]? Database { get; set; }

    /// <summary>Close all that are open in this runspace.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (All)
        {
            OpenDatabases.Current.CloseAll();
            return;
        }

        foreach (CqliteDatabase database in Database ?? [OpenDatabases.RequireDefault()])
            database.Close();
    }
}
