using System.Collections.Immutable;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Messages;

/// <summary>Columns, of results and of bind markers alike.</summary>
/// <remarks>
/// <code>
/// one table for all     [string] keyspace, [string] table; then each: [string] name, [option] type
/// else                  each: [string] keyspace, [string] table, [string] name, [option] type
/// source                org/apache/cassandra/cql3/ResultSet.java (ResultMetadata.Codec, PreparedMetadata.Codec)
/// </code>
/// </remarks>
internal static class ColumnList
{
    private const int MinimumNameBytes = sizeof(ushort);
    private const int MinimumTypeBytes = sizeof(ushort);

    /// <summary>Whether all columns, of which there is at least one, are of one table, which is then written once.</summary>
    public static bool HasOneTable(ImmutableArray<ResultColumn> columns)
    {
        if (columns.IsDefaultOrEmpty)
            return false;
        foreach (ResultColumn column in columns.AsSpan()[1..])
        {
            if (column.Table != columns[0].Table || column.Keyspace != columns[0].Keyspace)
                return false;
        }

        return true;
    }

    /// <summary>Reads so many columns.</summary>
    public static ImmutableArray<ResultColumn> Read(ref NotationReader reader, int count, bool hasOneTable)
    {
        int minimum = MinimumNameBytes + MinimumTypeBytes + (hasOneTable ? 0 : 2 * MinimumNameBytes);
        _ = reader.CheckCount(count, minimum);
        string keyspace = hasOneTable ? reader.ReadString() : "";
        string table = hasOneTable ? reader.ReadString() : "";
        var columns = ImmutableArray.CreateBuilder<ResultColumn>(count);
        for (int i = 0; i < count; i++)
        {
            if (!hasOneTable)
            {
                keyspace = reader.ReadString();
                table = reader.ReadString();
            }

            string name = reader.ReadString();
            columns.Add(new(keyspace, table, name, TypeOption.Read(ref reader)));
        }

        return columns.MoveToImmutable();
    }

    /// <summary>Appends columns.</summary>
    public static void Write(BufferWriter output, ImmutableArray<ResultColumn> columns, bool hasOneTable, ProtocolVersion version)
    {
        if (hasOneTable)
        {
            output.WriteString(columns[0].Keyspace);
            output.WriteString(columns[0].Table);
        }

        foreach (ResultColumn column in columns)
        {
            if (!hasOneTable)
            {
                output.WriteString(column.Keyspace);
                output.WriteString(column.Table);
            }

            output.WriteString(column.Name);
            TypeOption.Write(output, column.Type, version);
        }
    }
}
