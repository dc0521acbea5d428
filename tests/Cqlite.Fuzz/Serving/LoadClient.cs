using Cqlite.Cassandra.Client;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Serving;

/// <summary>One client of <see cref="LoadRun"/>, with rows of its own: it knows what each must hold.</summary>
internal sealed class LoadClient(CassandraConnection connection, int number, Random random, int partitions, int rows)
{
    private const int LongestText = 2000;
    private readonly string?[,] _texts = new string?[partitions, rows];
    private long _count;
    private long _serial;

    /// <summary>Does one thing, and compares the answer.</summary>
    /// <exception cref="InvalidDataException">The answer is wrong.</exception>
    public Task StepAsync()
    {
        int p = random.Next(partitions);
        int c = random.Next(rows);
        return random.Next(20) switch
        {
            < 6 => WriteAsync(p, c),
            < 13 => ReadAsync(p, c),
            13 => DeleteAsync(p, c),
            14 => BatchAsync(p),
            15 => InsertIfNotThereAsync(p, c),
            16 => CountAsync(),
            17 or 18 => SliceAsync(p, c),
            _ => BeRefusedAsync(p),
        };
    }

    /// <summary>Compares everything, page by page.</summary>
    public async Task CheckAllAsync()
    {
        for (int p = 0; p < partitions; p++)
            await CompareAsync(p, 0, "SELECT c, v FROM load.rows WHERE client = ? AND p = ?", [number, p]);
        using QueryResult counted = await AskAsync("SELECT n FROM load.counts WHERE client = ?", number);
        long found = counted.MoveNext() ? counted.GetInt64(0) : 0;
        Require(found == _count, $"the counter has {found} instead of {_count}");
    }

    private async Task<QueryResult> AskAsync(string cql, params object?[] values)
    {
        CassandraStatement statement = await connection.PrepareAsync(cql);
        return await connection.ExecuteAsync(statement, statement.Bind(values));
    }

    private string NextText() => $"{++_serial} {new string((char)('a' + random.Next(26)), random.Next(10) == 0 ? random.Next(LongestText) : random.Next(50))}";

    private async Task WriteAsync(int p, int c)
    {
        string text = NextText();
        (await AskAsync("INSERT INTO load.rows (client, p, c, v, n) VALUES (?, ?, ?, ?, ?)", number, p, c, text, _serial)).Dispose();
        _texts[p, c] = text;
    }

    private async Task ReadAsync(int p, int c)
    {
        using QueryResult result = await AskAsync("SELECT v FROM load.rows WHERE client = ? AND p = ? AND c = ?", number, p, c);
        string? found = result.MoveNext() ? result.GetString(0) : null;
        Require(found == _texts[p, c], $"row {p}, {c} has {found} instead of {_texts[p, c]}");
    }

    private async Task DeleteAsync(int p, int c)
    {
        (await AskAsync("DELETE FROM load.rows WHERE client = ? AND p = ? AND c = ?", number, p, c)).Dispose();
        _texts[p, c] = null;
    }

    private async Task BatchAsync(int p)
    {
        string text = NextText();
        (await AskAsync("BEGIN BATCH INSERT INTO load.rows (client, p, c, v) VALUES (?, ?, 0, ?); INSERT INTO load.rows (client, p, c, v) VALUES (?, ?, 1, ?) APPLY BATCH", number, p, text, number, p, text)).Dispose();
        _texts[p, 0] = _texts[p, 1] = text;
    }

    private async Task InsertIfNotThereAsync(int p, int c)
    {
        string text = NextText();
        using QueryResult result = await AskAsync("INSERT INTO load.rows (client, p, c, v) VALUES (?, ?, ?, ?) IF NOT EXISTS", number, p, c, text);
        bool isApplied = result.MoveNext() && result.GetBoolean(0);
        Require(isApplied == _texts[p, c] is null, $"a condition on row {p}, {c} gave {isApplied}");
        _texts[p, c] ??= text;
    }

    private async Task CountAsync()
    {
        int step = random.Next(-5, 6);
        (await AskAsync("UPDATE load.counts SET n = n + ? WHERE client = ?", (long)step, number)).Dispose();
        _count += step;
    }

    private Task SliceAsync(int p, int c) => CompareAsync(p, c, "SELECT c, v FROM load.rows WHERE client = ? AND p = ? AND c >= ?", [number, p, c]);

    private async Task CompareAsync(int p, int from, string cql, object?[] values)
    {
        using QueryResult result = await AskAsync(cql, values);
        int at = from;
        while (result.MoveNext())
        {
            int c = result.GetInt32(0);
            for (; at < c; at++)
                Require(_texts[p, at] is null, $"row {p}, {at} is missing");
            Require(result.GetString(1) == _texts[p, c], $"row {p}, {c} of a slice has {result.GetString(1)} instead of {_texts[p, c]}");
            at = c + 1;
        }

        for (; at < rows; at++)
            Require(_texts[p, at] is null, $"row {p}, {at} is missing at a slice's end");
    }

    private async Task BeRefusedAsync(int p)
    {
        try
        {
            (await connection.ExecuteAsync($"SELECT nothing{p} FROM load.rows")).Dispose();
            throw new InvalidDataException($"client {number}: a column that is none was selected.");
        }
        catch (InvalidQueryException)
        {
            // As it has to be.
        }
    }

    private void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new InvalidDataException($"client {number}: {otherwise}.");
    }
}
