using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Reports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>A report takes what every step leaves, by its content, and refuses what it does not understand.</summary>
public sealed class ReportReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_export_an_import_and_a_validation_become_a_report()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using TwoDatabases both = new(TwoDatabases.Sample);
        using StoredSource source = new(both.Source, OperandKind.Database);
        using (StreamWriter events = new(_folder["progress.jsonl"]))
        {
            TransferResult exported = await new Exporter(source, _folder["export"], listener: new ProgressEvents(events)).RunAsync(stop);
            Keep("1.json", exported.ToJson());
            Assert.NotEmpty(exported.Speed);
            Assert.Equal(exported.Rows, exported.Speed[^1].Rows);
        }

        using (Cqlite.Core.Query.QueryEngine empty = Made())
            Keep("2.JSON", (await new Importer(_folder["export"], new DatabaseTarget(empty)).RunAsync(stop)).ToJson());
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1");
        Keep("3.json", (await both.ValidateAsync()).Seal().ToJson());

        MigrationReport report = Read(_folder.Path, _folder["export"]);
        Assert.Equal((1, 2, 1, 1), (report.Exports.Count, report.Transfers.Count, report.Validations.Count, report.Progress.Count));
        Assert.Equal(["export", "import"], report.Transfers.Select(t => t.Content.Operation));
        Assert.Equal(CheckStatus.Passed, Certificates.VerifyText(report.Validations[0].Content));
        Judgement judgement = Judgement.Of(report);
        Assert.Equal((CheckStatus.Failed, "Data differ in 1 table"), (judgement.Status, judgement.Findings[0].Subject));
        Page page = Page.Of(report);
        XText(page, PageSections.Differences, "p = 1, static row token");
        XText(page, PageSections.Moved, "k. t ✓ Completed");

        Assert.Equal(judgement.Headline, ReportFile.Write(PhysicalFileSystem.Instance, _folder["out/report.json"], report, ReportFormat.Json, new PageSettings(), overwrite: false).Headline);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder["out/report.json"], stop));
        Assert.Equal(("cqlite-report", "Failed"), (document.RootElement.GetProperty("format").GetString(), document.RootElement.GetProperty("status").GetString()));
        Assert.Equal(2, document.RootElement.GetProperty("report").GetProperty("transfers").GetArrayLength());
    }

    [Fact]
    public void Lines_of_rounds_rejects_and_progress_are_read_up_to_the_one_that_was_being_written()
    {
        Keep("rounds.jsonl", """
            {"event":"round","round":0,"dueAt":"2026-11-21T03:00:00Z","skipped":0,"status":"Failed","message":null,"tables":1,"missingRows":2,"extraRows":0,"differentRows":1,"differences":["shop.orders MissingRow id = 5"]}
            {"event":"alert","round":0}
            {"event":"round","round":2,"dueAt":"2026-11-21T03:02:00Z","status":"NotChecked","message":"gone","skipped":1}
            {"event":"round","round":3,"dueAt":"2026-
            """);
        Keep("rejects.jsonl", """
            {"table":"shop.orders","reason":"too large","cql":"UPDATE a","values":["0a",null]}
            {"table":"shop.orders","reason":"too large","cql":"UPDATE b","values":[]}
            {"table":"shop.items","reason":"no","cql":"INSERT","values":[]}
            """);
        Keep("progress.jsonl", string.Concat(Enumerable.Range(0, 30).Select(i =>
            $$"""{"event":"progress","operation":"copy","table":null,"rows":{{(i % 15) * 100}},"bytes":5,"percent":1,"rowsPerSecond":1,"elapsedSeconds":{{(i % 15) * 0.5}},"remainingSeconds":null,"done":false}""" + "\n")));
        MigrationReport report = Read(_folder.Path);
        Assert.Equal([(0, CheckStatus.Failed, 0), (2, CheckStatus.NotChecked, 1)], report.Watches[0].Content.Select(r => (r.Round, r.Status, r.Skipped)));
        Assert.Equal([("shop.orders", "too large", 2, "UPDATE a"), ("shop.items", "no", 1, "INSERT")], report.Rejects[0].Content.Groups.Select(g => (g.Table, g.Reason, g.Count, g.Statement)));
        Assert.Equal([("copy, run 1", 1400), ("copy, run 2", 1400)], report.Progress[0].Content.Select(s => (s.Title, s.Rows)));
        Assert.All(report.Progress[0].Content, s => Assert.All(s.RowsPerSecond(7), speed => Assert.Equal(200, speed, 1e-9)));
        XText(Page.Of(report), PageSections.Watched, "2 rows missing, 0 extra, 1 different; first: shop.orders MissingRow id = 5");
    }

    [Fact]
    public void A_folder_says_what_it_leaves_out_and_a_file_that_is_none_is_refused()
    {
        Keep("transfer.json", Documents.Copy(0, Documents.Done("orders")).ToJson());
        Keep("settings.json", """{"cqlite":{}}""");
        MigrationReport report = Read(_folder.Path, _folder["transfer.json"]);
        Assert.Equal([_folder["settings.json"]], report.LeftOut);
        Assert.Single(report.Inputs);
        Assert.Contains(Judgement.Of(report).Findings, f => f.Text.Contains("settings.json", StringComparison.Ordinal));
        Assert.Throws<UnsupportedFormatException>(() => Read(_folder["settings.json"]));
        Assert.Throws<StorageException>(() => Read(_folder["nowhere"]));
    }

    [Theory]
    [InlineData("""{"format":"cqlite-transfer"}""")]
    [InlineData("""{"format":"cqlite-transfer","operation":"copy","source":null,"target":null,"tables":null}""")]
    [InlineData("""{"format":"cqlite-sync","tables":[]}""")]
    [InlineData("""{"format":"cqlite-validation"}""")]
    [InlineData("""{"format":"cqlite-export"}""")]
    [InlineData("""{"event":"progress","operation":"copy","table":null,"rows":"many"}""")]
    [InlineData("""{"table":"a","reason":5,"cql":"b"}""")]
    [InlineData("""{"round":"x","dueAt":"y","status":"z"}""")]
    [InlineData("""{"event":"round","round":1,"dueAt":"2026-11-21T03:00:00Z","status":"7"}""")]
    [InlineData("{\"table\":\"a\",\"reason\":\"b\",\"cql\":\"\\ud800\"}")]
    [InlineData("{\"table\":\"a\",\"reason\":\"b\",\"cql\":\"c\"}\nno json\n{}")]
    public void What_does_not_decode_is_corrupt(string text)
    {
        Keep("x.json", text);
        Assert.Throws<CorruptDataException>(() => Read(_folder["x.json"]));
    }

    [Fact]
    public void Lists_with_nothing_in_them_are_corrupt()
    {
        string transfer = Documents.Copy(0, Documents.Done("orders")).ToJson();
        Keep("x.json", transfer.Replace("\"tables\": [", "\"tables\": [ null,", StringComparison.Ordinal));
        Assert.Throws<CorruptDataException>(() => Read(_folder["x.json"]));
    }

    [Fact]
    public void A_report_takes_the_place_of_a_file_only_when_it_may_and_leaves_nothing_else()
    {
        Keep("page.html", "mine");
        MigrationReport report = Documents.Report([Documents.Copy(0, Documents.Done("orders"))]);
        Assert.Throws<StorageException>(() => ReportFile.Write(PhysicalFileSystem.Instance, _folder["page.html"], report, ReportFormat.Html, new PageSettings(), overwrite: false));
        Assert.Equal("mine", File.ReadAllText(_folder["page.html"]));
        ReportFile.Write(PhysicalFileSystem.Instance, _folder["page.html"], report, ReportFormat.Html, new PageSettings(), overwrite: true);
        Assert.StartsWith("<!DOCTYPE html>\n<html", File.ReadAllText(_folder["page.html"]), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    private static void XText(Page page, string section, string expected) => Assert.Contains(expected, Page.TextOf(page.Section(section)), StringComparison.Ordinal);

    private static MigrationReport Read(params string[] paths)
    {
        ReportReader reader = new(PhysicalFileSystem.Instance);
        foreach (string path in paths)
            reader.Add(path);
        return reader.ToReport(title: null, Documents.At);
    }

    private Cqlite.Core.Query.QueryEngine Made()
    {
        Cqlite.Core.Engine.Database.Create(_folder["db"]);
        return Cqlite.Core.Query.QueryEngine.Open(_folder["db"]);
    }

    private void Keep(string name, string text) => File.WriteAllText(_folder[name], text);
}
