using Cqlite.Core.Errors;
using Cqlite.Core.SSTables.Bti;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

public sealed class PageCacheTests
{
    [Fact]
    public void What_is_read_is_the_files_content_whatever_the_cache_has_room_for()
    {
        byte[] content = new byte[(40 * PageCache.PageBytes) + 123];
        new Random(1).NextBytes(content);
        byte[] other = new byte[content.Length];
        new Random(2).NextBytes(other);
        PageCache cache = new(10 * PageCache.PageBytes);
        using PagedFile file = new(new MemoryFile("one", content), cache);
        using PagedFile otherFile = new(new MemoryFile("other", other), cache);

        Random random = new(3);
        for (int i = 0; i < 5_000; i++)
        {
            (PagedFile from, byte[] expected) = random.Next(2) == 0 ? (file, content) : (otherFile, other);
            int offset = random.Next(content.Length);
            byte[] bytes = new byte[random.Next(Math.Min(3 * PageCache.PageBytes, content.Length - offset) + 1)];
            from.Read(offset, bytes);
            Assert.True(expected.AsSpan(offset, bytes.Length).SequenceEqual(bytes));
            Assert.True(from.HasAt(offset, bytes));
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)]++;
                Assert.False(from.HasAt(offset, bytes));
            }
        }
    }

    [Fact]
    public void A_file_that_fits_is_read_once()
    {
        byte[] content = new byte[16 * PageCache.PageBytes];
        MemoryFile stored = new("one", content);
        using PagedFile file = new(stored, new PageCache(64 * PageCache.PageBytes));
        for (int round = 0; round < 3; round++)
            file.Read(0, new byte[content.Length]);

        Assert.Equal(16, stored.Reads);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 4_100)]
    [InlineData(4_099, 1)]
    [InlineData(long.MaxValue, 1)]
    public void What_the_file_does_not_have_is_corrupt(long offset, int length)
    {
        using PagedFile file = new(new MemoryFile("Rows.db", new byte[4_099]), new PageCache(0));

        CorruptDataException error = Assert.Throws<CorruptDataException>(() => file.Read(offset, new byte[length]));

        Assert.Equal(offset, error.Offset);
        Assert.False(file.HasAt(offset, new byte[length]));
    }
}
