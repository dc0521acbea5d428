using System.Management.Automation;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Reads what SSTables hold, deletions and times included, as objects or as sstabledump prints it.</summary>
[Cmdlet(VerbsCommunications.Read, "SSTable", DefaultParameterSetName = PathSet)]
[OutputType(typeof(SSTableRow), typeof(SSTablePartition), typeof(string))]
public sealed class ReadSSTableCommand : SSTablePathCmdlet
{
    private const string Activity = "Reading SSTables";

    /// <summary>Keys of the partitions to read, as text; the parts of a composite key are separated by colons.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Key { get; set; } = [];

    /// <summary>Keys of partitions to leave out, as text.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeKey { get; set; } = [];

    /// <summary>One object a partition, with counts, instead of one a row.</summary>
    [Parameter]
    public SwitchParameter Partition { get; set; }

    /// <summary>One object a row or deletion; so it is anyway unless another form is asked for.</summary>
    [Parameter]
    public SwitchParameter Row { get; set; }

    /// <summary>Lines of JSON, as Cassandra's sstabledump prints them.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>A file of CQL with the schema; without it, the schema is looked for beside the data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        if ((Partition ? 1 : 0) + (Row ? 1 : 0) + (Raw ? 1 : 0) > 1)
            throw new ArgumentException("Of -Partition, -Row and -Raw only one can be given.");
    }

    /// <inheritdoc/>
    protected override void ProcessSSTable(SSTableDescriptor descriptor)
    {
        using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Names = DefinitionOf(descriptor, Schema) });
        if (Raw)
            WriteRaw(sstable);
        else
            WriteItems(sstable);
        CompleteProgress(Activity);
    }

    private void WriteRaw(SSTable sstable)
    {
        SSTableDumpOptions options = new() { Keys = Key, ExcludedKeys = ExcludeKey };
        using LineStream lines = new(WriteObject);
        try
        {
            new SSTableDump(sstable, options).Write(lines, StopToken);
        }
        catch (CqliteException)
        {
            // What was read before the failure belongs to the answer, also the line that it cut.
            lines.Complete();
            throw;
        }

        lines.Complete();
    }

    private void WriteItems(SSTable sstable)
    {
        StoredItems items = new(sstable);
        HashSet<string> excluded = new(ExcludeKey.Length, StringComparer.Ordinal);
        foreach (string text in ExcludeKey)
            excluded.Add(Convert.ToHexString(ParseKey(sstable, text).Key.Span));

        if (Key.Length == 0)
        {
            WriteItems(sstable, items, ReadRequest.All, excluded);
            return;
        }

        foreach (DecoratedKey key in Key.Select(text => ParseKey(sstable, text)).Distinct(KeyComparer.Instance).OrderBy(k => k, new RingOrder(sstable.Partitioner)))
            WriteItems(sstable, items, new ReadRequest { Key = key }, excluded);
    }

    private void WriteItems(SSTable sstable, StoredItems items, ReadRequest request, HashSet<string> excluded)
    {
        using UnfilteredCursor cursor = sstable.Read(request);
        while (cursor.MoveToNextPartition())
        {
            StopToken.ThrowIfCancellationRequested();
            if (excluded.Count > 0 && excluded.Contains(Convert.ToHexString(cursor.PartitionKey)))
                continue;
            if (request.Key is null)
                ReportProgress(Activity, sstable.Descriptor.PathOf(SSTableComponent.Data), 100.0 * cursor.PartitionFilePosition / sstable.DataLength);
            if (Partition)
                WriteObject(items.Partition(cursor, StopToken));
            else
                WriteRows(cursor, items);
        }
    }

    private void WriteRows(UnfilteredCursor cursor, StoredItems items)
    {
        object?[] key = items.Key(cursor);
        if (items.PartitionDeletion(cursor, key) is { } deletion)
            WriteObject(deletion);
        if (cursor.StaticRow is { IsEmpty: false } statics)
            WriteObject(items.Row(statics, key));
        while (cursor.MoveToNextUnfiltered())
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(cursor.Kind == UnfilteredKind.Row ? items.Row(cursor.Row, key) : items.Marker(cursor.Marker, key));
        }
    }

    private static DecoratedKey ParseKey(SSTable sstable, string text)
    {
        CqlType type = sstable.Statistics.Header.KeyType;
        BufferWriter bytes = new(64);
        try
        {
            type.ParseText(text, bytes);
        }
        catch (InvalidQueryException e)
        {
            throw new ArgumentException($"'{text}' is no partition key of {sstable.Descriptor}: {e.Message}", e);
        }

        byte[] key = bytes.ToArray();
        return new DecoratedKey(sstable.Partitioner.TokenOf(key), key);
    }

    private sealed class KeyComparer : IEqualityComparer<DecoratedKey>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(DecoratedKey x, DecoratedKey y) => x.Key.Span.SequenceEqual(y.Key.Span);

        public int GetHashCode(DecoratedKey obj)
        {
            HashCode hash = default;
            hash.AddBytes(obj.Key.Span);
            return hash.ToHashCode();
        }
    }

    private sealed class RingOrder(Partitioner partitioner) : IComparer<DecoratedKey>
    {
        public int Compare(DecoratedKey x, DecoratedKey y) => partitioner.Compare(x.Token, x.Key.Span, y.Token, y.Key.Span);
    }
}
