using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>What must fit the reader's configuration.</summary>
/// <param name="Partitioner">The partitioner's class name.</param>
/// <param name="BloomFilterFpChance">Wanted rate of false positives of the filter.</param>
/// <remarks><code>short + text partitioner, double chance</code>Source: org/apache/cassandra/io/sstable/metadata/ValidationMetadata.java.</remarks>
public sealed record ValidationMetadata(string Partitioner, double BloomFilterFpChance)
{
    internal static ValidationMetadata Read(ref SpanReader reader) => new(reader.ReadShortText(), reader.ReadDouble());

    internal void Write(BufferWriter output)
    {
        output.WriteShortText(Partitioner);
        output.WriteDouble(BloomFilterFpChance);
    }
}
