using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Migration.Operands;
using CqlitePS.Objects;

namespace CqlitePS.Values;

/// <summary>
/// A side of a comparison as a user names it: a connection, an open database, or the folder of a database, an export, a snapshot, a node or of SSTables. PowerShell makes
/// one of whatever a constructor takes, so that a parameter of this type takes all of it.
/// </summary>
public sealed class MigrationOperand
{
    /// <summary>A cluster.</summary>
    /// <param name="connection">The connection to it.</param>
    public MigrationOperand(CassandraConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
    }

    /// <summary>A database that is open.</summary>
    /// <param name="database">The database.</param>
    public MigrationOperand(CqliteDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        Database = database;
    }

    /// <summary>A folder.</summary>
    /// <param name="path">Its path, as PowerShell understands paths.</param>
    public MigrationOperand(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
    }

    /// <summary>A folder.</summary>
    /// <param name="folder">What Get-Item gives.</param>
    public MigrationOperand(DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Path = folder.FullName;
    }

    /// <summary>A folder.</summary>
    /// <param name="path">What Resolve-Path gives.</param>
    public MigrationOperand(PathInfo path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path.Path;
    }

    /// <summary>The source or target of something that was done, as its result tells it.</summary>
    /// <param name="description">What it was: a folder, or a cluster that is still connected.</param>
    public MigrationOperand(OperandDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        Described = description;
    }

    /// <summary>The connection; null for files.</summary>
    public CassandraConnection? Connection { get; }

    /// <summary>The database that is open; null for what is not.</summary>
    public CqliteDatabase? Database { get; }

    /// <summary>The folder as the user wrote it; null for what is open.</summary>
    public string? Path { get; }

    /// <summary>What a result told of it; null where something else was given.</summary>
    internal OperandDescription? Described { get; }

    /// <inheritdoc/>
    public override string ToString() => ((IQueryTarget?)Connection)?.Name ?? Database?.Path ?? Path ?? Described!.Address;
}
