using Cqlite.Core.Encoding;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>The smallest timestamp, deletion time and TTL, which rows store differences to.</summary>
/// <param name="MinTimestampMicros">Microseconds since 1970.</param>
/// <param name="MinLocalDeletionSeconds">Seconds since 1970.</param>
/// <param name="MinTtlSeconds">Seconds.</param>
/// <remarks>
/// <code>
/// unsigned vint    timestamp - 1442880000000000 (2015-09-22)
/// unsigned vint    deletion time - 1442880000
/// unsigned vint    TTL
/// </code>
/// Source: org/apache/cassandra/db/rows/EncodingStats.java.
/// </remarks>
public readonly record struct EncodingStats(long MinTimestampMicros, long MinLocalDeletionSeconds, int MinTtlSeconds)
{
    /// <summary>What timestamps are counted from where there is nothing smaller: 2015-09-22, in microseconds.</summary>
    public const long TimestampEpochMicros = 1_442_880_000_000_000;

    /// <summary>What a header has whose rows are not known.</summary>
    public static EncodingStats None { get; } = new(TimestampEpochMicros, DeletionTimeEpochSeconds, 0);

    /// <summary>The same moment in seconds.</summary>
    public const int DeletionTimeEpochSeconds = 1_442_880_000;

    /// <summary>What serves the rows of both, each of whose numbers that is not known being left out.</summary>
    public EncodingStats Merge(EncodingStats other) => new(
        Smaller(MinTimestampMicros, other.MinTimestampMicros, TimestampEpochMicros),
        Smaller(MinLocalDeletionSeconds, other.MinLocalDeletionSeconds, DeletionTimeEpochSeconds),
        (int)Smaller(MinTtlSeconds, other.MinTtlSeconds, 0));

    private static long Smaller(long left, long right, long unknown) =>
        left == unknown ? right : right == unknown ? left : Math.Min(left, right);

    internal static EncodingStats Read(ref SpanReader reader)
    {
        long timestamp = (long)reader.ReadUnsignedVInt() + TimestampEpochMicros;
        long deletionTime = unchecked((int)reader.ReadUnsignedVInt()) + (long)DeletionTimeEpochSeconds;
        return new EncodingStats(timestamp, deletionTime, unchecked((int)reader.ReadUnsignedVInt()));
    }

    internal void Write(BufferWriter output)
    {
        output.WriteUnsignedVInt(unchecked((ulong)(MinTimestampMicros - TimestampEpochMicros)));
        output.WriteUnsignedVInt(unchecked((ulong)(long)(int)(MinLocalDeletionSeconds - DeletionTimeEpochSeconds)));
        output.WriteUnsignedVInt(unchecked((ulong)(long)MinTtlSeconds));
    }
}

/// <summary>A column as rows of the SSTable have it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type at the time of writing, which decides how values are laid out.</param>
public sealed record HeaderColumn(string Name, CqlType Type);

/// <summary>
/// How rows are laid out: the types, the columns in the order in which rows store them, and the numbers that times are
/// relative to. With the table's definition lost, this is also all that is known of it.
/// </summary>
/// <remarks>
/// <code>
/// EncodingStats
/// vint + text                      type of the partition key, as a class name with parameters
/// vint, then vint + text each      types of the clustering columns
/// vint, then (vint + name, vint + type) each      static columns
/// vint, then (vint + name, vint + type) each      regular columns
/// </code>
/// Source: org/apache/cassandra/db/SerializationHeader.java (Component).
/// </remarks>
public sealed record SerializationHeader
{
    private const string UserTypeClass = "org.apache.cassandra.db.marshal.UserType(";

    internal SerializationHeader(EncodingStats stats, CqlType keyType)
    {
        Stats = stats;
        KeyType = keyType;
    }

    /// <summary>What times are relative to.</summary>
    public EncodingStats Stats { get; }

    /// <summary>The partition key's type; composite for keys of several columns.</summary>
    public CqlType KeyType { get; }

    /// <summary>Types of the clustering columns.</summary>
    public IReadOnlyList<CqlType> ClusteringTypes { get; internal init; } = [];

    /// <summary>Static columns in row order.</summary>
    public IReadOnlyList<HeaderColumn> Statics { get; internal init; } = [];

    /// <summary>Regular columns in row order.</summary>
    public IReadOnlyList<HeaderColumn> Regulars { get; internal init; } = [];

    /// <summary>
    /// Whether some column is of a user type that is not said to be frozen: it is not, or 3.0 wrote it, which leaves the word out and knows
    /// only frozen ones.
    /// </summary>
    internal bool HasBareUserTypes => Statics.Concat(Regulars).Any(c => IsBareUserType(c.Type));

    /// <summary>Whether a type as a header has it is a user type that is not said to be frozen.</summary>
    internal static bool IsBareUserType(CqlType type) => type.IsMultiCell && type.ClassName.StartsWith(UserTypeClass, StringComparison.Ordinal);

    /// <summary>The same header as 3.0 means it: user types are frozen.</summary>
    internal SerializationHeader WithFrozenUserTypes()
    {
        return this with { Statics = Freeze(Statics), Regulars = Freeze(Regulars) };

        static HeaderColumn[] Freeze(IReadOnlyList<HeaderColumn> columns) =>
            [.. columns.Select(c => c with { Type = TypeParser.ParseClassName(c.Type.ClassName, bareUserTypesAreFrozen: true) })];
    }

    /// <summary>The header of an SSTable of a table, with all its static and regular columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stats">What times are to be relative to: best the smallest that occur.</param>
    public static SerializationHeader Of(TableMetadata table, EncodingStats stats) => Of(table, stats, static _ => true);

    /// <summary>The header of an SSTable of a table, with those of its static and regular columns that occur.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stats">What times are to be relative to: best the smallest that occur.</param>
    /// <param name="occurs">Whether a static or regular column occurs.</param>
    public static SerializationHeader Of(TableMetadata table, EncodingStats stats, Func<ColumnMetadata, bool> occurs)
    {
        ArgumentNullException.ThrowIfNull(table);
        CqlType keyType = table.PartitionKey.Count == 1 ? table.PartitionKey[0].Type : CqlTypes.Composite([.. table.PartitionKey.Select(c => c.Type)]);
        return new SerializationHeader(stats, keyType)
        {
            ClusteringTypes = [.. table.Clustering.Select(c => c.Type)],
            Statics = [.. table.Statics.Where(occurs).Select(c => new HeaderColumn(c.Name, c.Type))],
            Regulars = [.. table.Regulars.Where(occurs).Select(c => new HeaderColumn(c.Name, c.Type))],
        };
    }

    internal static SerializationHeader Read(ref SpanReader reader)
    {
        EncodingStats stats = EncodingStats.Read(ref reader);
        CqlType keyType = ReadType(ref reader);
        CqlType[] clusteringTypes = ReadTypes(ref reader);
        HashSet<string> names = new(StringComparer.Ordinal);
        return new SerializationHeader(stats, keyType)
        {
            ClusteringTypes = clusteringTypes,
            Statics = ReadColumns(ref reader, names),
            Regulars = ReadColumns(ref reader, names),
        };
    }

    internal void Write(BufferWriter output)
    {
        Stats.Write(output);
        output.WriteVIntText(KeyType.ClassName);
        WriteTypes(output, ClusteringTypes);
        WriteColumns(output, Statics);
        WriteColumns(output, Regulars);
    }

    /// <summary>Writes types preceded by their number.</summary>
    internal static void WriteTypes(BufferWriter output, IReadOnlyList<CqlType> types)
    {
        output.WriteUnsignedVInt((ulong)types.Count);
        foreach (CqlType type in types)
            output.WriteVIntText(type.ClassName);
    }

    /// <summary>Reads types preceded by their number.</summary>
    internal static CqlType[] ReadTypes(ref SpanReader reader)
    {
        CqlType[] types = new CqlType[reader.CheckCount(reader.ReadUnsignedVInt32(), 2)];
        for (int i = 0; i < types.Length; i++)
            types[i] = ReadType(ref reader);
        return types;
    }

    private static HeaderColumn[] ReadColumns(ref SpanReader reader, HashSet<string> names)
    {
        HeaderColumn[] columns = new HeaderColumn[reader.CheckCount(reader.ReadUnsignedVInt32(), 2)];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new HeaderColumn(System.Text.Encoding.UTF8.GetString(reader.ReadVIntBytes()), ReadType(ref reader));
            if (!names.Add(columns[i].Name))
                reader.Throw($"the column '{columns[i].Name}' is there twice.");
        }

        return columns;
    }

    private static void WriteColumns(BufferWriter output, IReadOnlyList<HeaderColumn> columns)
    {
        output.WriteUnsignedVInt((ulong)columns.Count);
        foreach (HeaderColumn column in columns)
        {
            output.WriteVIntText(column.Name);
            output.WriteVIntText(column.Type.ClassName);
        }
    }

    private static CqlType ReadType(ref SpanReader reader) =>
        TypeParser.ParseClassName(System.Text.Encoding.UTF8.GetString(reader.ReadVIntBytes()));
}
