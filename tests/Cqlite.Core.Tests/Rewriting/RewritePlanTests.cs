using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Where what is made of SSTables goes.</summary>
public sealed class RewritePlanTests
{
    private const string Events = "events-0123456789abcdef0123456789abcdef";
    private const string Hits = "hits-00112233445566778899aabbccddeeff";

    [Fact]
    public void One_table_goes_into_the_folder_itself()
    {
        Assert.Equal("/out: nb-1 nb-2", Plan($"/data/ks/{Events}/nb-1-big-Data.db", $"/data/ks/{Events}/nb-2-big-Data.db"));
        Assert.Equal("/out: nb-1", Plan("/loose/nb-1-big-Data.db"));
    }

    [Fact]
    public void Snapshots_backups_and_data_directories_of_a_table_are_one_table() => Assert.Equal(
        "/out: nb-1 nb-2 nb-3 nb-4",
        Plan($"/a/ks/{Events}/nb-1-big-Data.db", $"/b/ks/{Events}/nb-2-big-Data.db", $"/a/ks/{Events}/snapshots/s/nb-3-big-Data.db", $"/a/ks/{Events}/backups/nb-4-big-Data.db"));

    [Fact]
    public void Several_tables_and_their_indexes_have_folders_of_their_own() => Assert.Equal(
        $"/out/ks/{Events}: nb-1; /out/ks/{Events}/.city: nb-1; /out/ks/{Hits}: da-7; /out/some/where: nb-1",
        Plan($"/data/ks/{Events}/nb-1-big-Data.db", $"/data/ks/{Events}/.city/nb-1-big-Data.db", $"/data/ks/{Hits}/da-7-bti-Data.db", "/some/where/nb-1-big-Data.db"));

    [Fact]
    public void Beside_its_source_nothing_is_written()
    {
        SSTableDescriptor source = SSTableDescriptor.Parse($"/data/ks/{Events}/nb-1-big-Data.db");
        Assert.Throws<ArgumentException>(() => RewritePlan.Of([source], source.Directory));
        SSTableDescriptor index = SSTableDescriptor.Parse($"/data/ks/{Events}/.city/nb-1-big-Data.db");
        Assert.Throws<ArgumentException>(() => RewritePlan.Of([index], Path.GetDirectoryName(index.Directory)!));
    }

    private static string Plan(params string[] paths)
    {
        string root = Path.GetPathRoot(Path.GetFullPath("/"))!;
        return string.Join("; ", RewritePlan.Of([.. paths.Select(SSTableDescriptor.Parse)], "/out").Select(g =>
            $"{g.OutputDirectory[(root.Length - 1)..].Replace('\\', '/')}: {string.Join(' ', g.Sources.Select(s => $"{s.Version.Name}-{s.Id.Text}"))}"));
    }
}
