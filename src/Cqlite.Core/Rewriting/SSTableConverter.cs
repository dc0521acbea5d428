using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Writes an SSTable again in another version, with another compression, or in several pieces. The content stays the same: deletions, expiring cells,
/// counters, dropped columns and all. Memory depends neither on the SSTable's size nor on that of its partitions.
/// </summary>
/// <remarks>Source of what an upgrade keeps: org/apache/cassandra/db/compaction/Upgrader.java.</remarks>
public sealed class SSTableConverter
{
    private readonly IFileSystem _files;
    private readonly RewriteOptions _options;

    /// <summary>Prepares conversions.</summary>
    public SSTableConverter(IFileSystem files, RewriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        _files = files;
        _options = options;
    }

    /// <summary>Converts one SSTable, which is only read. Upon failure or cancellation nothing is left of what was written.</summary>
    /// <param name="source">The SSTable.</param>
    /// <param name="progress">Is told now and then where it stands.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CorruptDataException">The source does not decode.</exception>
    /// <exception cref="UnsupportedFormatException">
    /// The source is encrypted or of an unknown type, or has what the wanted version has no room for, such as deletion times after 2038 in nb.
    /// </exception>
    /// <exception cref="StorageException">A file can't be read or written.</exception>
    public RewriteResult Convert(SSTableDescriptor source, IProgress<RewriteProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using RewriteSources sources = RewriteSources.Open(_files, [source], _options.Table);
        using RewriteOutput output = new(_files, _options.OutputDirectory, "upgradesstables", sources.Table, sources.WriterOptions(_options), _options.MaxBytes);
        using UnfilteredCursor cursor = sources.ReadAll()[0];
        return Rewriter.Run(sources, cursor, output, progress, cancellation);
    }
}
