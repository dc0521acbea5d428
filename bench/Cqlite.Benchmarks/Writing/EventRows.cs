using System.Buffers.Binary;
using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;

namespace Cqlite.Benchmarks.Writing;

/// <summary>The rows of bench.events, in any number, as the README of the recorded tables defines them.</summary>
internal sealed class EventRows
{
    public const int RowsPerPartition = 100;
    private const int PayloadBytes = 160;
    private const int RandomPayloadBytes = 80;

    private static readonly byte[][] s_kinds = Split("login logout purchase page_view heartbeat error upload download");
    private static readonly byte[][] s_words = Split(
        "account request timeout server client retry cache miss hit token session expired region eu-west us-east node disk queue latency "
        + "batch commit rollback index shard replica leader follower write read flush compaction done");

    private static readonly byte[][] s_labels = Split("region host version tenant trace");

    /// <summary>Labels in the order of their keys: the map's.</summary>
    private static readonly int[] s_labelOrder = [1, 0, 3, 4, 2];

    private readonly byte[] _payloadBytes = new byte[PayloadBytes];
    private readonly BufferWriter _text = new(1024);
    private readonly Range[] _labelValues = new Range[s_labels.Length];
    private readonly byte[] _small = new byte[16];
    private readonly int _device;
    private readonly int _seq;
    private readonly int _at;
    private readonly int _kind;
    private readonly int _source;
    private readonly int _temperature;
    private readonly int _pressure;
    private readonly int _counter;
    private readonly int _ok;
    private readonly int _message;
    private readonly int _labels;
    private readonly int _payload;
    private ulong _state;

    /// <summary>Creates a source of rows.</summary>
    public EventRows(BulkRow row)
    {
        _device = row.OrdinalOf("device");
        _seq = row.OrdinalOf("seq");
        _at = row.OrdinalOf("at");
        _kind = row.OrdinalOf("kind");
        _source = row.OrdinalOf("source");
        _temperature = row.OrdinalOf("temperature");
        _pressure = row.OrdinalOf("pressure");
        _counter = row.OrdinalOf("counter");
        _ok = row.OrdinalOf("ok");
        _message = row.OrdinalOf("message");
        _labels = row.OrdinalOf("labels");
        _payload = row.OrdinalOf("payload");
    }

    /// <summary>The table.</summary>
    public static TableMetadata Table { get; } = new("bench", "events", new Guid("5f0e8a52-7f0b-11f0-8de9-0242ac120002"),
    [
        new ColumnMetadata("device", ColumnKind.PartitionKey, 0, CqlTypes.Uuid),
        new ColumnMetadata("seq", ColumnKind.Clustering, 0, CqlTypes.Int),
        new ColumnMetadata("at", ColumnKind.Regular, -1, CqlTypes.Timestamp),
        new ColumnMetadata("kind", ColumnKind.Regular, -1, CqlTypes.Text),
        new ColumnMetadata("source", ColumnKind.Regular, -1, CqlTypes.Inet),
        new ColumnMetadata("temperature", ColumnKind.Regular, -1, CqlTypes.Double),
        new ColumnMetadata("pressure", ColumnKind.Regular, -1, CqlTypes.Double),
        new ColumnMetadata("counter", ColumnKind.Regular, -1, CqlTypes.BigInt),
        new ColumnMetadata("ok", ColumnKind.Regular, -1, CqlTypes.Boolean),
        new ColumnMetadata("message", ColumnKind.Regular, -1, CqlTypes.Text),
        new ColumnMetadata("labels", ColumnKind.Regular, -1, CqlTypes.Map(CqlTypes.Text, CqlTypes.Text)),
        new ColumnMetadata("payload", ColumnKind.Regular, -1, CqlTypes.Blob),
    ]);

    /// <summary>Partitions in the order of their tokens.</summary>
    public static int[] PartitionsInOrder(int count)
    {
        int[] partitions = [.. Enumerable.Range(0, count)];
        long[] tokens = new long[count];
        byte[] key = new byte[16];
        for (int i = 0; i < count; i++)
        {
            WriteDevice(i, key);
            tokens[i] = Murmur3.Token(key);
        }

        Array.Sort(tokens, partitions);
        return partitions;
    }

    /// <summary>Fills a row.</summary>
    public void Fill(BulkRow row, int number)
    {
        row.Clear();
        WriteDevice(number / RowsPerPartition, _small);
        row.Set(_device, _small);
        BinaryPrimitives.WriteInt32BigEndian(_small, number % RowsPerPartition);
        row.Set(_seq, _small.AsSpan(0, 4));

        _state = 0xC0FFEE0000000000 + (ulong)number;
        long at = 1_700_000_000_000 + (number * 1000L) + (long)Below(1000);
        row.TimestampMicros = at * 1000;
        Set(row, _at, at);
        row.Set(_kind, s_kinds[Below(8)]);
        BinaryPrimitives.WriteUInt32BigEndian(_small, 0x0A000000 | (uint)Below(1 << 24));
        row.Set(_source, _small.AsSpan(0, 4));
        Set(row, _temperature, BitConverter.DoubleToInt64Bits(((long)Below(60001) - 20000) / 1000.0));
        Set(row, _pressure, BitConverter.DoubleToInt64Bits(900 + (Below(200000) / 1000.0)));
        Set(row, _counter, (long)(Next() >> 20));
        _small[0] = Below(10) != 0 ? (byte)1 : (byte)0;
        row.Set(_ok, _small.AsSpan(0, 1));

        _text.Clear();
        int words = 16 + (int)Below(17);
        for (int i = 0; i < words; i++)
        {
            if (i > 0)
                _text.WriteByte((byte)' ');
            _text.Write(s_words[Below(32)]);
        }

        row.Set(_message, _text.WrittenSpan);
        SetLabels(row);
        for (int i = 0; i < RandomPayloadBytes; i += sizeof(ulong))
            BinaryPrimitives.WriteUInt64LittleEndian(_payloadBytes.AsSpan(i), Next());
        row.Set(_payload, _payloadBytes);
    }

    private void SetLabels(BulkRow row)
    {
        _text.Clear();
        for (int i = 0; i < s_labels.Length; i++)
        {
            int start = _text.Length;
            if (i < s_labels.Length - 1)
            {
                _text.Write(s_labels[i]);
                _text.WriteByte((byte)'-');
                _text.WriteFormatted(Below(50));
            }
            else
            {
                _text.WriteFormatted(Next(), "x16");
            }

            _labelValues[i] = start.._text.Length;
        }

        int map = _text.Length;
        _text.WriteInt32(s_labels.Length);
        foreach (int label in s_labelOrder)
        {
            _text.WriteIntBytes(s_labels[label]);
            (int offset, int length) = _labelValues[label].GetOffsetAndLength(_text.Length);
            _text.WriteInt32(length);
            _ = _text.GetSpan(length);
            _text.Write(_text.WrittenSpan.Slice(offset, length));
        }

        row.Set(_labels, _text.WrittenSpan[map..]);
    }

    private void Set(BulkRow row, int ordinal, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_small, value);
        row.Set(ordinal, _small.AsSpan(0, 8));
    }

    internal static void WriteDevice(int partition, Span<byte> key)
    {
        ulong state = 0x5EED000000000000 + (ulong)partition;
        ulong high = Next(ref state);
        ulong low = Next(ref state);
        BinaryPrimitives.WriteUInt64BigEndian(key, (high & 0xFFFFFFFFFFFF0FFF) | 0x4000);
        BinaryPrimitives.WriteUInt64BigEndian(key[8..], (low & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000);
    }

    private ulong Below(uint limit) => Next() % limit;

    private ulong Next() => Next(ref _state);

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static byte[][] Split(string words) => [.. words.Split(' ').Select(Encoding.ASCII.GetBytes)];
}
