namespace Cqlite.Fuzz.Migrating;

/// <summary>What the process does that is killed.</summary>
internal enum KilledMigration
{
    /// <summary>Exports tables of a cluster.</summary>
    Export,

    /// <summary>Takes an export's files into a database.</summary>
    Import,

    /// <summary>Writes an export's rows into a database.</summary>
    StreamingImport,

    /// <summary>Copies tables of a cluster into a database.</summary>
    Copy,
}
