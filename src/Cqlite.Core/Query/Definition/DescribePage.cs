using System.Buffers.Binary;
using System.Collections.Immutable;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;

namespace Cqlite.Core.Query.Definition;

/// <summary>Pages of a DESCRIBE: all its rows are made for each page, which takes a stretch of them.</summary>
/// <remarks>
/// <code>
/// version:1     2, so that it is not taken for a SELECT's
/// rows:4        CRC32 of all rows, which tells whether they are those of the page before
/// offset:4      number of the row with which the page begins
/// checksum:4    CRC32 of all before it
/// </code>
/// Source of the behaviour: org/apache/cassandra/cql3/statements/DescribeStatement.java. A full page is followed by another, which may be empty.
/// </remarks>
internal static class DescribePage
{
    private const byte Version = 2;
    private const int Length = 1 + (3 * sizeof(int));

    /// <summary>The page that is asked for.</summary>
    /// <exception cref="InvalidQueryException">The state is not one, or the schema has changed since the page before.</exception>
    public static ListResult Cut(ImmutableArray<ResultColumn> columns, IReadOnlyList<byte[]?[]> rows, QueryOptions options)
    {
        if (options.RowsOfPage is not { } size && options.PagingState is null)
            return new ListResult(columns, rows, []);
        uint checksum = Checksum(rows);
        int first = options.PagingState is { } state ? Parse(state, checksum, rows.Count) : 0;
        int count = Math.Min(options.RowsOfPage ?? int.MaxValue, rows.Count - first);
        return new ListResult(columns, [.. rows.Skip(first).Take(count)], [])
        {
            NextPage = count == options.RowsOfPage ? Serialize(checksum, first + count) : null,
        };
    }

    private static byte[] Serialize(uint checksum, int offset)
    {
        var output = new BufferWriter(Length);
        output.WriteByte(Version);
        output.WriteInt32((int)checksum);
        output.WriteInt32(offset);
        output.WriteInt32((int)Crc32.Compute(output.WrittenSpan));
        return output.ToArray();
    }

    private static int Parse(ReadOnlySpan<byte> state, uint checksum, int rows)
    {
        if (state.Length != Length || state[0] != Version || Crc32.Compute(state[..^sizeof(int)]) != BinaryPrimitives.ReadUInt32BigEndian(state[^sizeof(int)..]))
            throw PagingState.Invalid();
        int offset = BinaryPrimitives.ReadInt32BigEndian(state[(1 + sizeof(int))..]);
        return BinaryPrimitives.ReadUInt32BigEndian(state[1..]) == checksum && (uint)offset <= (uint)rows
            ? offset
            : throw new InvalidQueryException("The schema has changed since the previous page of the DESCRIBE statement result. Please retry the DESCRIBE statement.");
    }

    private static uint Checksum(IReadOnlyList<byte[]?[]> rows)
    {
        uint checksum = 0;
        foreach (byte[]?[] row in rows)
        {
            foreach (byte[]? value in row)
                checksum = Crc32.Update(Crc32.Update(checksum, value), [(byte)(value is null ? 0 : 1)]);
        }

        return checksum;
    }
}
