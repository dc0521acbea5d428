using System.Management.Automation;
using Cqlite.Core.Engine.Settings;
using Cqlite.Core.Query;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Makes a database, with the schema of a file of CQL and settings of its own, and opens it.</summary>
[Cmdlet(VerbsCommon.New, "CqliteDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(CqliteDatabase))]
public sealed class NewCqliteDatabaseCommand : CqliteCmdlet
{
    /// <summary>The folder, which must not exist or be empty.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>A file of CREATE statements.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <summary>A file of settings, JSON or YAML, which stay with the database.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Configuration { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = ResolveLiteral(Path);
        if (!ShouldProcess(path, "Create database"))
            return;
        DatabaseSettings kept = Configuration is null ? new DatabaseSettings() : DatabaseSettings.FromFile(ResolveLiteral(Configuration));
        DatabaseSettings environment = DatabaseSettings.FromEnvironment();
        var options = environment.Over(kept).Apply(Cqlite.Core.Engine.DatabaseOptions.Default) with { ReadOnly = false };
        DatabaseCreation.Create(path, ResolveLiteral(Schema), kept, options);
        CqliteDatabase database = new(QueryEngine.Open(path, options), asOf: null);
        OpenDatabases.Current.Add(database);
        WriteObject(database);
    }
}
