using System.Management.Automation;
using Cqlite.Core.Schema;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Lists the keyspaces of a database.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteKeyspace")]
[OutputType(typeof(CqliteKeyspace))]
public sealed class GetCqliteKeyspaceCommand : DatabaseCmdlet
{
    /// <summary>Names of keyspaces; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Keyspace")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        NamePatterns names = new(Name);
        foreach (KeyspaceMetadata keyspace in Keyspaces(database, names))
            WriteObject(new CqliteKeyspace(database, keyspace));
        foreach (string missing in names.Missing)
            WriteError(ErrorRecords.Create(new ItemNotFoundException($"There is no keyspace '{missing}' in {database}."), missing));
    }
}
