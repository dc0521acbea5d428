namespace Cqlite.Core.Schema.Describe;

/// <summary>Which options of tables nodes of a release take in definitions, and how they have them: one that they do not know is refused with the whole statement.</summary>
/// <remarks>
/// <code>
/// cdc                                          3.8
/// additional_write_policy, read_repair, 99p    4.0; before, 99PERCENTILE, and NONE for NEVER
/// extensions                                   4.0; before, taken and forgotten
/// memtable                                     4.1
/// allow_auto_snapshot, incremental_backups     5.0
/// </code>
/// Source: org/apache/cassandra/schema/{TableParams,SpeculativeRetryParam}.java of each release.
/// </remarks>
internal sealed class OptionDialect
{
    private readonly Version _release;

    private OptionDialect(Version release) => _release = release;

    /// <summary>That of the newest release.</summary>
    public static OptionDialect Newest { get; } = new(new Version(5, 0));

    /// <summary>Whether there is <c>cdc</c>.</summary>
    public bool HasCdc => _release >= new Version(3, 8);

    /// <summary>Whether there are <c>additional_write_policy</c>, <c>read_repair</c> and <c>extensions</c>.</summary>
    public bool HasWritePolicy => _release.Major >= 4;

    /// <summary>Whether there is <c>memtable</c>.</summary>
    public bool HasMemtable => _release >= new Version(4, 1);

    /// <summary>Whether there are <c>allow_auto_snapshot</c> and <c>incremental_backups</c>.</summary>
    public bool HasBackupOptions => _release.Major >= 5;

    /// <summary>That of a release; one that is not known is taken for the newest.</summary>
    /// <param name="release">The release's number; 0.0 where it is not known.</param>
    public static OptionDialect Of(Version release) => release.Major == 0 ? Newest : new OptionDialect(release);

    /// <summary>A policy of speculative retries as the release has it; null where it has none like it.</summary>
    public string? SpeculativeRetry(string policy)
    {
        if (HasWritePolicy)
            return policy;
        if (policy.Contains('(', StringComparison.Ordinal))
            return null;
        return policy == "NEVER" ? "NONE" : policy.EndsWith('p') ? policy[..^1] + "PERCENTILE" : policy;
    }

    /// <summary>Names of options that are not as by default and that the release does not know.</summary>
    public IEnumerable<string> LeftOut(TableOptions options)
    {
        TableOptions defaults = TableOptions.Default;
        if (!HasWritePolicy && options.AdditionalWritePolicy != defaults.AdditionalWritePolicy)
            yield return "additional_write_policy";
        if (!HasBackupOptions && !options.AllowAutoSnapshot)
            yield return "allow_auto_snapshot";
        if (!HasCdc && options.Cdc)
            yield return "cdc";
        if (!HasWritePolicy && options.Extensions.Count > 0)
            yield return "extensions";
        if (!HasBackupOptions && !options.IncrementalBackups)
            yield return "incremental_backups";
        if (!HasMemtable && options.Memtable != defaults.Memtable)
            yield return "memtable";
        if (!HasWritePolicy && options.ReadRepair != defaults.ReadRepair)
            yield return "read_repair";
        if (SpeculativeRetry(options.SpeculativeRetry) is null)
            yield return "speculative_retry";
    }
}
