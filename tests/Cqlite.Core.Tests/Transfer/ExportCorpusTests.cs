using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.Engine;
using Cqlite.Core.Tests.Query;
using Cqlite.Core.Transfer;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Transfer;

/// <summary>Exports of the corpus, read again as an import reads them: every value has the bytes that the node answered.</summary>
public sealed class ExportCorpusTests
{
    private const string Themes = "types,keys,counters,deletes,random,multi,wide_small";

    [Theory]
    [CorpusTables(WithSelect = true, Theme = Themes)]
    public void Csv_gives_every_value_again(CorpusTable table) => CheckRows(table, TransferFormat.Csv);

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types,random")]
    public void Csv_with_escapes_gives_every_value_again(CorpusTable table) =>
        CheckRows(table, TransferFormat.Csv, new CsvDialect { Delimiter = '|', Quote = '\'', Escape = '\\', NullText = "N/A", HasHeader = false });

    [Theory]
    [CorpusTables(WithSelect = true, Theme = Themes)]
    public void Json_gives_every_value_again(CorpusTable table) => CheckRows(table, TransferFormat.Json);

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types,random")]
    public void Json_lines_give_every_value_again(CorpusTable table) => CheckRows(table, TransferFormat.JsonLines);

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types")]
    public void Cql_terms_give_every_value_again(CorpusTable table)
    {
        foreach (SelectTruthRow row in table.SelectRows())
        {
            foreach (SelectTruthColumn column in row.Columns)
            {
                if (column.Value is not { } value)
                    continue;
                CqlType type = CorpusDatabase.Of(table.Node).Database.Schema.Table(table.Keyspace, table.Name)!.Column(column.Name)!.Type;
                Cqlite.Core.Encoding.BufferWriter text = new();
                try
                {
                    LiteralText.Write(type, value, text);
                }
                catch (Cqlite.Core.Errors.InvalidQueryException)
                {
                    // What has no term is an empty number, or a missing field, within another value.
                    Assert.False(type is NativeType);
                    continue;
                }

                if (!text.ToString().StartsWith("blob_as_", StringComparison.Ordinal) && type is not CounterType)
                    Assert.True(LiteralText.Gives(text.WrittenSpan, type, value), $"{column.Name} {type}: {text} for {column.Hex}");
            }
        }
    }

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types,deletes,counters,multi")]
    public void SSTables_have_every_cell_again(CorpusTable table)
    {
        CorpusDatabase database = CorpusDatabase.Of(table.Node);
        TableMetadata metadata = database.Database.Schema.Table(table.Keyspace, table.Name)!;
        if (metadata.IsCompact)
            return;
        if (table.Format is "ma" or "mb" && metadata.Clustering.Any(c => c.IsDescending))
        {
            Assert.Throws<Cqlite.Core.Errors.UnsupportedFormatException>(() => new TableExporter(database.Queries).Export(metadata, "nowhere", TransferFormat.SSTable));
            return;
        }

        string target = Directory.CreateTempSubdirectory("cqlite-export-").FullName;
        try
        {
            // Times after 2038 have no room in nb.
            CheckSSTables(database, metadata, target, new ExportOptions { SSTableVersion = table.Format is "oa" or "da" ? table.Format : "nb" });
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    private static void CheckSSTables(CorpusDatabase database, TableMetadata metadata, string target, ExportOptions options)
    {
        new TableExporter(database.Queries).Export(metadata, target, TransferFormat.SSTable, options, cancellation: TestContext.Current.CancellationToken);
        using UnfilteredCursor source = database.Database.OpenTable(metadata).Read(ReadRequest.All);
        string expected = UnfilteredText.Of(source);
        string written = "";
        foreach (SSTableDescriptor descriptor in SSTableFolder.Find(PhysicalFileSystem.Instance, target))
        {
            using SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, descriptor, new SSTableOptions { Table = metadata });
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            written += UnfilteredText.Of(cursor);
        }

        Assert.Equal(expected, written);
    }

    private static void CheckRows(CorpusTable table, TransferFormat format, CsvDialect? dialect = null)
    {
        CorpusDatabase database = CorpusDatabase.Of(table.Node);
        TableMetadata metadata = database.Database.Schema.Table(table.Keyspace, table.Name)!;
        ColumnMetadata[] columns = [.. metadata.ColumnsInSelectOrder()];
        ImportOptions reading = new() { Csv = dialect ?? CsvDialect.Default };
        using MemoryStream file = new();
        TransferResult result = new TableExporter(database.Queries).Export(metadata, file, format, new ExportOptions { Csv = reading.Csv }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(table.RowCount, result.Rows);
        file.Position = 0;
        using StreamReader text = new(file);
        using RowSource source = format == TransferFormat.Csv
            ? new CsvRowSource(text, columns, "file", reading)
            : new JsonRowSource(file, columns, "file", reading);
        using QueryResult answer = database.Queries.Execute($"SELECT * FROM {CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}");
        while (answer.MoveNext())
        {
            ImportRow row = source.Next()!;
            for (int i = 0; i < columns.Length; i++)
            {
                ReadOnlySpan<byte> value = answer.GetValue(i, out bool isNull);
                string? expected = isNull ? null : Convert.ToHexStringLower(value);
                string? read = row.Values[i] is { } bytes ? Convert.ToHexStringLower(bytes) : null;
                if (expected != read)
                    Assert.Equal((row.Line, columns[i].Name, expected), (row.Line, columns[i].Name, read));
            }
        }

        Assert.Null(source.Next());
    }
}
