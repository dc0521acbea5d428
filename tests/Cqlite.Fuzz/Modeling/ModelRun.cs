using System.Text.RegularExpressions;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Fuzz.Modeling;

/// <summary>A clock that is set.</summary>
internal sealed class ModelClock : TimeProvider
{
    /// <summary>The moment, in seconds since 1970.</summary>
    public long Seconds { get; set; } = ModelCase.StartSeconds;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
}

/// <summary>A database on a disk in memory and the model of it, to which the same is done.</summary>
internal sealed partial class ModelRun : IDisposable
{
    private const string Folder = "/databases/one";
    private SimulatedDisk _disk = new();
    private QueryEngine _engine;

    public ModelRun(ModelTable table)
    {
        Table = table;
        Facts = new ModelFacts(table);
        Database.Create(Folder, _disk);
        _disk.SyncDirectory("/");
        _engine = Open();
        Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TYPE k.u (a int, b text)");
        Execute(table.Definition());
        Execute("CREATE TABLE k.n (p int, c int, s counter static, n counter, PRIMARY KEY (p, c))");
    }

    /// <summary>The table's shape.</summary>
    public ModelTable Table { get; }

    /// <summary>The model.</summary>
    public ModelFacts Facts { get; }

    /// <summary>The time of both.</summary>
    public ModelClock Clock { get; } = new();

    /// <summary>The counters of the table <c>k.n</c>: by partition and row, which is null for the static one.</summary>
    public Dictionary<(int Partition, int? Row), long> Counters { get; } = [];

    /// <summary>The statements executed so far.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Does all operations, comparing after each that moves data, and at the end.</summary>
    /// <exception cref="InvalidDataException">The database answers otherwise than the model.</exception>
    public void Run(IReadOnlyList<ModelOperation> operations)
    {
        foreach (ModelOperation operation in operations)
        {
            operation.Run(this);
            if (operation is StorageOperation or SchemaOperation)
                Compare();
        }

        Compare();
        CompareCounters();
    }

    /// <summary>Executes what gives no rows.</summary>
    public void Execute(string cql)
    {
        Log.Add(cql);
        _engine.Execute(cql).Dispose();
    }

    /// <summary>The rows of a SELECT, each a text; by pages of random sizes where a random is given.</summary>
    public List<string> Select(string cql, Random? pages = null)
    {
        List<string> rows = [];
        byte[]? next = null;
        do
        {
            QueryOptions options = new() { PageSize = pages?.Next(1, 6), PagingState = next };
            using QueryResult result = _engine.Execute(cql, options: options);
            while (result.MoveNext())
                rows.Add(string.Join(", ", Enumerable.Range(0, result.Columns.Length).Select(i => Text(result, i))));
            next = result.PagingState;
        }
        while (next is not null);
        return rows;
    }

    /// <summary>Does what must change no row.</summary>
    public void Do(StorageAction action, Random random)
    {
        Log.Add($"-- {action}");
        switch (action)
        {
            case StorageAction.Flush:
                _engine.Database.Flush();
                break;
            case StorageAction.Compact:
                bool split = random.Next(2) == 0;
                _engine.Database.Compact(_engine.Database.Schema.Table("k", "t")!, split);
                _engine.Database.Compact(_engine.Database.Schema.Table("k", "n")!, split);
                break;
            case StorageAction.Reopen:
                _engine.Dispose();
                Reopen();
                break;
            default:
                SimulatedDisk after = _disk.Crash(random);
                Close();
                _disk = after;
                Reopen();
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Compares all rows, with times and TTLs of the cells that have them.</summary>
    private void Compare()
    {
        List<ModelColumn> timed = [.. Facts.Columns.Where(c => !ModelValue.IsMultiCell(c.Kind))];
        IEnumerable<string> selected = [.. Table.PartitionNames, .. Facts.ClusteringNames, .. Facts.Columns.Select(c => c.Name), .. timed.Select(c => $"writetime({c.Name}), ttl({c.Name})")];
        List<string> expected = [];
        foreach (ModelRow row in Facts.Read(Clock.Seconds))
        {
            IEnumerable<string> keys = row.Partition.Concat(row.Clustering ?? Enumerable.Repeat<object?>(null, Table.Clustering.Length)).Select(v => ModelValue.Literal(v, ValueKind.Int));
            IEnumerable<string> values = Facts.Columns.Select(c => ModelValue.Literal(row.Values.GetValueOrDefault(c.Name), c.Kind));
            IEnumerable<string> times = timed.Select(c => row.Times.TryGetValue(c.Name, out (long At, long? ExpiresAt) time) ? $"{time.At}, {(time.ExpiresAt is { } end ? $"{end - Clock.Seconds}" : "null")}" : "null, null");
            expected.Add(string.Join(", ", [.. keys, .. values, .. times]));
        }

        Compare($"SELECT {string.Join(", ", selected)} FROM k.t", expected);
    }

    private void CompareCounters()
    {
        List<string> expected = [];
        foreach (int partition in Counters.Keys.Select(k => k.Partition).Distinct().OrderBy(p => KeyOrder.TokenOf([p])))
        {
            string ofPartition = Counters.TryGetValue((partition, null), out long number) ? $"{number}" : "null";
            int?[] rows = [.. Counters.Keys.Where(k => k.Partition == partition && k.Row is not null).Select(k => k.Row).Order()];
            expected.AddRange(rows.Select(r => $"{partition}, {r}, {ofPartition}, {Counters[(partition, r)]}"));
            if (rows.Length == 0)
                expected.Add($"{partition}, null, {ofPartition}, null");
        }

        Compare("SELECT p, c, s, n FROM k.n", expected);
    }

    /// <summary>Compares what a SELECT answers.</summary>
    public void Compare(string cql, IReadOnlyList<string> expected, Random? pages = null)
    {
        List<string> found = Select(cql, pages);
        if (!found.SequenceEqual(expected))
            throw new InvalidDataException($"{cql}\n  expected:\n    {string.Join("\n    ", expected)}\n  found:\n    {string.Join("\n    ", found)}");
    }

    private static string Text(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        if (isNull)
            return "null";
        BufferWriter output = new();
        result.Columns[column].Type.WriteLiteral(value, output);
        return NullField().Replace(output.ToString(), "").Replace(", }", "}", StringComparison.Ordinal);
    }

    private QueryEngine Open() => QueryEngine.Open(
        Folder,
        new DatabaseOptions { Files = _disk, Clock = Clock, Durability = Durability.Batch, CompactionThreads = Table.CompactsInBackground ? 1 : 0, CompactionBytesPerSecond = 0, CommitLogSegmentBytes = 64 << 10, SSTableVersion = SSTableVersion.OfName(Table.Version) });

    // The clock may not stand still while the database is closed, for it has what is defined to follow what was defined before.
    private void Reopen()
    {
        Clock.Seconds++;
        _engine = Open();
    }

    private void Close()
    {
        try
        {
            _engine.Dispose();
        }
        catch (StorageException)
        {
            // Its disk is gone.
        }
    }

    // Fields without a value are not told apart from fields that the value is too old to have.
    [GeneratedRegex(@"\b[abc]: null(, )?")]
    private static partial Regex NullField();
}
