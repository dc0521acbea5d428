using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Rows as statements, one a line: an INSERT, and an UPDATE for each further time or TTL that columns of the row have; of counters an UPDATE that adds.
/// Nulls are left out.
/// </summary>
internal sealed class CqlFormatter : RowFormatter
{
    private readonly TableMetadata _table;
    private readonly string _name;
    private readonly int[] _keys;
    private readonly int[] _values;
    private readonly int[] _writeTimes;
    private readonly int[] _ttls;

    public CqlFormatter(TableMetadata table, ExportField[] fields)
        : base(fields)
    {
        _table = table;
        _name = $"{CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}";
        _keys = [.. Indexes(f => f.Kind == FieldKind.Value && f.Column.IsPrimaryKey)];
        _values = [.. Indexes(f => f.Kind == FieldKind.Value && !f.Column.IsPrimaryKey)];
        _writeTimes = [.. _values.Select(v => IndexOf(v, FieldKind.WriteTime))];
        _ttls = [.. _values.Select(v => IndexOf(v, FieldKind.Ttl))];
        int keyColumns = table.PartitionKey.Count + table.Clustering.Count(c => !table.IsHidden(c));
        if (_keys.Length != keyColumns)
            throw new ArgumentException($"Statements need all columns of the primary key: {string.Join(", ", table.PartitionKey.Concat(table.Clustering).Select(c => c.Name))}.");
    }

    /// <inheritdoc/>
    public override void Write(QueryResult result, long index, BufferWriter output)
    {
        List<int> present = [.. Enumerable.Range(0, _values.Length).Where(i => !IsNull(result, _values[i]))];
        if (_table.IsCounter)
        {
            if (present.Count > 0)
                WriteUpdate(result, new CellTimes(null, null), present, output);
            return;
        }

        List<TimeGroup> groups = TimeGroup.Of(present, i => Times(result, i));
        if (groups.Count == 0)
            groups.Add(new TimeGroup(new CellTimes(null, null)));
        WriteInsert(result, groups[0], output);
        foreach (TimeGroup group in groups.Skip(1))
            WriteUpdate(result, group.Times, group.Columns, output);
    }

    private static bool IsNull(QueryResult result, int field)
    {
        result.GetValue(field, out bool isNull);
        return isNull;
    }

    private CellTimes Times(QueryResult result, int value) => new(Number(result, _writeTimes[value]), (int?)Number(result, _ttls[value]));

    private static long? Number(QueryResult result, int field)
    {
        if (field < 0)
            return null;
        ReadOnlySpan<byte> value = result.GetValue(field, out bool isNull);
        return isNull ? null : CellTimes.Largest(result.Columns[field].Type, value);
    }

    private void WriteInsert(QueryResult result, TimeGroup group, BufferWriter output)
    {
        int[] columns = [.. _keys.Where(k => !IsNull(result, k)), .. group.Columns.Select(c => _values[c])];
        output.WriteText($"INSERT INTO {_name} ({string.Join(", ", columns.Select(c => Fields[c].Selector))}) VALUES (");
        for (int i = 0; i < columns.Length; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            WriteLiteral(result, columns[i], output);
        }

        output.WriteText($"){Using(group.Times)};\n");
    }

    private void WriteUpdate(QueryResult result, CellTimes times, List<int> values, BufferWriter output)
    {
        output.WriteText($"UPDATE {_name}{Using(times)} SET ");
        for (int i = 0; i < values.Count; i++)
        {
            int field = _values[values[i]];
            output.WriteText($"{(i > 0 ? ", " : "")}{Fields[field].Selector} = ");
            if (_table.IsCounter)
                output.WriteText($"{Fields[field].Selector} + ");
            WriteLiteral(result, field, output);
        }

        // A static column of the row belongs to the partition, which the partition key alone names.
        bool isStatic = values.TrueForAll(v => Fields[_values[v]].Column.Kind == ColumnKind.Static);
        int[] keys = [.. _keys.Where(k => !IsNull(result, k) && (!isStatic || Fields[k].Column.Kind == ColumnKind.PartitionKey))];
        for (int i = 0; i < keys.Length; i++)
        {
            output.WriteText($"{(i == 0 ? " WHERE " : " AND ")}{Fields[keys[i]].Selector} = ");
            WriteLiteral(result, keys[i], output);
        }

        output.Write(";\n"u8);
    }

    private static void WriteLiteral(QueryResult result, int field, BufferWriter output)
    {
        ReadOnlySpan<byte> value = result.GetValue(field, out bool isNull);
        if (isNull)
            output.Write("null"u8);
        else
            LiteralText.Write(result.Columns[field].Type, value, output);
    }

    private static string Using(CellTimes times)
    {
        string timestamp = times.TimestampMicros is { } micros ? string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP {micros}") : "";
        string ttl = times.TtlSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"TTL {seconds}") : "";
        string both = timestamp.Length > 0 && ttl.Length > 0 ? " AND " : "";
        return timestamp.Length + ttl.Length == 0 ? "" : $" USING {timestamp}{both}{ttl}";
    }

    private IEnumerable<int> Indexes(Func<ExportField, bool> wanted) => Enumerable.Range(0, Fields.Length).Where(i => wanted(Fields[i]));

    private int IndexOf(int value, FieldKind kind) => Array.FindIndex(Fields, f => f.Kind == kind && f.Column == Fields[value].Column);
}
