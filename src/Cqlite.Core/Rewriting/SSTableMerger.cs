using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>How SSTables are merged.</summary>
public sealed record MergeOptions : RewriteOptions
{
    /// <summary>Which tombstones go; null, the default, for none: then expired cells stay as they are too, and the result depends on nothing but the sources.</summary>
    public PurgeOptions? Purge { get; init; }
}

/// <summary>
/// Compacts SSTables of one table, outside of a node: what they say together is written to one SSTable, or to several of a given size. What a deletion hides
/// is gone, counters are merged, and tombstones go where that is allowed.
/// </summary>
/// <remarks>Source of the idea: org/apache/cassandra/db/compaction/{CompactionIterator,CompactionController}.java.</remarks>
public sealed class SSTableMerger
{
    private readonly IFileSystem _files;
    private readonly MergeOptions _options;

    /// <summary>Prepares merges.</summary>
    public SSTableMerger(IFileSystem files, MergeOptions options)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        _files = files;
        _options = options;
    }

    /// <summary>Merges SSTables, which are only read. Upon failure or cancellation nothing is left of what was written.</summary>
    /// <param name="sources">The SSTables, of one table.</param>
    /// <param name="progress">Is told now and then where it stands.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CorruptDataException">A source does not decode.</exception>
    /// <exception cref="UnsupportedFormatException">Sources do not go together, or have what the wanted version has no room for.</exception>
    /// <exception cref="StorageException">A file can't be read or written.</exception>
    public RewriteResult Merge(IReadOnlyList<SSTableDescriptor> sources, IProgress<RewriteProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (_options.Purge is { } purge && purge.Others.Any(sources.Contains))
            throw new ArgumentException("An SSTable can't be both merged and outside of the merge.", nameof(sources));
        using RewriteSources opened = RewriteSources.Open(_files, sources, _options.Table);
        using PurgeBounds? bounds = _options.Purge is null ? null : new FixedPurgeBounds(_files, _options.Purge);
        using RewriteOutput output = new(_files, _options.OutputDirectory, "compaction", opened.Table, opened.WriterOptions(_options), _options.MaxBytes);
        MergeCursor merged = new(opened.Table, opened.ReadAll(), reversed: false);
        using UnfilteredCursor cursor = bounds is null ? merged : new PurgeCursor(merged, bounds);
        return Rewriter.Run(opened, cursor, output, progress, cancellation);
    }
}
