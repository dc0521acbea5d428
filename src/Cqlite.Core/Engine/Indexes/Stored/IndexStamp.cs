using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Stored;

/// <summary>What an index file was made of; one that was made of anything else is not looked at.</summary>
/// <param name="Definition">Hash of the index's definition, of the column's, and of the form of the structure.</param>
/// <param name="SSTable">Hash of the SSTable's statistics and of its digest, which tell two SSTables of the same name apart.</param>
internal readonly record struct IndexStamp(ulong Definition, ulong SSTable)
{
    private const int LargestStatisticsBytes = 1 << 28;

    /// <summary>The stamp of an index of an SSTable.</summary>
    /// <exception cref="Errors.StorageException">A component can't be read.</exception>
    public static IndexStamp Of(IFileSystem files, SSTable sstable, ColumnIndex index, IndexKind kind) => new(OfDefinition(index, kind), OfSSTable(files, sstable));

    /// <summary>The hash of a definition.</summary>
    public static ulong OfDefinition(ColumnIndex index, IndexKind kind)
    {
        BufferWriter text = new();
        text.WriteByte(kind.Id);
        text.WriteByte(kind.Version);
        text.WriteVIntText(index.Metadata.Kind);
        text.WriteVIntText(index.Column.Name);
        text.WriteVIntText(index.Column.Kind.ToString());
        text.WriteVIntText(index.Column.Type.ToString() ?? "");
        foreach ((string key, string value) in index.Metadata.Options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            text.WriteVIntText(key);
            text.WriteVIntText(value);
        }

        return XxHash64.Compute(text.WrittenSpan);
    }

    private static ulong OfSSTable(IFileSystem files, SSTable sstable)
    {
        BufferWriter content = new();
        content.WriteVIntText(sstable.Descriptor.FilePrefix);
        content.WriteInt64(sstable.StoredLength);
        content.Write(files.ReadAll(sstable.Descriptor.PathOf(SSTableComponent.Statistics), LargestStatisticsBytes));
        if (sstable.Has(SSTableComponent.Digest))
            content.Write(files.ReadAll(sstable.Descriptor.PathOf(SSTableComponent.Digest), LargestStatisticsBytes));
        return XxHash64.Compute(content.WrittenSpan);
    }
}
