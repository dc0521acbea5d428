using System.Management.Automation;
using Cqlite.Core.Schema;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets on an open database share: which one.</summary>
public abstract class DatabaseCmdlet : CqliteCmdlet
{
    /// <summary>The database; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>The database that is meant.</summary>
    /// <exception cref="NoDatabaseException">None is given and none is open.</exception>
    private protected CqliteDatabase RequireDatabase() => Database ?? OpenDatabases.Current.Default ?? throw new NoDatabaseException();

    /// <summary>The keyspaces whose names fit a pattern.</summary>
    private protected static IEnumerable<KeyspaceMetadata> Keyspaces(CqliteDatabase database, NamePatterns patterns) =>
        database.Schema.Keyspaces.Values.Where(k => patterns.Match(k.Name));
}
