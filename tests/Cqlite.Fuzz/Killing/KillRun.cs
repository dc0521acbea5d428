using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Killing;

/// <summary>
/// Kills a writing process at random moments, again and again on one database, and each time compares what is there with what was acknowledged.
/// </summary>
/// <param name="folder">The database's folder, which must not exist.</param>
/// <param name="writers">Threads of the process.</param>
/// <param name="random">When to kill.</param>
internal sealed class KillRun(string folder, int writers, Random random)
{
    /// <summary>The keyspace.</summary>
    public const string Keyspace = "k";

    /// <summary>The table.</summary>
    public const string Table = "t";

    private const int ValuesOfARun = 1_000_000;
    private const int ShortestMillis = 1;
    private const int LongestMillis = 250;
    private const int StartMillis = 300_000;
    private readonly int[] _acknowledged = new int[writers * KilledWriter.PartitionsOfAWriter];

    /// <summary>Writes acknowledged in all runs.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Makes the database, and kills a process that writes to it so many times.</summary>
    /// <exception cref="InvalidDataException">Something acknowledged is gone, or half a write is there.</exception>
    public void Execute(int times, Action<int>? afterEach = null)
    {
        Database.Create(folder);
        using (QueryEngine queries = QueryEngine.Open(folder))
        {
            queries.Execute($"CREATE KEYSPACE {Keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}");
            queries.Execute($"CREATE TABLE {Keyspace}.{Table} (p int, c int, v int, PRIMARY KEY (p, c))");
        }

        for (int run = 1; run <= times; run++)
        {
            // The numbers start anew after a while, so that they do not end; timestamps go on.
            KillOnce((run % 2000) * ValuesOfARun);
            Check(run);
            afterEach?.Invoke(run);
        }
    }

    private void KillOnce(int firstValue)
    {
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in (string[])[typeof(KillRun).Assembly.Location, Program.KilledWriterCommand, folder, Number(writers), Number(firstValue)])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process process = Process.Start(start)!;
        using ManualResetEventSlim begun = new(initialState: false);
        int[] seen = [.. _acknowledged];
        Thread reader = new(() => Read(process.StandardOutput.BaseStream, seen, begun));
        reader.Start();
        begun.Wait(StartMillis);
        Thread.Sleep(random.Next(ShortestMillis, LongestMillis));
        process.Kill();
        process.WaitForExit();
        reader.Join();
        seen.CopyTo(_acknowledged, 0);
    }

    private void Read(Stream output, int[] seen, ManualResetEventSlim begun)
    {
        byte[] report = new byte[KilledWriter.ReportLength];
        while (output.ReadAtLeast(report, report.Length, throwOnEndOfStream: false) == report.Length)
        {
            seen[BinaryPrimitives.ReadInt32BigEndian(report)] = BinaryPrimitives.ReadInt32BigEndian(report.AsSpan(4));
            Acknowledged++;
            begun.Set();
        }

        begun.Set();
    }

    private void Check(int run)
    {
        using QueryEngine queries = QueryEngine.Open(folder, new DatabaseOptions { ReadOnly = run % 2 == 0 });
        int[] found = new int[_acknowledged.Length];
        int[] rows = new int[_acknowledged.Length];
        using QueryResult result = queries.Execute($"SELECT p, v FROM {Keyspace}.{Table}");
        while (result.MoveNext())
        {
            int partition = BinaryPrimitives.ReadInt32BigEndian(result.GetValue(0, out _));
            int value = BinaryPrimitives.ReadInt32BigEndian(result.GetValue(1, out _));
            if (rows[partition]++ > 0 && found[partition] != value)
                throw new InvalidDataException($"run {run}: partition {partition} has half a write: rows of {found[partition]} and {value}.");
            found[partition] = value;
        }

        for (int partition = 0; partition < found.Length; partition++)
        {
            bool isWhole = rows[partition] == KilledWriter.RowsOfAWrite || (rows[partition] == 0 && _acknowledged[partition] == 0);
            if (!isWhole)
                throw new InvalidDataException($"run {run}: partition {partition} has {rows[partition]} rows of {KilledWriter.RowsOfAWrite}.");
            bool isOfRun = found[partition] / ValuesOfARun == _acknowledged[partition] / ValuesOfARun;
            if (isOfRun && found[partition] < _acknowledged[partition])
                throw new InvalidDataException($"run {run}: partition {partition} has write {found[partition]}, but {_acknowledged[partition]} was acknowledged.");
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
