using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Benchmarks.Writing;

/// <summary>
/// Rows of bench.events as column values that lie ready, as a client's bound values do, from which one writer builds mutations. Values
/// repeat after some thousand rows; partition keys do not.
/// </summary>
internal sealed class EventMutations
{
    private const int Templates = 4_000;
    private static readonly Row[] s_templates = MakeTemplates();

    private readonly PartitionUpdateBuilder _builder = new(EventRows.Table);
    private readonly BufferWriter _output = new(1024);
    private readonly int _firstPartition;
    private byte[] _key = [];

    /// <summary>Creates a writer's source.</summary>
    /// <param name="firstPartition">Number of its first partition; other writers have others.</param>
    public EventMutations(int firstPartition) => _firstPartition = firstPartition;

    /// <summary>Builds the update that inserts a row.</summary>
    public PartitionUpdate Build(int number)
    {
        if (number % EventRows.RowsPerPartition == 0 || _key.Length == 0)
        {
            _key = new byte[16];
            EventRows.WriteDevice(_firstPartition + (number / EventRows.RowsPerPartition), _key);
        }

        Row template = s_templates[number % Templates];
        _builder.Begin(_key);
        Row row = _builder.AddRow();
        Span<byte> seq = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(seq, number % EventRows.RowsPerPartition);
        row.AddClustering(row.Store(seq));
        row.Liveness = template.Liveness;
        foreach (ref readonly ComplexDeletion deletion in template.ComplexDeletions)
            row.AddComplexDeletion(deletion);
        foreach (ref readonly Cell cell in template.Cells)
            row.CopyCell(template, cell);
        return _builder.Build();
    }

    /// <summary>An update as a mutation's bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Serialize(PartitionUpdate update)
    {
        _output.Clear();
        new Mutation(update).Write(_output);
        return _output.WrittenSpan;
    }

    private static Row[] MakeTemplates()
    {
        BulkRow bulk = new(EventRows.Table);
        EventRows events = new(bulk);
        Row row = new();
        Row staticRow = new();
        Row[] templates = new Row[Templates];
        for (int i = 0; i < templates.Length; i++)
        {
            events.Fill(bulk, i);
            bulk.NowSeconds = bulk.TimestampMicros / 1_000_000;
            bulk.Build(row, staticRow);
            templates[i] = new Row();
            templates[i].CopyFrom(row);
        }

        return templates;
    }
}
