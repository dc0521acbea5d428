using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Writes rows into a table by prepared statements: an INSERT, and an UPDATE for each further time or TTL of the row's columns; of counters an
/// UPDATE that adds. For one thread.
/// </summary>
internal sealed class RowInserter
{
    private readonly QuerySession _session;
    private readonly TableMetadata _table;
    private readonly ColumnMetadata[] _columns;
    private readonly ImportOptions _options;
    private readonly Dictionary<string, PreparedQuery> _statements = new(StringComparer.Ordinal);
    private readonly List<int> _keys = [];
    private readonly List<int> _given = [];

    public RowInserter(QueryEngine engine, TableMetadata table, ColumnMetadata[] columns, ImportOptions options)
    {
        _session = new QuerySession(engine, table.Keyspace);
        _table = table;
        _columns = columns;
        _options = options;
    }

    /// <summary>Writes a row.</summary>
    /// <exception cref="InvalidQueryException">The database does not take it.</exception>
    public void Insert(ImportRow row)
    {
        _keys.Clear();
        _given.Clear();
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].IsPrimaryKey && row.Values[i] is not null)
                _keys.Add(i);
            else if (!_columns[i].IsPrimaryKey && (row.Values[i] is not null || (_options.WriteNulls && row.IsGiven[i] && !_table.IsCounter)))
                _given.Add(i);
        }

        if (_table.IsCounter)
        {
            if (_given.Count > 0)
                Execute(row, new CellTimes(null, null), _given, isUpdate: true);
            return;
        }

        if (row.Times is null)
        {
            Execute(row, new CellTimes(null, null), _given, isUpdate: false);
            return;
        }

        List<TimeGroup> groups = TimeGroup.Of(_given, c => row.Times[c]);
        if (groups.Count == 0)
            groups.Add(new TimeGroup(new CellTimes(null, null)));
        for (int i = 0; i < groups.Count; i++)
            Execute(row, groups[i].Times, groups[i].Columns, isUpdate: i > 0);
    }

    private void Execute(ImportRow row, CellTimes told, List<int> given, bool isUpdate)
    {
        // A file that tells times but none for this value says that it does not expire.
        CellTimes times = new(told.TimestampMicros ?? _options.TimestampMicros, told.TtlSeconds ?? (row.Times is null ? _options.TtlSeconds : null));
        if (_table.IsCounter)
            times = new CellTimes(null, null);
        bool isStatic = isUpdate && given.TrueForAll(c => _columns[c].Kind == ColumnKind.Static);
        List<int> keys = isStatic ? _keys.FindAll(k => _columns[k].Kind == ColumnKind.PartitionKey) : _keys;
        PreparedQuery statement = Statement(keys, given, times, isUpdate);
        byte[]?[] values = new byte[]?[statement.Markers.Length];
        int at = 0;
        if (!isUpdate)
            AddValues(keys);
        if (isUpdate)
            AddTimes();
        AddValues(given);
        if (isUpdate)
            AddValues(keys);
        else
            AddTimes();
        using QueryResult result = _session.Execute(statement, new BindValues(values));

        void AddValues(List<int> columns)
        {
            foreach (int column in columns)
                values[at++] = row.Values[column];
        }

        void AddTimes()
        {
            if (times.TimestampMicros is { } micros)
                BinaryPrimitives.WriteInt64BigEndian(values[at++] = new byte[sizeof(long)], micros);
            if (times.TtlSeconds is { } seconds)
                BinaryPrimitives.WriteInt32BigEndian(values[at++] = new byte[sizeof(int)], seconds);
        }
    }

    private PreparedQuery Statement(List<int> keys, List<int> given, CellTimes times, bool isUpdate)
    {
        string key = $"{isUpdate} {times.TimestampMicros is not null} {times.TtlSeconds is not null} {string.Join(',', keys)} {string.Join(',', given)}";
        if (!_statements.TryGetValue(key, out PreparedQuery? statement))
            _statements.Add(key, statement = _session.Prepare(isUpdate ? Update(keys, given, times) : Insert(keys, given, times)));
        return statement;
    }

    private string Insert(List<int> keys, List<int> given, CellTimes times)
    {
        int[] columns = [.. keys, .. given];
        return $"INSERT INTO {Name} ({string.Join(", ", columns.Select(Quoted))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))}){Using(times)}";
    }

    private string Update(List<int> keys, List<int> given, CellTimes times)
    {
        IEnumerable<string> assignments = given.Select(c => _table.IsCounter ? $"{Quoted(c)} = {Quoted(c)} + ?" : $"{Quoted(c)} = ?");
        return $"UPDATE {Name}{Using(times)} SET {string.Join(", ", assignments)} WHERE {string.Join(" AND ", keys.Select(k => $"{Quoted(k)} = ?"))}";
    }

    private string Name => $"{CqlIdentifier.Quote(_table.Keyspace)}.{CqlIdentifier.Quote(_table.Name)}";

    private string Quoted(int column) => CqlIdentifier.Quote(_columns[column].Name);

    private static string Using(CellTimes times) => (times.TimestampMicros, times.TtlSeconds) switch
    {
        (null, null) => "",
        (not null, null) => " USING TIMESTAMP ?",
        (null, not null) => " USING TTL ?",
        _ => " USING TIMESTAMP ? AND TTL ?",
    };
}
