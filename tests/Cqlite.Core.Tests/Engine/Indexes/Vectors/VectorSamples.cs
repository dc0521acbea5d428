namespace Cqlite.Core.Tests.Engine.Indexes.Vectors;

/// <summary>Vectors of chance, the same each time: in groups, as what models make of texts and pictures, or evenly in all directions.</summary>
internal sealed class VectorSamples
{
    private readonly Random _random;
    private readonly float[][] _centers;
    private readonly float _spread;

    public VectorSamples(int seed, int dimension, int groups, float spread)
    {
        _random = new Random(seed);
        _spread = spread;
        _centers = [.. Enumerable.Range(0, groups).Select(_ => Enumerable.Range(0, dimension).Select(_ => Normal()).ToArray())];
    }

    public float[] Next() => [.. _centers[_random.Next(_centers.Length)].Select(c => c + (_spread * Normal()))];

    public float[][] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
