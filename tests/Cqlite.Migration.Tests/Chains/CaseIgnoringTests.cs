using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Chains;

/// <summary>Keyspaces and tables whose names differ in case alone, on a disk for which that is no difference.</summary>
public sealed class CaseIgnoringTests
{
    private static readonly string[] s_tables = ["shop.t", "shop.\"T\"", "\"Shop\".t", "\"Shop\".\"T\"", "\"SHOP\".other"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_keeps_its_own_rows_through_reopening_exports_and_imports()
    {
        SimulatedDisk disk = SimulatedDisk.IgnoringCase();
        DatabaseOptions options = new() { Files = disk };
        Database.Create("/one", disk);
        using (QueryEngine one = QueryEngine.Open("/one", options))
        {
            foreach (string keyspace in (string[])["shop", "\"Shop\"", "\"SHOP\""])
                one.Execute($"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}").Dispose();
            for (int i = 0; i < s_tables.Length; i++)
            {
                one.Execute($"CREATE TABLE {s_tables[i]} (k int PRIMARY KEY, v text)").Dispose();
                for (int row = 0; row <= i; row++)
                    one.Execute($"INSERT INTO {s_tables[i]} (k, v) VALUES ({row}, 'of {i}')").Dispose();
            }

            one.Database.Flush();
        }

        Require("/one", options);
        using (StoredSource source = StoredSource.Open("/one", options))
        {
            TransferResult exported = await new Exporter(source, "/export", new ExportSettings { Tables = ["shop", "Shop", "SHOP"], Files = disk }).RunAsync(Cancellation);
            Assert.True(exported.Succeeded, exported.ToJson());
        }

        Require("/export", options);
        Database.Create("/two", disk);
        using (QueryEngine two = QueryEngine.Open("/two", options))
        {
            TransferResult imported = await new Importer("/export", new DatabaseTarget(two), new ImportSettings { Files = disk }).RunAsync(Cancellation);
            Assert.True(imported.Succeeded, imported.ToJson());
            two.Execute("DROP TABLE shop.t").Dispose();
            two.Execute("CREATE TABLE shop.t (k int PRIMARY KEY, v text)").Dispose();
            two.Execute("INSERT INTO shop.t (k, v) VALUES (0, 'of 0')").Dispose();
        }

        Require("/two", options);
    }

    private static void Require(string path, DatabaseOptions options)
    {
        using QueryEngine engine = QueryEngine.Open(path, options);
        for (int i = 0; i < s_tables.Length; i++)
        {
            using QueryResult rows = engine.Execute($"SELECT v FROM {s_tables[i]}");
            int count = 0;
            while (rows.MoveNext())
            {
                Assert.Equal($"of {i}", System.Text.Encoding.UTF8.GetString(rows.GetValue(0, out _)));
                count++;
            }

            Assert.Equal((s_tables[i], i + 1), (s_tables[i], count));
        }
    }
}
