using Cqlite.Migration.Validation;

namespace CqlitePS.Objects;

/// <summary>What a comparison has found about one table. What was not counted or compared is null, and never 0.</summary>
public sealed class MigrationTableTest
{
    internal MigrationTableTest(TableValidation table)
    {
        Keyspace = table.Keyspace;
        Table = table.Table;
        Count = table.Count;
        Data = table.Data;
        SourceRows = table.SourceRows;
        TargetRows = table.TargetRows;
        SourcePartitions = table.SourcePartitions;
        TargetPartitions = table.TargetPartitions;
        Coverage = Math.Round(table.Coverage * 100, 4);
        MissingRows = table.MissingRows;
        ExtraRows = table.ExtraRows;
        DifferentRows = table.DifferentRows;
        DifferentCells = table.DifferentCells;
        SourceDigest = table.SourceDigest;
        TargetDigest = table.TargetDigest;
        Differences = [.. table.Differences.Select(d => new MigrationDifference(table, d))];
        IsTruncated = table.IsTruncated;
        NotChecked = [.. table.NotChecked];
        Message = table.Message;
        Duration = TimeSpan.FromSeconds(table.Seconds);
    }

    /// <summary>The table's keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>Whether both sides have as many rows.</summary>
    public CheckStatus Count { get; }

    /// <summary>Whether both sides have the same rows.</summary>
    public CheckStatus Data { get; }

    /// <summary>Rows of the source in what was read; a partition that has nothing but static values counts as one.</summary>
    public long? SourceRows { get; }

    /// <summary>Rows of the target in what was read.</summary>
    public long? TargetRows { get; }

    /// <summary>Partitions of the source in what was read.</summary>
    public long? SourcePartitions { get; }

    /// <summary>Partitions of the target in what was read.</summary>
    public long? TargetPartitions { get; }

    /// <summary>How much of the ring was read, in percent; what is beyond that was not checked.</summary>
    public double Coverage { get; }

    /// <summary>Rows that only the source has.</summary>
    public long? MissingRows { get; }

    /// <summary>Rows that only the target has.</summary>
    public long? ExtraRows { get; }

    /// <summary>Rows, and static rows, that both have and that differ.</summary>
    public long? DifferentRows { get; }

    /// <summary>Cells that differ in these.</summary>
    public long? DifferentCells { get; }

    /// <summary>The digest of what was read of the source.</summary>
    public string? SourceDigest { get; }

    /// <summary>The digest of what was read of the target.</summary>
    public string? TargetDigest { get; }

    /// <summary>Differences, in the order of tokens; not more than were asked for.</summary>
    public MigrationDifference[] Differences { get; }

    /// <summary>Whether there are more differences than are listed.</summary>
    public bool IsTruncated { get; }

    /// <summary>What was not checked, one sentence each.</summary>
    public string[] NotChecked { get; }

    /// <summary>Why a check was not done, or could not pass; null where there is nothing to say.</summary>
    public string? Message { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Keyspace}.{Table}";
}
