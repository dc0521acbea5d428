using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fixtures;

public sealed class FixtureStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cqlite-store-").FullName;

    public FixtureStoreTests()
    {
        Directory.CreateDirectory(Path.Combine(Source, "data", ".hidden"));
        File.WriteAllBytes(Path.Combine(Source, "data", "a.db"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(Source, "data", ".hidden", "b.db"), new byte[100_000]);
        File.WriteAllBytes(Path.Combine(Source, "empty"), []);
        Directory.CreateDirectory(Archives);
        Entry = FixturePacker.Pack("some", Source, ["empty", "data/a.db", "data/.hidden/b.db"], Archives, quality: 1);
    }

    private string Source => Path.Combine(folder, "source");

    private string Archives => Path.Combine(folder, "archives");

    private string Cache => Path.Combine(folder, "cache");

    private FixtureArchiveEntry Entry { get; }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_archive_holds_what_was_packed()
    {
        var unpacked = Open().Folder("some");

        Assert.Equal(3, Entry.Files);
        Assert.Equal(100_003, Entry.UnpackedBytes);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(unpacked, "data", "a.db")));
        Assert.Equal(new byte[100_000], File.ReadAllBytes(Path.Combine(unpacked, "data", ".hidden", "b.db")));
        Assert.Empty(File.ReadAllBytes(Path.Combine(unpacked, "empty")));
        Assert.True(File.GetAttributes(Path.Combine(unpacked, "data", "a.db")).HasFlag(FileAttributes.ReadOnly));
    }

    [Fact]
    public void Packing_again_changes_no_byte()
    {
        var again = Directory.CreateDirectory(Path.Combine(folder, "again")).FullName;
        var entry = FixturePacker.Pack("some", Source, ["data/.hidden/b.db", "empty", "data/a.db"], again, quality: 1);

        Assert.Equal(Entry, entry);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Archives, "some.tar.br")), File.ReadAllBytes(Path.Combine(again, "some.tar.br")));
    }

    [Fact]
    public void Files_packed_with_gzip_are_stored_plain()
    {
        using (var gzip = new System.IO.Compression.GZipStream(File.Create(Path.Combine(Source, "text.txt.gz")), System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write("recorded"u8);
        var entry = FixturePacker.Pack("text", Source, ["text.txt.gz"], Archives, quality: 1);

        var store = new FixtureStore(Archives, Cache, new Dictionary<string, FixtureArchiveEntry> { ["text"] = entry });

        Assert.Equal("recorded", File.ReadAllText(Path.Combine(store.Folder("text"), "text.txt")));
    }

    [Fact]
    public void A_second_store_uses_the_folder_that_is_there()
    {
        var first = Open().Folder("some");
        var made = File.GetLastWriteTimeUtc(Path.Combine(first, "data", "a.db"));
        File.Delete(Path.Combine(Archives, "some.tar.br"));

        Assert.Equal(first, Open().Folder("some"));
        Assert.Equal(made, File.GetLastWriteTimeUtc(Path.Combine(first, "data", "a.db")));
    }

    [Fact]
    public void A_folder_that_lost_a_file_is_unpacked_again()
    {
        var unpacked = Open().Folder("some");
        var lost = Path.Combine(unpacked, "data", ".hidden", "b.db");
        File.SetAttributes(lost, FileAttributes.Normal);
        File.Delete(lost);

        Assert.Equal(unpacked, Open().Folder("some"));
        Assert.True(File.Exists(lost));
    }

    [Fact]
    public async Task Stores_that_unpack_at_once_agree()
    {
        var folders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open().Folder("some"))));

        Assert.Single(folders.Distinct());
        Assert.Equal([folders[0]], Directory.EnumerateDirectories(Cache));
    }

    [Fact]
    public void An_archive_that_is_not_the_recorded_one_is_refused()
    {
        File.WriteAllText(Path.Combine(Archives, "some.tar.br"), "version https://git-lfs");

        var error = Assert.Throws<InvalidDataException>(() => Open().Folder("some"));

        Assert.Contains(Entry.Sha256, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_archive_is_named_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => Open().Folder("other"));

        Assert.Contains("\"other\"; there are some.", error.Message, StringComparison.Ordinal);
    }

    private FixtureStore Open() => new(Archives, Cache, new Dictionary<string, FixtureArchiveEntry> { ["some"] = Entry });
}
