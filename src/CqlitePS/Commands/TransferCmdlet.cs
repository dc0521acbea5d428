using System.Management.Automation;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that move one table's rows.</summary>
public abstract class TransferCmdlet : DatabaseCmdlet
{
    /// <summary>The table, as <c>keyspace.table</c>, or without a keyspace where <c>-Keyspace</c> or the database gives one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string Table { get; set; } = "";

    /// <summary>The table's keyspace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <summary>The format; what the path ends with when it is not given.</summary>
    [Parameter]
    public TransferFormat? Format { get; set; }

    /// <summary>The columns, in the order of the fields; all when not given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ColumnCompleter))]
    public string[]? Column { get; set; }

    /// <summary>What parts the fields of CSV.</summary>
    [Parameter]
    public char Delimiter { get; set; } = ',';

    /// <summary>The text of CSV that means null.</summary>
    [Parameter]
    [AllowEmptyString]
    public string NullText { get; set; } = "";

    /// <summary>CSV has no heading.</summary>
    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    /// <summary>Give what came of it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected CsvDialect Dialect => new() { Delimiter = Delimiter, NullText = NullText, HasHeader = !NoHeader };

    /// <summary>The table that is meant.</summary>
    /// <exception cref="ItemNotFoundException">There is no such table.</exception>
    private protected TableMetadata RequireTable(CqliteDatabase database) => RequireTable(database.Schema, database.DefaultKeyspace, database.ToString());

    /// <summary>The table that is meant.</summary>
    /// <param name="schema">What there is.</param>
    /// <param name="defaultKeyspace">The keyspace of a name without one.</param>
    /// <param name="place">Where it is looked for, for the error.</param>
    /// <exception cref="ItemNotFoundException">There is no such table.</exception>
    private protected TableMetadata RequireTable(DatabaseSchema schema, string? defaultKeyspace, string place)
    {
        int dot = Table.IndexOf('.', StringComparison.Ordinal);
        string? keyspace = Keyspace ?? (dot > 0 ? Table[..dot] : defaultKeyspace);
        string name = dot > 0 && (Keyspace is null || Table[..dot] == Keyspace) ? Table[(dot + 1)..] : Table;
        return keyspace is null
            ? throw FullNames.Lacking(Table)
            : schema.Table(keyspace, name) ?? throw new ItemNotFoundException($"There is no table '{keyspace}.{name}' in {place}.");
    }

    private protected TransferFormat RequireFormat(string path) => Format ?? TransferFormats.OfPath(path)
        ?? throw new ArgumentException($"'{path}' does not end as a format does (.csv, .json, .jsonl, .cql); name it with -Format.");

    /// <summary>Progress as the cmdlet shows it.</summary>
    private protected sealed class ProgressReport(TransferCmdlet cmdlet, string activity) : IProgress<TransferProgress>
    {
        /// <inheritdoc/>
        public void Report(TransferProgress value) =>
            cmdlet.ReportProgress(activity, $"{value.Rows:N0} rows", value.TotalBytes > 0 ? 100.0 * value.Bytes / value.TotalBytes : null);
    }
}
