using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables;

/// <summary>How an SSTable is opened.</summary>
public sealed record SSTableOptions
{
    /// <summary>Every checksum is looked at, nothing is cached, and the table is what the SSTable's header says.</summary>
    public static SSTableOptions Default { get; } = new();

    /// <summary>Probability, from 0 to 1, with which a chunk's checksum is looked at when the chunk is read; 1 by default.</summary>
    public double CrcCheckChance { get; init; } = 1;

    /// <summary>Where uncompressed chunks and index pages are kept between point reads; null, the default, for nowhere.</summary>
    public ChunkCache? Cache { get; init; }

    /// <summary>The table's definition; null, the default, for what the header tells of it (names of key columns are then made up).</summary>
    public TableMetadata? Table { get; init; }

    /// <summary>
    /// The table's definition, of which only names and options are taken: every column stays as the header has it, dropped ones included. Null, the
    /// default, for names that are made up; of no meaning where <see cref="Table"/> is given.
    /// </summary>
    public TableMetadata? Names { get; init; }

    /// <summary>Whether the bloom filter is asked before the index; true by default.</summary>
    public bool UseFilter { get; init; } = true;
}
