using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Schemas;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Chains;

/// <summary>What one user begins another goes on with, whose numbers are written otherwise.</summary>
public sealed class ForeignNumbersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_of_one_is_taken_and_certified_by_the_other()
    {
        using TwoDatabases both = new([.. TwoDatabases.Sample, "INSERT INTO k.t (p, c, n, l) VALUES (-7, -8, -9, [-1, -2]) USING TIMESTAMP -5"]);
        using TemporaryFolder folder = new();
        using StoredSource source = new(both.Source, OperandKind.Database);
        TableMetadata table = both.Source.Database.Schema.Table("k", "t")!;
        string digest = TableDigest.Of(table);
        TransferResult exported = await new Exporter(source, folder["export"]).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());
        string certificate = (await both.ValidateAsync()).Seal().ToJson();

        using ForeignNumbers numbers = ForeignNumbers.Use();
        Assert.Equal(digest, TableDigest.Of(table));
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"]);
        TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation);
        Assert.True(imported.Succeeded, imported.ToJson());
        TransferResult resumed = await new Exporter(source, folder["export"], new ExportSettings { Resume = true }).RunAsync(Cancellation);
        Assert.True(resumed.Succeeded, resumed.ToJson());
        Database.Create(folder["copy"]);
        using QueryEngine copy = QueryEngine.Open(folder["copy"]);
        TransferResult copied = await new Copier(source, new DatabaseTarget(copy)).RunAsync(Cancellation);
        Assert.True(copied.Succeeded, copied.ToJson());

        ValidationReport read = ValidationReport.Parse(certificate, "certificate");
        Assert.Equal(CheckStatus.Passed, Certificates.VerifyText(read));
        Assert.All(await Certificates.VerifyOperandAsync(read, source, isSource: true, Cancellation), t => Assert.Equal((CheckStatus.Passed, t.Expected), (t.Status, t.Actual)));
        using StoredSource there = new(copy, OperandKind.Database);
        ValidationReport compared = await new Validator(source, there, new ValidationSettings { WriteTimes = true, NowSeconds = TwoDatabases.Now }).RunAsync(cancellation: Cancellation);
        Assert.All(compared.Tables, t => Assert.Equal((0L, 0L, 0L), (t.DifferentRows ?? -1, t.MissingRows ?? -1, t.ExtraRows ?? -1)));
    }
}
