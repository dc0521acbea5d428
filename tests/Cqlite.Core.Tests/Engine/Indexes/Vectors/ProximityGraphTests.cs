using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Vectors;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Indexes.Vectors;

public sealed class ProximityGraphTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(8192)]
    public void DistancesOfCodesAreTheSumsThatTheyShouldBe(int width)
    {
        var random = new Random(width);
        sbyte[] left = [.. Enumerable.Range(0, width).Select(i => i % 7 == 0 ? (sbyte)127 : (sbyte)random.Next(-127, 128))];
        sbyte[] right = [.. Enumerable.Range(0, width).Select(i => i % 7 == 0 ? (sbyte)-127 : (sbyte)random.Next(-127, 128))];
        float[] factors = [.. left.Select(l => l * 0.25f)];
        Assert.Equal(left.Zip(right).Sum(p => (p.First - p.Second) * (p.First - p.Second)), VectorCodes.SquaredDistance(left, right));
        Assert.Equal(left.Zip(right).Sum(p => p.First * 0.25 * p.Second), VectorCodes.Dot(factors, right), width * 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(300)]
    public void EveryVectorOfAFewIsFound(int count)
    {
        VectorCodes codes = Codes(new VectorSamples(1, 8, 3, 0.2f).Next(count), out VectorSpace space);
        ProximityGraph graph = GraphBuilder.Build(codes, null, 4, 20, TestContext.Current.CancellationToken);
        var search = new GraphSearch();
        search.Find(graph, new Distance(codes, 0), count);
        Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(0, search.Count).Select(search.Node).Order());
        Assert.Equal(0, search.Distance(0));
        Assert.Equal(16, space.Width);
    }

    [Fact]
    public void TheSameVectorsGiveTheSameGraph()
    {
        VectorCodes codes = Codes(new VectorSamples(2, 24, 10, 0.3f).Next(1000), out _);
        ProximityGraph first = GraphBuilder.Build(codes, null, 16, 100, TestContext.Current.CancellationToken);
        ProximityGraph second = GraphBuilder.Build(codes, null, 16, 100, TestContext.Current.CancellationToken);
        for (int layer = 0; layer < first.Layers; layer++)
        {
            Assert.True(first.LayerLinks(layer).SequenceEqual(second.LayerLinks(layer)));
            Assert.True(first.IsSound(layer));
        }
    }

    // All vectors of a group are alike: links to each other alone would cut the groups off.
    [Fact]
    public void GroupsOfEqualVectorsAreFound()
    {
        VectorCodes codes = Codes(new VectorSamples(3, 16, 40, 0).Next(2000), out _);
        ProximityGraph graph = GraphBuilder.Build(codes, null, 16, 100, TestContext.Current.CancellationToken);
        var search = new GraphSearch();
        for (int node = 0; node < 2000; node += 50)
        {
            search.Find(graph, new Distance(codes, node), 32);
            Assert.Equal(0, search.Distance(0));
        }
    }

    [Fact]
    public void BuildingEndsWhenItIsCancelled()
    {
        VectorCodes codes = Codes(new VectorSamples(4, 8, 3, 0.2f).Next(600), out _);
        Assert.Throws<OperationCanceledException>(() => GraphBuilder.Build(codes, null, 4, 20, new CancellationToken(canceled: true)));
    }

    private static VectorCodes Codes(float[][] vectors, out VectorSpace space)
    {
        var measure = new VectorSpaceMeasure(VectorSimilarity.Euclidean, vectors[0].Length);
        foreach (float[] vector in vectors)
            measure.Add(vector);
        space = measure.ToSpace();
        var codes = new VectorCodes(vectors.Length, space.Width);
        for (int i = 0; i < vectors.Length; i++)
            space.Encode(vectors[i], codes[i]);
        return codes;
    }

    private readonly struct Distance(VectorCodes codes, int from) : INodeDistance
    {
        public float To(int node) => VectorCodes.SquaredDistance(codes[from], codes[node]);
    }
}
