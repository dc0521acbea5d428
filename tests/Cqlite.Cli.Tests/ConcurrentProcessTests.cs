using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Processes beside each other on one database: one writes, any number read.</summary>
public sealed class ConcurrentProcessTests
{
    private const int Batches = 4000;
    private const int LeastLooks = 5;
    private const string Schema = """
        CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
        CREATE TABLE shop.pairs (id int, side text, value int, PRIMARY KEY (id, side));
        """;

    /// <summary>
    /// Each batch sets both rows of a partition to the same value. Whoever reads meanwhile finds whole batches only, none of which goes back, through flushes
    /// and compactions; and whoever wants to write is told which process does.
    /// </summary>
    [Fact]
    public async Task Readers_see_whole_batches_and_a_second_writer_is_refused()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "db");
        File.WriteAllText(Path.Combine(folder.Path, "shop.cql"), Schema);
        Assert.Equal(0, CqliteProcess.Run("database", "create", "--path", path, "--schema", Path.Combine(folder.Path, "shop.cql")).ExitCode);
        using Process writer = CqliteProcess.Start(["shell", "--database", path]);
        Task<string> output = writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = writer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using ManualResetEventSlim refused = new();
        Task writing = Task.Run(() => WriteBatches(writer, refused), TestContext.Current.CancellationToken);
        int seen = 0;
        bool wasRefused = false;
        try
        {
            for (int look = 0; look < LeastLooks || !writing.IsCompleted; look++)
            {
                seen = CheckWhole(path, seen);
                if (wasRefused || seen == 0)
                    continue;
                CqliteResult second = CqliteProcess.Run("query", "INSERT INTO shop.pairs (id, side, value) VALUES (0, 'c', 0)", "--database", path);
                Assert.Equal(2, second.ExitCode);
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {writer.Id} has the database open for writing"), second.Error, StringComparison.Ordinal);
                wasRefused = true;
                refused.Set();
            }
        }
        finally
        {
            refused.Set();
        }

        await writing;
        Assert.True(wasRefused);
        Assert.Equal(0, CqliteProcess.WaitForExit(writer));
        Assert.Equal("", await error);
        _ = await output;
        Assert.Equal(Batches, CheckWhole(path, seen));
    }

    // The writer stays until somebody else was refused.
    private static void WriteBatches(Process writer, ManualResetEventSlim refused)
    {
        for (int i = 1; i <= Batches; i++)
        {
            writer.StandardInput.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"BEGIN BATCH INSERT INTO shop.pairs (id, side, value) VALUES (0, 'a', {i}); INSERT INTO shop.pairs (id, side, value) VALUES (0, 'b', {i}); APPLY BATCH;\n"));
        }

        writer.StandardInput.Flush();
        refused.Wait();
        writer.StandardInput.Close();
    }

    /// <summary>Reads the pair from another process, and returns its value; 0 when there is none yet.</summary>
    private static int CheckWhole(string path, int atLeast)
    {
        CqliteResult read = CqliteProcess.Run("query", "SELECT side, value FROM shop.pairs WHERE id = 0", "--format", "csv", "--database", path);
        Assert.True(read.ExitCode == 0, read.Error);
        string[] rows = [.. read.Lines.Select(l => l.Trim()).Skip(1)];
        if (rows.Length == 0)
            return 0;
        Assert.Equal(2, rows.Length);
        int value = int.Parse(rows[0].Split(',')[1], CultureInfo.InvariantCulture);
        Assert.Equal($"a,{value}", rows[0]);
        Assert.Equal($"b,{value}", rows[1]);
        Assert.True(value >= atLeast, $"{value} was read after {atLeast}.");
        return value;
    }
}
