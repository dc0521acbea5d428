using Cqlite.Core.Encoding;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Values that Cassandra stored, in the texts and in the order that it gave them.</summary>
public sealed class CorpusTypeTests
{
    [Theory]
    [CorpusTables(At = "5.0.9-nb,5.0.9-oa,5.0.9-da,4.1.10-nb", Theme = "types,random,multi,keys", WithSelect = true)]
    [CorpusTables(At = "4.0-rc1-na,3.11.19-me,3.0.31-me,3.0.24-md,3.0.17-mc,3.0.7-mb,3.0.6-ma", Theme = "types,random", WithSelect = true)]
    public void Values_print_the_json_that_Cassandra_printed(CorpusTable table)
    {
        int printed = 0;
        CorpusColumnTypes types = new(table);
        Dictionary<string, CqlType> byName = table.Columns.ToDictionary(c => c.Name, c => types.Of(c).WithDialect(Dialect(table.Release)), StringComparer.Ordinal);
        BufferWriter output = new();
        foreach (SelectTruthRow row in table.SelectRows())
        {
            foreach (SelectTruthColumn column in row.Columns)
            {
                if (column.Value is null || column.Json is null)
                    continue;
                CqlType type = byName[column.Name];

                // toJson of 5.0 is null for a zero-length number; the type itself has a text for it.
                if (column.Value.Length == 0 && type.IsEmptyMeaningless && column.Json == "null")
                    continue;
                output.Clear();
                type.WriteJson(column.Value, output);
                Assert.Equal(column.Json, output.ToString());
                printed++;
            }
        }

        Assert.True(printed > 0 || table.RowCount == 0 || table.Columns.Count == 0 || table.SelectRows().All(r => r.Columns.All(c => c.Json is null or "null")));
    }

    [Theory]
    [CorpusTables(At = "5.0.9-da,3.11.19-me", Theme = "types,random,multi,keys", WithSelect = true)]
    public void Values_survive_decoding_and_encoding(CorpusTable table)
    {
        CorpusColumnTypes types = new(table);
        Dictionary<string, CqlType> byName = table.Columns.ToDictionary(c => c.Name, types.Of, StringComparer.Ordinal);
        BufferWriter output = new();
        foreach (SelectTruthRow row in table.SelectRows())
        {
            foreach (SelectTruthColumn column in row.Columns)
            {
                if (column.Value is null)
                    continue;
                CqlType type = byName[column.Name];
                type.Validate(column.Value);
                object? decoded = type.Decode(column.Value);
                if (decoded is null)
                {
                    Assert.Empty(column.Value);
                    continue;
                }

                output.Clear();
                type.Encode(decoded, output);
                Assert.Equal(column.Hex, Convert.ToHexStringLower(output.WrittenSpan));
            }
        }
    }

    [Theory]
    [CorpusTables(At = "5.0.9-nb,5.0.9-da,4.1.10-nb,3.11.19-me,3.0.31-me,3.0.17-mc", Theme = "types,random,keys", WithSelect = true)]
    public void Rows_stand_in_the_order_of_their_clusterings(CorpusTable table)
    {
        CorpusColumnTypes types = new(table);
        CorpusColumn[] keys = [.. table.Columns.Where(c => c.Kind == "partition_key")];
        (string Name, CqlType Type)[] clustering = [.. table.Columns.Where(c => c.Kind == "clustering").Select(c => (c.Name, types.Of(c)))];
        SelectTruthRow? previous = null;
        foreach (SelectTruthRow row in table.SelectRows())
        {
            if (previous is not null && clustering.Length > 0 && keys.All(k => previous[k.Name].Hex == row[k.Name].Hex))
            {
                int order = 0;
                BufferWriter left = new();
                BufferWriter right = new();
                foreach ((string name, CqlType type) in clustering)
                {
                    byte[]? l = previous[name].Value;
                    byte[]? r = row[name].Value;
                    if (order == 0)
                        order = l is null || r is null ? (l is not null).CompareTo(r is not null) : type.Compare(l, r);
                    WriteClustering(type, l, left);
                    WriteClustering(type, r, right);
                }

                left.WriteByte(0x38);
                right.WriteByte(0x38);
                int comparableOrder = left.WrittenSpan.SequenceCompareTo(right.WrittenSpan);
                Assert.True(order < 0, $"{string.Join(' ', previous.Columns.Select(c => c.Hex))} is not before {string.Join(' ', row.Columns.Select(c => c.Hex))}");
                Assert.True(comparableOrder < 0, $"{Convert.ToHexStringLower(left.WrittenSpan)} is not before {Convert.ToHexStringLower(right.WrittenSpan)}");
            }

            previous = row;
        }
    }

    internal static TextDialect Dialect(string release) => release switch
    {
        "3.0.6" or "3.0.7" => TextDialect.Release306,
        "3.0.17" => TextDialect.Release3017,
        "4.0-rc1" => TextDialect.Release40,
        _ when release.StartsWith("3.", StringComparison.Ordinal) => TextDialect.Release3,
        _ => TextDialect.Current,
    };

    /// <summary>Writes a clustering's component as ClusteringComparator does: a marker, and another marker for null and for empty.</summary>
    private static void WriteClustering(CqlType type, byte[]? value, BufferWriter output)
    {
        if (value is null)
        {
            output.WriteByte(0x3E);
            return;
        }

        int start = output.Length;
        output.WriteByte(0x40);
        type.WriteByteComparable(value, output);
        if (output.Length == start + 1)
        {
            output.Truncate(start);
            output.WriteByte(type.IsReversed ? (byte)0x41 : (byte)0x3F);
        }
    }
}
