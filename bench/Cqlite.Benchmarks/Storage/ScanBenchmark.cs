using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Storage;

/// <summary>
/// Full scans that visit every cell, against the work that no reader can avoid: reading, checking and decompressing the same chunks.
/// Also the dump. Takes the folder that holds one table in the folders nb, oa and da (bench.events: see tests/Fixtures/README.md).
/// </summary>
internal static class ScanBenchmark
{
    private const int Rounds = 21;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("Usage: Cqlite.Benchmarks scan FOLDER (with the folders nb, oa and da of bench.events)");
            return 2;
        }

        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Scans of bench.events\n\n{Measurement.Machine()}. One thread, files in the page cache, median of {Rounds} rounds taken in turns. The recorded SHA-256 of the rows was computed again from each table first.\n\n");
        report.Append("| format | chunks alone (read, CRC32, LZ4) | scan of all cells | rows/s | scan / chunks | dump as sstabledump, rows/s | allocated by the scan |\n|---|---|---|---|---|---|---|\n");
        foreach (string format in (string[])["nb", "oa", "da"])
        {
            string folder = Path.Combine(arguments[0], format);
            SSTableDescriptor descriptor = SSTableFolder.Find(PhysicalFileSystem.Instance, folder).Single();
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            BenchEventsChecksum.Require(sstable);
            (long rows, long cells) = Scan(sstable);
            IReadOnlyList<Measurement> found = Measurement.Compare(
                Rounds,
                ("chunks", () => ReadChunks(sstable)),
                ("scan", () => Scan(sstable)),
                ("dump", () => new SSTableDump(sstable).Write(Stream.Null)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Scan(sstable);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {format}, {rows:N0} rows, {cells:N0} cells | {found[0].Seconds * 1000:F1} ms | {found[1].Seconds * 1000:F1} ms | {rows / found[1].Seconds / 1e6:F2} M | {found[1].Seconds / found[0].Seconds:F2} | {rows / found[2].Seconds / 1e3:F0} k | {allocated:N0} bytes |\n");
        }

        report.Append(CultureInfo.InvariantCulture, $"\nPeak working set of this process: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB.\n");
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "scan.md"), report.ToString());
        return 0;
    }

    private static void ReadChunks(SSTable sstable)
    {
        DataFile data = sstable.DataFile;
        byte[] chunk = new byte[data.ChunkLength];
        ChunkInput input = new();
        for (int i = 0; i < data.ChunkCount; i++)
            data.ReadChunk(i, chunk.AsSpan(0, data.LengthOf(i)), input);
    }

    private static (long Rows, long Cells) Scan(SSTable sstable)
    {
        long rows = 0;
        long cells = 0;
        long bytes = 0;
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        while (cursor.MoveToNextPartition())
        {
            while (cursor.MoveToNextUnfiltered())
            {
                rows++;
                foreach (ref readonly Cell cell in cursor.Row.Cells)
                {
                    cells++;
                    bytes += cell.Value.Length + cell.TimestampMicros;
                }
            }
        }

        GC.KeepAlive(bytes);
        return (rows, cells);
    }
}
