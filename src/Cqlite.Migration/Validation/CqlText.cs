using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>Keys and values as CQL, for people.</summary>
internal static class CqlText
{
    /// <summary>A value as a literal; bytes that are none of the type as they are.</summary>
    public static string Of(CqlType? type, ReadOnlySpan<byte> value)
    {
        if (type is null)
            return Hex(value);
        BufferWriter text = new(32);
        try
        {
            type.WriteLiteral(value, text);
            return text.ToString();
        }
        catch (CqliteException)
        {
            return Hex(value);
        }
    }

    /// <summary>Which element of a column that is not frozen: a map's key, a set's element, a field's name, the place of a list's element.</summary>
    public static string Element(CqlType type, ReadOnlySpan<byte> path) =>
        type is UserType user && FieldOf(user, path) is int field ? CqlIdentifier.Quote(user.FieldNames[field]) : Of(type.PathType, path);

    /// <summary>The value of a cell: of a set, whose cells have none, its element.</summary>
    public static string Cell(CqlType type, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value) => type switch
    {
        { IsMultiCell: false } => Of(type, value),
        SetType => Of(type.PathType, path),
        UserType user when FieldOf(user, path) is int field => Of(user.Fields[field], value),
        _ => Of(type.CellType, value),
    };

    private static int? FieldOf(UserType type, ReadOnlySpan<byte> path) =>
        BinaryPrimitives.TryReadInt16BigEndian(path, out short field) && field >= 0 && field < type.Fields.Count ? field : null;

    /// <summary>Bytes as a blob's literal.</summary>
    public static string Hex(ReadOnlySpan<byte> value) => "0x" + Convert.ToHexStringLower(value);

    /// <summary>The key of a partition: <c>a = 1 AND b = 'x'</c>.</summary>
    public static string PartitionKey(TableMetadata table, ReadOnlySpan<byte> key)
    {
        IReadOnlyList<ColumnMetadata> columns = table.PartitionKey;
        if (columns.Count == 1)
            return Restriction(columns[0], key);
        List<string> parts = [];
        foreach (ColumnMetadata column in columns)
        {
            if (!BinaryPrimitives.TryReadUInt16BigEndian(key, out ushort length) || length + 3 > key.Length)
                return $"key {Hex(key)}";
            parts.Add(Restriction(column, key.Slice(2, length)));
            key = key[(length + 3)..];
        }

        return string.Join(" AND ", parts);
    }

    /// <summary>The clustering of a row; null where the table has none.</summary>
    public static string? Clustering(TableMetadata table, Row row)
    {
        List<string> parts = [];
        foreach (Slice slice in row.ClusteringSlices)
        {
            if (parts.Count == table.Clustering.Count)
                break;
            ColumnMetadata column = table.Clustering[parts.Count];
            parts.Add(slice.IsNull ? $"{CqlIdentifier.Quote(column.Name)} = null" : Restriction(column, row.Bytes(slice)));
        }

        return parts.Count == 0 ? null : string.Join(" AND ", parts);
    }

    private static string Restriction(ColumnMetadata column, ReadOnlySpan<byte> value) => $"{CqlIdentifier.Quote(column.Name)} = {Of(column.Type.Unreversed, value)}";
}
