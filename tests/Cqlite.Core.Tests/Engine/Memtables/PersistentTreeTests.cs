using Cqlite.Core.Engine.Memtables;
using Xunit;
using Tree = Cqlite.Core.Engine.Memtables.PersistentTree<
    Cqlite.Core.Tests.Engine.Memtables.PersistentTreeTests.Item, int, Cqlite.Core.Tests.Engine.Memtables.PersistentTreeTests.ByKey>;

namespace Cqlite.Core.Tests.Engine.Memtables;

public class PersistentTreeTests
{
    internal sealed record Item(int Key, string Value);

    internal readonly struct ByKey : ITreeOrder<Item, int>
    {
        public int Compare(Item item, in int key) => item.Key.CompareTo(key);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 3_000)]
    [InlineData(3, 40_000)]
    public void Behaves_as_a_sorted_dictionary_and_leaves_older_trees_as_they_were(int seed, int range)
    {
        Random random = new(seed);
        SortedDictionary<int, string> model = [];
        Tree tree = Tree.Empty;
        Tree? kept = null;
        KeyValuePair<int, string>[] keptContent = [];
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(range);
            model[key] = $"{key}:{i}";
            tree = tree.With(key, new Item(key, $"{key}:{i}"), default);
            if (i == 10_000)
            {
                kept = tree;
                keptContent = [.. model];
            }
        }

        AssertContent([.. model], tree);
        AssertContent(keptContent, kept!);
        for (int i = 0; i < 1_000; i++)
        {
            int key = random.Next(-5, range + 5);
            Assert.Equal(model.GetValueOrDefault(key), tree.Find(key, default)?.Value);

            Tree.Cursor forward = tree.Walk(reversed: false);
            forward.Seek(key, default);
            Assert.Equal(model.Keys.Where(k => k >= key).Select(k => (int?)k).FirstOrDefault(), forward.Peek?.Key);

            Tree.Cursor reversed = tree.Walk(reversed: true);
            reversed.Seek(key, default);
            Assert.Equal(model.Keys.Where(k => k <= key).Select(k => (int?)k).LastOrDefault(), reversed.Peek?.Key);
        }
    }

    [Fact]
    public void Sorted_input_stays_sorted_and_whole()
    {
        Tree tree = Tree.Empty;
        for (int i = 0; i < 10_000; i++)
            tree = tree.With(i, new Item(i, ""), default);

        Assert.Equal(10_000, tree.Count);
        Tree.Cursor cursor = tree.Walk(reversed: false);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(cursor.MoveNext(out Item? item));
            Assert.Equal(i, item.Key);
        }

        Assert.False(cursor.MoveNext(out _));
    }

    private static void AssertContent(KeyValuePair<int, string>[] expected, Tree tree)
    {
        Assert.Equal(expected.Length, tree.Count);
        foreach (bool reversed in new[] { false, true })
        {
            List<KeyValuePair<int, string>> found = [];
            Tree.Cursor cursor = tree.Walk(reversed);
            while (cursor.MoveNext(out Item? item))
                found.Add(new KeyValuePair<int, string>(item.Key, item.Value));
            if (reversed)
                found.Reverse();
            Assert.Equal(expected, found);
        }
    }
}
