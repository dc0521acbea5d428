using Cqlite.Core.Engine;

namespace CqlitePS.Objects;

/// <summary>What the verification of a database came to.</summary>
public sealed class DatabaseTestResult
{
    internal DatabaseTestResult(DatabaseInspection inspection, int sstables, int damaged, string[] findings)
    {
        Path = inspection.Path;
        TableCount = inspection.TableCount;
        SSTableCount = sstables;
        DamagedSSTableCount = damaged;
        CommitLogMutations = inspection.CommitLog?.Mutations ?? 0;
        Findings = findings;
    }

    /// <summary>The database's folder.</summary>
    public string Path { get; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Findings.Length == 0;

    /// <summary>Number of tables and views.</summary>
    public int TableCount { get; }

    /// <summary>Number of SSTables that were verified.</summary>
    public int SSTableCount { get; }

    /// <summary>Number of them with findings.</summary>
    public int DamagedSSTableCount { get; }

    /// <summary>Mutations in the commit log, all of them readable where no finding says otherwise.</summary>
    public long CommitLogMutations { get; }

    /// <summary>What is wrong, a sentence each, which begins with the file.</summary>
    public string[] Findings { get; }
}
