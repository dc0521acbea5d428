using Cqlite.Core.Types;

namespace Cqlite.Core.Schema.SystemTables;

/// <summary>One of the tables that Cassandra makes for itself, as it is written down here: columns as <c>name type</c>, separated by commas.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Comment">Its comment.</param>
/// <param name="PartitionKey">Columns of the partition key.</param>
/// <param name="Clustering">Clustering columns; empty for none.</param>
/// <param name="Regulars">Regular columns; empty for none. No such table has static columns.</param>
internal sealed record SystemTable(string Name, string Comment, string PartitionKey, string Clustering, string Regulars)
{
    /// <summary>The definition of a stored table. Its id is the digest of its names.</summary>
    /// <param name="keyspace">Its keyspace.</param>
    /// <param name="options">Its options; the comment is added.</param>
    public TableMetadata ToTable(string keyspace, TableOptions options) => new(keyspace, Name, SystemKeyspaces.TableId(keyspace, Name), Columns())
    {
        Options = options with { Comment = Comment, BloomFilterFpChance = 0.01 },
    };

    /// <summary>The definition of a table without storage, whose partitions stand in the order of their keys.</summary>
    public TableMetadata ToVirtualTable(string keyspace)
    {
        ColumnMetadata[] columns = [.. Columns()];
        CqlType[] key = [.. columns.Where(c => c.Kind == ColumnKind.PartitionKey).Select(c => c.Type)];
        return new TableMetadata(keyspace, Name, SystemKeyspaces.TableId(keyspace, Name), columns)
        {
            Kind = TableKind.Virtual,
            Partitioner = Partitioner.Local(key.Length == 1 ? key[0] : CqlTypes.Composite(key)),
            Options = TableOptions.Default with { Comment = Comment },
        };
    }

    private IEnumerable<ColumnMetadata> Columns() =>
    [
        .. Split(PartitionKey).Select((text, i) => Column(text, ColumnKind.PartitionKey, i)),
        .. Split(Clustering).Select((text, i) => Column(text, ColumnKind.Clustering, i)),
        .. Split(Regulars).Select(text => Column(text, ColumnKind.Regular, -1)),
    ];

    // At commas that are not within a type's parameters.
    private static IEnumerable<string> Split(string columns)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            depth += columns[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (columns[i] != ',' || depth > 0)
                continue;
            yield return columns[start..i].Trim();
            start = i + 1;
        }

        if (columns.Length > 0)
            yield return columns[start..].Trim();
    }

    private static ColumnMetadata Column(string text, ColumnKind kind, int position)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return new ColumnMetadata(text[..space], kind, position, TypeParser.ParseCql(text[(space + 1)..]));
    }
}
