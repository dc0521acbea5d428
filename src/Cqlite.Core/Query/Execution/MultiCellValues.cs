using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Execution;

/// <summary>Puts the live cells of a collection or user type together as one value.</summary>
/// <remarks>
/// Source: org/apache/cassandra/db/marshal/{List,Set,Map,User}Type.java (serializeForNativeProtocol).
/// <code>
/// list:      count:4 { length:4 value }
/// set:       count:4 { length:4 path }
/// map:       count:4 { length:4 path, length:4 value }
/// user type: { length:4 value } of every field, -1 for a field that is null
/// </code>
/// </remarks>
internal static class MultiCellValues
{
    /// <summary>Appends the value; false when no cell is live, so that there is none.</summary>
    public static bool TryAssemble(CqlType type, Row? row, ReadOnlySpan<Cell> cells, long nowSeconds, BufferWriter output) =>
        type.Unreversed is UserType user
            ? TryAssembleFields(user, row, cells, nowSeconds, output)
            : TryAssembleElements(type.Unreversed, row, cells, nowSeconds, output);

    private static bool TryAssembleElements(CqlType type, Row? row, ReadOnlySpan<Cell> cells, long nowSeconds, BufferWriter output)
    {
        bool paths = type is SetType or MapType;
        bool values = type is not SetType;
        int start = output.Length;
        int count = 0;
        output.WriteInt32(0);
        foreach (ref readonly Cell cell in cells)
        {
            if (!cell.IsLive(nowSeconds))
                continue;
            if (paths)
                output.WriteIntBytes(row!.Path(cell));
            if (values)
                output.WriteIntBytes(row!.Value(cell));
            count++;
        }

        BinaryPrimitives.WriteInt32BigEndian(output.Patch(start, sizeof(int)), count);
        return count > 0;
    }

    private static bool TryAssembleFields(UserType type, Row? row, ReadOnlySpan<Cell> cells, long nowSeconds, BufferWriter output)
    {
        int next = 0;
        bool any = false;
        foreach (ref readonly Cell cell in cells)
        {
            if (!cell.IsLive(nowSeconds))
                continue;
            int field = FieldOf(row!, cell);
            for (; next < field; next++)
                output.WriteInt32(-1);
            output.WriteIntBytes(row!.Value(cell));
            next = field + 1;
            any = true;
        }

        for (; next < type.Fields.Count; next++)
            output.WriteInt32(-1);
        return any;
    }

    /// <summary>The field number that a cell of a user type stands for.</summary>
    public static int FieldOf(Row row, in Cell cell)
    {
        ReadOnlySpan<byte> path = row.Path(cell);
        return path.Length == sizeof(short) ? BinaryPrimitives.ReadInt16BigEndian(path) : 0;
    }
}
