using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>What migration commands say where something was mixed up: what was found, what is expected, and what to do.</summary>
public sealed class MigrationMessagesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_export_is_no_target()
    {
        Export();
        foreach (string[] command in (string[][])[["import", "--input", "export", "--output", "export"], ["copy", "--source", Repository.SampleSnapshot, "--tables", "app.hits", "--cqlite-path", "export"]])
        {
            Assert.Contains("export is an export, and is never written: name a database, or an empty or missing folder", Fails(["migrate", .. command]), StringComparison.Ordinal);
            Assert.Equal(["LOCK", "data", "manifest.json", "schema.cql"], Directory.GetFileSystemEntries(Path.Combine(_folder.Path, "export")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Files_of_Cassandra_are_no_target()
    {
        Export();
        CqliteResult copied = CqliteProcess.RunIn(_folder.Path, "sstable", "convert", Repository.SampleSnapshot, "--destination", "files");
        Assert.Equal(0, copied.ExitCode);
        Assert.Contains("files is no database of this product, and is never written", Fails("migrate", "import", "--input", "export", "--output", "files"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate import --input export", "there is no target: name a database, which is made where it is missing, with --cqlite-path DIR (or CQLITE_DATABASE_PATH), or a cluster with --target-hosts HOST.")]
    [InlineData("migrate convert --input-dir export", "there is no target: name a database, which is made where it is missing, with --cqlite-path DIR (or CQLITE_DATABASE_PATH).")]
    [InlineData("migrate copy --source export", "or a cluster with --target-hosts HOST.")]
    [InlineData("migrate check-validation export/manifest.json", "manifest.json: is of format 'cqlite-export'; 'cqlite-validation' is expected.")]
    [InlineData("migrate check-validation export", "export: is a folder; a file is needed.")]
    [InlineData("migrate export --source export --output export", "export: holds an export already: resume it, or name another folder.")]
    public void Says_what_is_there_and_what_is_needed(string command, string error)
    {
        Export();
        Assert.Contains(error, Fails(command.Split(' ')), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_where_a_cluster_was_looked_for_that_nobody_named()
    {
        (string, string)[] nowhere = [("CASSANDRA_PORT", "1"), ("CASSANDRA_HOSTS", "")];
        CqliteResult result = CqliteProcess.Run(["migrate", "export", "--output", Path.Combine(_folder.Path, "o")], null, nowhere);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("127.0.0.1:1: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("No cluster was named, so it was looked for here: --hosts HOST (or CASSANDRA_HOSTS) names one.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("No cluster was named", CqliteProcess.Run(["migrate", "export", "--hosts", "127.0.0.1", "--output", "o"], null, nowhere).Error, StringComparison.Ordinal);
    }

    private void Export() => Assert.Equal(0, CqliteProcess.RunIn(_folder.Path, "migrate", "export", "--source", Repository.SampleSnapshot, "--tables", "app.hits", "--output", "export").ExitCode);

    private string Fails(params string[] arguments)
    {
        CqliteResult result = CqliteProcess.RunIn(_folder.Path, arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        return result.Error;
    }
}
