using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using Cqlite.Core.Types;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Inserts rows into a table: an object from the pipeline each, whose properties are the columns.</summary>
[Cmdlet(VerbsCommon.Add, "CqliteRow", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class AddCqliteRowCommand : DatabaseCmdlet
{
    private const string Activity = "Adding rows";
    private const string Source = "row";
    private ColumnMetadata[] _columns = [];
    private Rejections? _rejections;
    private ParallelInserter? _inserter;
    private string _table = "";
    private long _rows;
    private bool _isMeant;

    /// <summary>The table, as <c>keyspace.table</c>, or without a keyspace where the database has only one.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string Table { get; set; } = "";

    /// <summary>The rows: objects or hashtables. What has no value is left as it is; texts, as Import-Csv gives them, are read as the column's type.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Time to live in seconds; the table's own when not given.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Ttl { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_inserter is null && _table.Length == 0)
            Start();
        if (!_isMeant)
            return;
        foreach (PSObject item in InputObject)
        {
            _rows++;
            ForItem(item, () => _inserter!.Add(Row(item)));
        }

        if ((_rows & 0xFF) == 0)
            ReportProgress(Activity, $"{_inserter!.Rows:N0} rows in {_table}", percent: null);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_inserter is null)
            return;
        _inserter.Complete();
        foreach (ImportException error in _rejections!.Errors)
            WriteError(ErrorRecords.Create(error, _table));
        if (_rejections.Count > _rejections.Errors.Count)
            WriteWarning($"{_rejections.Count - _rejections.Errors.Count:N0} more rows were refused.");
        CompleteProgress(Activity);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inserter?.Dispose();
            _rejections?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Start()
    {
        CqliteDatabase database = RequireDatabase();
        int dot = Table.IndexOf('.', StringComparison.Ordinal);
        string keyspace = (dot > 0 ? Table[..dot] : database.DefaultKeyspace) ?? throw new ArgumentException($"'{Table}' names no keyspace, and the database has several: keyspace.table is needed.");
        TableMetadata table = database.Schema.Table(keyspace, Table[(dot + 1)..]) ?? throw new ItemNotFoundException($"There is no table '{keyspace}.{Table[(dot + 1)..]}' in {database}.");
        database.Engine.Database.CheckWritable();
        _table = table.ToString();
        _isMeant = ShouldProcess(_table, "Add rows");
        if (!_isMeant)
            return;
        ImportOptions options = new() { TtlSeconds = Ttl, MaxErrors = long.MaxValue };
        _columns = [.. table.ColumnsInSelectOrder()];
        _rejections = new Rejections(options, Source, "", hasComments: false);
        _inserter = new ParallelInserter(database.Engine, table, _columns, Source, options, _rejections, StopToken);
    }

    private ImportRow Row(PSObject item)
    {
        ImportRow row = new(_columns.Length) { Line = _rows };
        if (item.BaseObject is IDictionary entries)
        {
            foreach (DictionaryEntry entry in entries)
                Set(row, entry.Key.ToString() ?? "", entry.Value, isRequired: true);
        }
        else
        {
            // What was made for a table has its columns; an object of another kind may have much else.
            bool isMade = item.BaseObject is PSCustomObject;
            foreach (PSPropertyInfo property in item.Properties)
                Set(row, property.Name, isMade || Find(property.Name) >= 0 ? property.Value : null, isMade);
        }

        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Kind == ColumnKind.PartitionKey && row.Values[i] is null)
                throw new InvalidQueryException($"row {_rows}: it has no value for '{_columns[i].Name}', a column of the partition key.");
        }

        return row;
    }

    private void Set(ImportRow row, string name, object? value, bool isRequired)
    {
        int column = Find(name);
        if (column < 0)
        {
            if (isRequired)
                throw new InvalidQueryException($"row {_rows}: {_table} has no column '{name}'.");
            return;
        }

        try
        {
            row.Values[column] = Encode(value, _columns[column].Type.Unreversed);
            row.IsGiven[column] = true;
        }
        catch (InvalidQueryException e)
        {
            throw new InvalidQueryException($"row {_rows}: the value of '{name}' is no {_columns[column].Type.Unreversed.Name}: {e.Message}", e.Code);
        }
    }

    // Import-Csv has texts only: a collection's is its literal, and nothing is no collection.
    private static byte[]? Encode(object? value, CqlType type)
    {
        if (type is not (UserType or TupleType or ListType or SetType or MapType or VectorType) || PowerShellValue.Unwrap(value) is not string text)
            return ParameterBinder.Encode(value, type);
        return text.Length == 0 ? null : LiteralText.Read(text, type);
    }

    private int Find(string name)
    {
        int exact = Array.FindIndex(_columns, c => c.Name == name);
        return exact >= 0 ? exact : Array.FindIndex(_columns, c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
