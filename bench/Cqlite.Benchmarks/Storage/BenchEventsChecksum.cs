using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Benchmarks.Storage;

/// <summary>
/// The canonical rendering of bench.events, whose SHA-256 was recorded: a line a row, twelve fields parted by TAB (see tests/Fixtures/README.md).
/// What a benchmark reads is right before it is fast.
/// </summary>
internal static class BenchEventsChecksum
{
    private const string Recorded = "81e89eb94f259fa6f7bd639eb78afbc2a972cf710e8c700f7f19ecb59202b06c";

    /// <summary>The fields in the order of the rendering; device and seq are the key.</summary>
    private static readonly string[] s_fields = ["at", "kind", "source", "temperature", "pressure", "counter", "ok", "message", "labels", "payload"];

    /// <summary>Reads the whole table and compares; throws when a bit is different.</summary>
    public static void Require(SSTable sstable)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        BufferWriter line = new();
        int[] columns = [.. s_fields.Select(f => sstable.Table.Regulars.ToList().FindIndex(c => c.Name == f))];
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        while (cursor.MoveToNextPartition())
        {
            Guid device = new(cursor.PartitionKey, bigEndian: true);
            while (cursor.MoveToNextUnfiltered())
            {
                line.Clear();
                Row row = cursor.Row;
                line.WriteText($"{device}\t{BinaryPrimitives.ReadInt32BigEndian(row.Bytes(row.ClusteringSlices[0]))}");
                for (int i = 0; i < s_fields.Length; i++)
                {
                    line.WriteByte((byte)'\t');
                    WriteField(s_fields[i], row, columns[i], line);
                }

                line.WriteByte((byte)'\n');
                hash.AppendData(line.WrittenSpan);
            }
        }

        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != Recorded)
            throw new InvalidOperationException($"{sstable.Descriptor}: the rows have the checksum {found}, recorded is {Recorded}.");
    }

    private static void WriteField(string field, Row row, int column, BufferWriter line)
    {
        bool any = false;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column != column)
                continue;
            ReadOnlySpan<byte> value = row.Value(cell);
            switch (field)
            {
                case "at" or "counter":
                    line.WriteFormatted(BinaryPrimitives.ReadInt64BigEndian(value));
                    break;
                case "source":
                    line.WriteText(new IPAddress(value).ToString());
                    break;
                case "ok":
                    line.Write(value[0] != 0 ? "true"u8 : "false"u8);
                    break;
                case "labels":
                    line.Write(any ? ","u8 : ""u8);
                    line.Write(row.Path(cell));
                    line.WriteByte((byte)'=');
                    line.Write(value);
                    break;
                case "temperature" or "pressure" or "payload":
                    line.WriteText(Convert.ToHexStringLower(value));
                    break;
                default:
                    line.Write(value);
                    break;
            }

            any = true;
        }
    }
}
