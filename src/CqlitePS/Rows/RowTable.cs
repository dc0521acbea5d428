using System.Data;
using Cqlite.Core.Query;

namespace CqlitePS.Rows;

/// <summary>Gathers rows of a result into tables of ADO.NET.</summary>
internal sealed class RowTable(IReadOnlyList<ResultColumn> columns)
{
    private readonly Cqlite.Core.Types.CqlType[] _types = [.. columns.Select(c => c.Type)];
    private readonly string[] _names = RowFactory.PropertyNames(columns);
    private DataTable? _table;

    /// <summary>Rows gathered.</summary>
    public int Count => _table?.Rows.Count ?? 0;

    /// <summary>Adds what the result stands on.</summary>
    public void Add(QueryResult result)
    {
        _table ??= Create();
        DataRow row = _table.NewRow();
        for (int i = 0; i < _types.Length; i++)
            row[i] = ValueReader.ReadBoxed(_types, result, i) ?? DBNull.Value;
        _table.Rows.Add(row);
    }

    /// <summary>Gives the table away; what follows goes into another one.</summary>
    public DataTable Take()
    {
        DataTable table = _table ?? Create();
        _table = null;
        table.AcceptChanges();
        return table;
    }

    private DataTable Create()
    {
        DataTable table = new(columns.Count > 0 ? columns[0].Table : "") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        for (int i = 0; i < _names.Length; i++)
        {
            Type type = ValueReader.For(_types[i]).ReturnType;
            table.Columns.Add(_names[i], Nullable.GetUnderlyingType(type) ?? type);
        }

        return table;
    }
}
