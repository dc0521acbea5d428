using System.Text.Json;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>A database's life as a user of <c>cqlite</c> leads it: created, written, measured, backed up, damaged, verified, restored.</summary>
public sealed class DatabaseLifeTests
{
    private const string Schema = """
        CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
        CREATE TABLE shop.orders (id int PRIMARY KEY, total int);
        """;

    [Fact]
    public void From_creation_to_restoration()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "db");
        string backup = Path.Combine(folder.Path, "backup");
        File.WriteAllText(Path.Combine(folder.Path, "shop.cql"), Schema);
        Run(0, "database", "create", "--path", path, "--schema", Path.Combine(folder.Path, "shop.cql"));
        Assert.Contains("is a database already", Run(2, "database", "create", "--path", path).Error, StringComparison.Ordinal);
        Run(0, "query", "INSERT INTO shop.orders (id, total) VALUES (1, 10)", "--database", path);
        Run(0, "database", "flush", path);
        Run(0, "query", "INSERT INTO shop.orders (id, total) VALUES (2, 20)", "--database", path);
        Assert.Equal("2", Run(0, "query", "SELECT count(*) FROM shop.orders", "--format", "csv", "--database", path).Lines[^1].TrimEnd());
        Assert.Contains("1 SSTable of", Run(0, "database", "compact", path, "--keyspace", "shop").Lines[0].Split("->")[1], StringComparison.Ordinal);
        Assert.Contains("# TYPE cqlite_storage_usage_gb gauge", Run(0, "database", "metrics", path, "--prometheus").Output, StringComparison.Ordinal);
        Run(0, "database", "verify", path);

        JsonElement made = Run(0, "database", "backup", path, "--destination", backup, "--json").Json[0];
        Assert.Equal(0, made.GetProperty("copied_files").GetInt32());
        Run(0, "database", "verify", backup);
        string restored = Path.Combine(folder.Path, "restored");
        Run(0, "database", "restore", restored, "--from", backup);
        Assert.Contains("not empty", Run(2, "database", "restore", restored, "--from", backup).Error, StringComparison.Ordinal);
        Run(0, "database", "restore", restored, "--from", backup, "--force");
        Assert.Equal("30", Run(0, "query", "SELECT sum(total) FROM shop.orders", "--format", "csv", "--database", restored).Lines[^1].TrimEnd());

        string data = Directory.GetFiles(Path.Combine(backup, "data", "shop"), "*-Data.db", SearchOption.AllDirectories)[0];
        byte[] bytes = File.ReadAllBytes(data);
        bytes[0] ^= 1;
        File.Delete(data);
        File.WriteAllBytes(data, bytes);
        Run(1, "database", "verify", backup);
        Assert.Contains("SHA-256", Run(2, "database", "restore", Path.Combine(folder.Path, "never"), "--from", backup).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "never")));
    }

    [Fact]
    public void Settings_come_from_a_file_and_the_environment_and_unknown_ones_are_named()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Path, "db");
        string config = Path.Combine(folder.Path, "config.json");
        File.WriteAllText(config, $$"""{ "cqlite": { "database_path": {{JsonSerializer.Serialize(path)}}, "config": { "compression": "${CODEC:zstd}", "cache_size": "64MB" } } }""");
        File.WriteAllText(Path.Combine(folder.Path, "shop.cql"), Schema);
        Run(0, "database", "create", "--config", config, "--schema", Path.Combine(folder.Path, "shop.cql"));
        Assert.Contains("ZstdCompressor", Run(0, "schema", "show", "--database", path, "--keyspace", "shop").Output, StringComparison.Ordinal);
        CqliteResult snappy = CqliteProcess.Run(["query", "CREATE TABLE shop.s (a int PRIMARY KEY)", "--database", path], null, ("CQLITE_COMPRESSION", "snappy"));
        Assert.Equal((0, ""), (snappy.ExitCode, snappy.Error));
        Assert.Contains("SnappyCompressor", Run(0, "schema", "show", "--database", path, "--keyspace", "shop", "--table", "s").Output, StringComparison.Ordinal);
        CqliteResult refused = CqliteProcess.Run(["query", "CREATE TABLE shop.n (a int PRIMARY KEY)", "--database", path], null, ("CQLITE_READ_ONLY", "true"));
        Assert.Contains("open for reading", refused.Error, StringComparison.Ordinal);
        File.WriteAllText(config, """{ "cqlite": { "cachesize": 1 } }""");
        Assert.Contains("cqlite.cachesize: there is no such setting", Run(2, "database", "metrics", path, "--config", config).Error, StringComparison.Ordinal);
    }

    private static CqliteResult Run(int exitCode, params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run(arguments);
        Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Output}{result.Error}");
        return result;
    }
}
