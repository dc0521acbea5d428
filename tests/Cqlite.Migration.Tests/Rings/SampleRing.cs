using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Tests.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>The sample of two databases, with more partitions than a ring has nodes: as a database, on a ring, and exported from there. Tests do not change it.</summary>
public sealed class SampleRing : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServedRing? _ring;

    /// <summary>What makes it.</summary>
    internal static string[] Script { get; } =
    [
        .. TwoDatabases.Sample,
        .. Enumerable.Range(10, 50).Select(i => $"INSERT INTO k.t (p, c, s, v, l) VALUES ({i}, 1, 's{i}', 'v{i}', [{i}, 1]) USING TIMESTAMP {1000 + (i % 3)}"),
        "CREATE TABLE k.counts (p int PRIMARY KEY, n counter)",
        .. Enumerable.Range(1, 20).Select(i => $"UPDATE k.counts SET n = n + {i} WHERE p = {i}"),
    ];

    /// <summary>The ring.</summary>
    internal ClusterSource Cluster { get; private set; } = null!;

    /// <summary>Its export.</summary>
    internal StoredSource Export { get; private set; } = null!;

    /// <summary>A ring of what a database has.</summary>
    internal static Task<ServedRing> OfAsync(QueryEngine engine) => ServedRing.StartAsync(TwoDatabases.Now, async (node, number) =>
    {
        using StoredSource source = new(engine, OperandKind.Database);
        await RingFolders.FillAsync(node, number, source, "k");
    });

    public async ValueTask InitializeAsync()
    {
        using TwoDatabases both = new(Script);
        _ring = await OfAsync(both.Source);
        Cluster = new ClusterSource(_ring.Connection, new ClusterReading { ReadAtMicros = TwoDatabases.Now * 1_000_000 });
        TransferResult exported = await new Exporter(Cluster, _folder["export"], new ExportSettings { Tables = ["k"] }).RunAsync(CancellationToken.None);
        Assert.True(exported.Succeeded, exported.ToJson());
        Export = StoredSource.Open(_folder["export"]);
    }

    public async ValueTask DisposeAsync()
    {
        Export?.Dispose();
        Cluster?.Dispose();
        if (_ring is not null)
            await _ring.DisposeAsync();
        _folder.Dispose();
    }
}
