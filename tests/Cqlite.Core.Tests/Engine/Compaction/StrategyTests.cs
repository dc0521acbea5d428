using System.Globalization;
using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>What strategies choose, by what Cassandra's documentation says of them; and what holds whatever they choose from.</summary>
public sealed class StrategyTests
{
    private const long NowSeconds = 2_000_000_000;
    private const long Mega = 1 << 20;
    private const long Day = 86_400;

    [Theory]
    [InlineData("", "100 110 90 105", "100 110 90 105")]
    [InlineData("", "100 110 90", "")]
    [InlineData("", "100 110 90 1000", "")]
    [InlineData("min_threshold=2", "100 1000 110", "100 110")]
    [InlineData("min_threshold=2;max_threshold=3", "100 101 102 103 104", "100 101 102")]
    [InlineData("", "1 10 40 20", "1 10 40 20")]
    [InlineData("min_sstable_size=0", "1 10 40 20", "")]
    [InlineData("bucket_high=3.0;bucket_low=0.3", "100 150 210 280", "100 150 210 280")]
    [InlineData("", "100 160 240 360", "")]
    [InlineData("min_threshold=2", "100 110 1000 1100", "100 110")]
    public void Size_tiers_are_of_similar_size(string options, string sizes, string chosen)
    {
        CompactionCandidate[] all = [.. Numbers(sizes).Select((mega, i) => Of(i + 1) with { StoredBytes = mega * Mega })];
        CompactionTask? task = Propose("SizeTieredCompactionStrategy", options, all).Task;
        Assert.Equal(chosen, task is null ? "" : string.Join(' ', task.Inputs.Select(i => all.Single(a => a.Id == i).StoredBytes / Mega).OrderBy(s => Array.IndexOf([.. Numbers(sizes)], s))));
        if (task is not null)
            Assert.Equal((CompactionReason.SizeTier, new SizedOutput(0)), (task.Reason, (SizedOutput)task.Output));
    }

    [Theory]
    [InlineData("", 0.3, 2, "1")]
    [InlineData("", 0.1, 2, "")]
    [InlineData("tombstone_threshold=0.05", 0.1, 2, "1")]
    [InlineData("", 0.3, 0, "")]
    [InlineData("tombstone_compaction_interval=0", 0.3, 0, "1")]
    [InlineData("enabled=true;unchecked_tombstone_compaction=false", 0.3, 2, "1")]
    public void One_SSTable_is_compacted_for_its_tombstones(string options, double ratio, int ageDays, string chosen)
    {
        CompactionCandidate one = Of(1) with
        {
            EstimatedCells = 1000,
            DropTimes = new TombstoneHistogram([new KeyValuePair<long, int>(1_000_000, (int)(2000 * ratio))]),
            CreatedMillis = (NowSeconds - (ageDays * Day)) * 1000,
        };
        Assert.InRange(one.DroppableRatio(NowSeconds), ratio * 0.9, ratio * 2.1);
        one = one with { DropTimes = new TombstoneHistogram([new KeyValuePair<long, int>(1_000_000, (int)(1000 * ratio)), new KeyValuePair<long, int>(1_000_001, 0)]) };
        foreach (string strategy in new[] { "SizeTieredCompactionStrategy", "LeveledCompactionStrategy" })
        {
            CompactionTask? task = Propose(strategy, options, one).Task;
            Assert.Equal(chosen, Ids(task));
            Assert.Equal(chosen.Length > 0 ? CompactionReason.Tombstones : null, task?.Reason);
        }
    }

    [Fact]
    public void Overlap_keeps_an_SSTable_from_being_compacted_for_its_tombstones()
    {
        CompactionCandidate one = Of(1, 0, 1000) with
        {
            EstimatedCells = 1000,
            DropTimes = new TombstoneHistogram([new KeyValuePair<long, int>(1_000_000, 300), new KeyValuePair<long, int>(1_000_001, 0)]),
        };
        Assert.Equal("", Ids(Propose("SizeTieredCompactionStrategy", "", one, Of(2, 0, 900)).Task));
        Assert.Equal("1", Ids(Propose("SizeTieredCompactionStrategy", "unchecked_tombstone_compaction=true", one, Of(2, 0, 900)).Task));

        // A tenth of it overlaps: nine tenths of thirty per cent may go.
        Assert.Equal("1", Ids(Propose("SizeTieredCompactionStrategy", "", one, Of(2, 900, 1900)).Task));
    }

    [Fact]
    public void Level_zero_goes_to_level_one_with_what_it_overlaps_there()
    {
        CompactionCandidate[] all =
        [
            Of(1, 0, 500) with { StoredBytes = 100 * Mega, MaxTimestampMicros = 1 },
            Of(2, 400, 700) with { StoredBytes = 100 * Mega, MaxTimestampMicros = 2 },
            Of(3, 0, 300) with { Level = 1, StoredBytes = 160 * Mega },
            Of(4, 301, 699) with { Level = 1, StoredBytes = 160 * Mega },
            Of(5, 800, 999) with { Level = 1, StoredBytes = 160 * Mega },
        ];
        CompactionTask task = Propose("LeveledCompactionStrategy", "", all).Task!;
        Assert.Equal("1 2 3 4", Ids(task));
        Assert.Equal(new SizedOutput(1, 160 * Mega), task.Output);
    }

    [Fact]
    public void Too_little_of_level_zero_stays_there()
    {
        CompactionTask task = Propose("LeveledCompactionStrategy", "", Of(1, 0, 500) with { StoredBytes = 10 * Mega }, Of(2, 0, 700) with { StoredBytes = 10 * Mega }, Of(3, 0, 900) with { Level = 1 }).Task!;
        Assert.Equal("1 2", Ids(task));
        Assert.Equal(new SizedOutput(0, 160 * Mega), task.Output);
        Assert.Null(Propose("LeveledCompactionStrategy", "", Of(1, 0, 500) with { StoredBytes = 10 * Mega }).Task);
    }

    [Fact]
    public void A_full_level_gives_one_SSTable_to_the_next_in_turn()
    {
        CompactionCandidate[] level1 = [.. Enumerable.Range(0, 11).Select(i => Of(i + 1, i * 100, (i * 100) + 99) with { Level = 1, StoredBytes = 160 * Mega })];
        CompactionCandidate[] level2 = [Of(50, 150, 420) with { Level = 2, CreatedMillis = 9, StoredBytes = 160 * Mega }, Of(51, 500, 620) with { Level = 2, CreatedMillis = 5, StoredBytes = 160 * Mega }];
        CompactionTask task = Propose("LeveledCompactionStrategy", "", [.. level1, .. level2]).Task!;

        // Number 50 came last, and ends at 420: the turn is on the one that begins at 500.
        Assert.Equal("6 51", Ids(task));
        Assert.Equal(new SizedOutput(2, 160 * Mega), task.Output);
        Assert.Null(Propose("LeveledCompactionStrategy", "", level1[..10]).Task);
        Assert.Equal("1", Ids(Propose("LeveledCompactionStrategy", "fanout_size=4", level1[..5]).Task));
    }

    [Fact]
    public void A_long_row_in_level_zero_is_made_shorter_first()
    {
        CompactionCandidate[] level0 = [.. Enumerable.Range(1, 33).Select(i => Of(i, 0, 999) with { StoredBytes = Mega })];
        CompactionCandidate[] level1 = [.. Enumerable.Range(0, 11).Select(i => Of(i + 101, i * 100, (i * 100) + 99) with { Level = 1, StoredBytes = 160 * Mega })];
        CompactionTask task = Propose("LeveledCompactionStrategy", "", [.. level0, .. level1]).Task!;
        Assert.Equal(CompactionReason.LevelZeroBacklog, task.Reason);
        Assert.Equal(32, task.Inputs.Count);
        Assert.Equal(new SizedOutput(0), task.Output);
        Assert.Equal(CompactionReason.Level, Propose("LeveledCompactionStrategy", "", [.. level0[..32], .. level1]).Task!.Reason);
    }

    [Fact]
    public void What_overlaps_in_a_level_counts_as_level_zero()
    {
        CompactionCandidate[] all = [Of(1, 0, 500) with { Level = 2, StoredBytes = 100 * Mega }, Of(2, 400, 700) with { Level = 2, StoredBytes = 100 * Mega }, Of(3, 0, 999) with { StoredBytes = 100 * Mega }];
        LevelArrangement levels = new(View("LeveledCompactionStrategy", "", all));
        Assert.Equal([0, 0, 2], all.OrderByDescending(c => c.Id).Select(levels.LevelOf));
        Assert.Equal("2 3", Ids(Propose("LeveledCompactionStrategy", "", all).Task));
    }

    [Fact]
    public void A_level_that_has_rested_long_comes_along()
    {
        TableMetadata table = Table("LeveledCompactionStrategy", "");
        CompactionStrategy strategy = CompactionStrategy.For(table);
        CompactionCandidate[] all =
        [
            .. Enumerable.Range(0, 11).Select(i => Of(i + 1, i * 100, (i * 100) + 99) with { Level = 1, StoredBytes = 160 * Mega }),
            Of(90, 10, 20) with { Level = 4, StoredBytes = Mega },
        ];
        CompactionView view = View(table, all);
        for (int i = 0; i < 25; i++)
            Assert.Equal("1", Ids(strategy.Propose(view).Task));
        Assert.Equal("1 90", Ids(strategy.Propose(view).Task));
    }

    [Fact]
    public void Windows_before_the_current_one_are_each_compacted_to_one()
    {
        CompactionCandidate[] all = [InWindow(1, 10), InWindow(2, 10), InWindow(3, 9), InWindow(4, 9), InWindow(5, 8)];
        Assert.Equal("3 4", Ids(Propose("TimeWindowCompactionStrategy", "", all).Task));
        Assert.Equal("1 2 5 6", Ids(Propose("TimeWindowCompactionStrategy", "", InWindow(1, 10), InWindow(2, 10), InWindow(5, 10), InWindow(6, 10), InWindow(7, 8)).Task));
        Assert.Null(Propose("TimeWindowCompactionStrategy", "", InWindow(1, 10), InWindow(2, 9)).Task);

        // In windows of two days the ninth day is that of the eighth.
        Assert.Equal("3 4 5", Ids(Propose("TimeWindowCompactionStrategy", "compaction_window_size=2", all).Task));
        Assert.Equal("1 2", Ids(Propose("TimeWindowCompactionStrategy", "compaction_window_unit=HOURS;compaction_window_size=1;timestamp_resolution=MILLISECONDS", InMillis(1, 3600), InMillis(2, 7100), InMillis(3, 7300)).Task));

        static CompactionCandidate InMillis(int id, long seconds) => Of(id) with { MaxTimestampMicros = seconds * 1000 };
    }

    [Fact]
    public void Expired_windows_are_dropped_and_looked_for_now_and_then()
    {
        TableMetadata table = Table("TimeWindowCompactionStrategy", "");
        CompactionStrategy strategy = CompactionStrategy.For(table);
        CompactionCandidate expired = InWindow(1, 1) with { MaxLocalDeletionSeconds = 1_000_000, MinTimestampMicros = 1 };
        CompactionView view = View(table, [expired, InWindow(2, 10) with { MinTimestampMicros = 9 * Day * 1_000_000 }]);
        CompactionTask task = strategy.Propose(view).Task!;
        Assert.Equal((CompactionReason.Expired, "1"), (task.Reason, Ids(task)));
        Assert.Null(strategy.Propose(view).Task);
        Assert.NotNull(strategy.Propose(view with { NowMillis = view.NowMillis + 601_000 }).Task);
        Assert.Null(CompactionStrategy.For(table).Propose(view with { MemtableMinTimestampMicros = 5 }).Task);
    }

    [Fact]
    public void A_window_is_not_compacted_for_tombstones_unless_an_option_says_so()
    {
        CompactionCandidate one = InWindow(1, 1) with
        {
            EstimatedCells = 1000,
            DropTimes = new TombstoneHistogram([new KeyValuePair<long, int>(1_000_000, 500), new KeyValuePair<long, int>(1_000_001, 0)]),
        };
        Assert.Null(Propose("TimeWindowCompactionStrategy", "", one).Task);
        Assert.Equal(CompactionReason.Tombstones, Propose("TimeWindowCompactionStrategy", "tombstone_threshold=0.2", one).Task!.Reason);
    }

    [Theory]
    [InlineData("T4", 3, "")]
    [InlineData("T4", 4, "1 2 3 4")]
    [InlineData("L4", 2, "1 2")]
    [InlineData("N", 2, "1 2")]
    [InlineData("2", 3, "")]
    [InlineData("-2", 2, "1 2")]
    public void Densities_that_overlap_are_compacted_by_the_scaling_parameter(string scaling, int count, string chosen)
    {
        CompactionCandidate[] all = [.. Enumerable.Range(1, count).Select(i => Whole(i, 30))];
        CompactionTask? task = Propose("UnifiedCompactionStrategy", $"scaling_parameters={scaling}", all).Task;
        Assert.Equal(chosen, Ids(task));
    }

    [Fact]
    public void Far_behind_a_tiered_level_is_compacted_in_powers_of_its_factor_the_oldest_first()
    {
        CompactionCandidate[] all = [.. Enumerable.Range(1, 55).Select(i => Whole(i, 30))];
        Assert.Equal(16, Propose("UnifiedCompactionStrategy", "scaling_parameters=T4", all).Task!.Inputs.Count);
        Assert.Equal(48, Propose("UnifiedCompactionStrategy", "scaling_parameters=L4", all).Task!.Inputs.Count);
        Assert.Equal("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", Ids(Propose("UnifiedCompactionStrategy", "scaling_parameters=T4", all).Task));
        Assert.Equal(9, Propose("UnifiedCompactionStrategy", "scaling_parameters=T4;max_sstables_to_compact=9", all[..12]).Task!.Inputs.Count);
    }

    /// <summary>The examples of UnifiedCompactionStrategy.md and of the options' documentation.</summary>
    [Theory]
    [InlineData("", 90, 1)]
    [InlineData("", 250, 2)]
    [InlineData("", 399, 2)]
    [InlineData("", 400, 4)]
    [InlineData("sstable_growth=1", 1_000_000, 4)]
    [InlineData("sstable_growth=0", 4 * 1024, 4)]
    [InlineData("sstable_growth=0", 16 * 1024, 16)]
    [InlineData("sstable_growth=0;base_shard_count=1", 1024 * 1024, 1024)]
    [InlineData("sstable_growth=0.5;base_shard_count=1", 1024 * 1024, 32)]
    [InlineData("sstable_growth=50%;base_shard_count=1;target_sstable_size=256MiB", 1024 * 1024, 64)]
    [InlineData("base_shard_count=3", 250, 1)]
    [InlineData("min_sstable_size=0B", 1, 4)]
    public void Shards_grow_with_density(string options, long densityMega, int shards) =>
        Assert.Equal(shards, new UnifiedScale(new StrategyOptions(Table("UnifiedCompactionStrategy", options).Options.Compaction)).ShardCount(densityMega * Mega));

    [Fact]
    public void Shards_are_equal_parts_of_the_ring_whose_last_token_is_their_own()
    {
        RingShare ring = new(Partitioner.Murmur3);
        Assert.Equal([0, 0, 1, 1, 2, 3, 3], new[] { long.MinValue + 1, -1L << 62, (-1L << 62) + 1, 0, 1, (1L << 62) + 1, long.MaxValue }.Select(t => ring.ShardOf(new Token(t), 4)));
        Assert.Equal([0, 1, 2], new[] { long.MinValue + 1, 0, long.MaxValue }.Select(t => ring.ShardOf(new Token(t), 3)));
        Assert.Equal(1.0, ring.Between(new Token(long.MinValue), new Token(long.MaxValue)));
        Assert.Equal(0.25, ring.Between(new Token(1), new Token(1L << 62)), 1e-9);
    }

    [Fact]
    public void A_major_compaction_is_each_strategys_own()
    {
        CompactionCandidate[] all = [InWindow(1, 10), InWindow(2, 10), InWindow(3, 9), InWindow(4, 8)];
        Assert.Equal(["1 2 3 4"], Major("SizeTieredCompactionStrategy", split: false));
        Assert.Equal(["1 2 3 4"], Major("LeveledCompactionStrategy", split: false));
        Assert.Equal(["4", "3", "1 2"], Major("TimeWindowCompactionStrategy", split: false));
        all = [Of(1, 0, 10), Of(2, 5, 20), Of(3, 30, 40)];
        Assert.Equal(["1 2", "3"], Major("UnifiedCompactionStrategy", split: false));
        Assert.IsType<HalvesOutput>(CompactionStrategy.For(Table("SizeTieredCompactionStrategy", "")).Major(View("SizeTieredCompactionStrategy", "", all), splitOutput: true)[0].Output);

        string[] Major(string strategy, bool split) => [.. CompactionStrategy.For(Table(strategy, "")).Major(View(strategy, "", all), split).Select(Ids)];
    }

    [Theory]
    [InlineData("SizeTieredCompactionStrategy")]
    [InlineData("LeveledCompactionStrategy")]
    [InlineData("TimeWindowCompactionStrategy")]
    [InlineData("UnifiedCompactionStrategy")]
    public void Tasks_at_work_at_once_share_no_SSTable_and_windows_do_not_mix(string name)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            TableMetadata table = Table(name, "");
            CompactionStrategy strategy = CompactionStrategy.For(table);
            CompactionCandidate[] all = [.. Enumerable.Range(1, random.Next(1, 120)).Select(i => Random(random, i))];
            HashSet<SSTableId> busy = [];
            for (int tasks = 0; tasks < 50; tasks++)
            {
                CompactionView view = View(table, all) with { Busy = busy };
                CompactionProposal proposal = strategy.Propose(view);
                if (proposal.Task is not { } task)
                    break;
                Assert.True(proposal.PendingCount > 0);
                Assert.NotEmpty(task.Inputs);
                Assert.All(task.Inputs, i => Assert.True(busy.Add(i), $"seed {seed}: {i} is twice at work"));
                if (strategy is TimeWindowStrategy windows)
                    Assert.Single(task.Inputs.Select(i => windows.WindowOf(all.Single(a => a.Id == i))).Distinct());
                if (strategy is UnifiedStrategy densities)
                {
                    List<(int Level, List<CompactionCandidate> Members)> levels = densities.Levels(all.Where(a => task.Inputs.Contains(a.Id)), 0);
                    Assert.Single(levels);
                }
            }

            Assert.All(strategy.Major(View(table, all) with { Busy = busy }, splitOutput: false).SelectMany(t => t.Inputs), i => Assert.True(busy.Add(i)));
            Assert.Equal(all.Length, busy.Count);
        }
    }

    [Fact]
    public void Levels_never_overlap_and_settle_whatever_comes()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            TableMetadata table = Table("LeveledCompactionStrategy", "sstable_size_in_mb=1;fanout_size=4");
            CompactionStrategy strategy = CompactionStrategy.For(table);
            List<CompactionCandidate> all = [];
            int next = 1;
            for (int round = 0; round < 60; round++)
            {
                all.Add(Of(next++, random.Next(500), 500 + random.Next(500)) with { StoredBytes = random.Next(1, 3 * (int)Mega), MaxTimestampMicros = round, CreatedMillis = round });
                for (int steps = 0; ; steps++)
                {
                    Assert.True(steps < 200, $"seed {seed}: no end");
                    if (strategy.Propose(View(table, [.. all])).Task is not { } task)
                        break;
                    SizedOutput output = (SizedOutput)task.Output;
                    CompactionCandidate[] inputs = [.. all.Where(a => task.Inputs.Contains(a.Id))];
                    all.RemoveAll(inputs.Contains);
                    all.AddRange(Split(inputs, output, ref next, round));
                    foreach (IGrouping<int, CompactionCandidate> level in all.Where(a => a.Level > 0).GroupBy(a => a.Level))
                    {
                        CompactionCandidate[] sorted = [.. level.OrderBy(c => c.First.Token)];
                        for (int i = 1; i < sorted.Length; i++)
                            Assert.True(sorted[i - 1].Last.Token.CompareTo(sorted[i].First.Token) < 0, $"seed {seed}, level {level.Key} overlaps");
                    }
                }
            }

            Assert.True(all.Count(a => a.Level == 0) < 4);
        }
    }

    /// <summary>What comes of a compaction, if nothing is deleted: the span of the inputs in pieces.</summary>
    private static List<CompactionCandidate> Split(CompactionCandidate[] inputs, SizedOutput output, ref int next, long created)
    {
        long first = (long)inputs.Min(i => i.First.Token.Value);
        long last = (long)inputs.Max(i => i.Last.Token.Value);
        long bytes = inputs.Sum(i => i.StoredBytes);
        int pieces = (int)Math.Clamp(output.MaxBytes == long.MaxValue ? 1 : bytes / output.MaxBytes, 1, last - first + 1);
        List<CompactionCandidate> outputs = [];
        for (int i = 0; i < pieces; i++)
        {
            long from = first + ((last - first + 1) * i / pieces);
            long to = first + ((last - first + 1) * (i + 1) / pieces) - 1;
            outputs.Add(Of(next++, from, to) with { Level = output.Level, StoredBytes = bytes / pieces, CreatedMillis = created, MaxTimestampMicros = inputs.Max(c => c.MaxTimestampMicros) });
        }

        return outputs;
    }

    private static CompactionCandidate Random(Random random, int id)
    {
        long first = random.NextInt64(long.MinValue, long.MaxValue / 2);
        return Of(id, first, random.NextInt64(first, long.MaxValue)) with
        {
            StoredBytes = (long)Math.Pow(2, 15 + (random.NextDouble() * 18)),
            Level = random.Next(4),
            MaxTimestampMicros = random.Next(5) * Day * 1_000_000,
            CreatedMillis = random.Next(1000),
        };
    }

    private static CompactionProposal Propose(string strategy, string options, params CompactionCandidate[] all) =>
        CompactionStrategy.For(Table(strategy, options)).Propose(View(strategy, options, all));

    private static CompactionView View(string strategy, string options, CompactionCandidate[] all) => View(Table(strategy, options), all);

    private static CompactionView View(TableMetadata table, CompactionCandidate[] all) => new() { Table = table, Live = all, Members = all, NowMillis = NowSeconds * 1000 };

    private static TableMetadata Table(string strategy, string options) =>
        CompactionTable.With(100, [$"class=org.apache.cassandra.db.compaction.{strategy}", .. options.Split(';', StringSplitOptions.RemoveEmptyEntries)]);

    private static CompactionCandidate Of(int id, long first = 0, long last = 1000) => new()
    {
        Id = SSTableId.OfNumber(id),
        StoredBytes = Mega,
        First = new DecoratedKey(new Token(first), new byte[] { 0 }),
        Last = new DecoratedKey(new Token(last), new byte[] { 0 }),
        MaxTimestampMicros = id,
        EstimatedKeys = 1000,
        EstimatedCells = 1000,
    };

    private static CompactionCandidate Whole(int id, long mega) => Of(id, long.MinValue + 1, long.MaxValue) with { StoredBytes = mega * Mega };

    private static CompactionCandidate InWindow(int id, long day) => Of(id) with { MaxTimestampMicros = ((day * Day) + id) * 1_000_000 };

    private static string Ids(CompactionTask? task) => task is null ? "" : string.Join(' ', task.Inputs.Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture)).Order());

    private static IEnumerable<long> Numbers(string text) => text.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture));
}
