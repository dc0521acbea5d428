using Cqlite.Benchmarks.Writing;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Benchmarks.Rewriting;

/// <summary>SSTables of the rows of bench.events, made for a measurement and deleted with it.</summary>
internal sealed class EventSSTables : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Environment.ProcessId}");

    /// <summary>A folder that is empty, and is deleted with this.</summary>
    public string OutputFolder => Path.Combine(_folder, "output");

    /// <summary>Writes SSTables, each with those rows of which a choice says so.</summary>
    /// <param name="name">A folder's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="sstables">How many SSTables.</param>
    /// <param name="has">Whether an SSTable has a row, by the numbers of the SSTable, of the row's partition and within that.</param>
    public IReadOnlyList<SSTableDescriptor> Write(string name, string version, int rows, int sstables, Func<int, int, int, bool> has)
    {
        string folder = Path.Combine(_folder, name);
        int[] partitions = EventRows.PartitionsInOrder(rows / EventRows.RowsPerPartition);
        for (int sstable = 0; sstable < sstables; sstable++)
        {
            using BulkWriter writer = new(
                PhysicalFileSystem.Instance,
                folder,
                EventRows.Table,
                new BulkWriterOptions { Version = SSTableVersion.OfName(version), IsSorted = true });
            EventRows events = new(writer.Row);
            foreach (int partition in partitions)
            {
                for (int i = 0; i < EventRows.RowsPerPartition; i++)
                {
                    if (!has(sstable, partition, i))
                        continue;
                    events.Fill(writer.Row, (partition * EventRows.RowsPerPartition) + i);
                    writer.Add();
                }
            }

            writer.Finish();
        }

        return SSTableFolder.FindIn(PhysicalFileSystem.Instance, folder);
    }

    /// <summary>Empties the folder for output.</summary>
    public void Clear()
    {
        if (Directory.Exists(OutputFolder))
            Directory.Delete(OutputFolder, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
