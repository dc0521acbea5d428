namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>Looks at all vectors once to find the space that their codes are made in.</summary>
/// <param name="similarity">What is compared.</param>
/// <param name="dimension">Elements of a vector.</param>
internal sealed class VectorSpaceMeasure(VectorSimilarity similarity, int dimension)
{
    /// <summary>Elements that are kept to see how far they go.</summary>
    private const int SampleElements = 1 << 18;

    /// <summary>Of so many elements one may be out of the codes' reach, so that a few outliers do not make all others coarse.</summary>
    private const int OneOutlierOf = 2000;

    private readonly double[] _sums = new double[dimension];
    private readonly List<float[]> _sample = [];
    private float _largestSquare;
    private long _every = 1;

    /// <summary>How many vectors were seen.</summary>
    public long Count { get; private set; }

    /// <summary>Sees a vector that was prepared.</summary>
    public void Add(ReadOnlySpan<float> vector)
    {
        for (int i = 0; i < vector.Length; i++)
            _sums[i] += vector[i];
        _largestSquare = Math.Max(_largestSquare, VectorMath.Dot(vector, vector));
        if (Count++ % _every != 0)
            return;
        _sample.Add(vector.ToArray());
        if (_sample.Count * dimension <= SampleElements || _sample.Count < 64)
            return;

        // Half of them go, and from now on every second one less comes in.
        for (int i = 0; i < (_sample.Count + 1) / 2; i++)
            _sample[i] = _sample[2 * i];
        _sample.RemoveRange((_sample.Count + 1) / 2, _sample.Count / 2);
        _every *= 2;
    }

    /// <summary>The space; of one vector at least.</summary>
    public VectorSpace ToSpace()
    {
        float[] mean = [.. _sums.Select(s => (float)(s / Count))];
        float[] reach = new float[_sample.Count * dimension];
        for (int i = 0; i < reach.Length; i++)
            reach[i] = Math.Abs(_sample[i / dimension][i % dimension] - mean[i % dimension]);
        Array.Sort(reach);
        float greatest = reach[reach.Length - 1 - (reach.Length / OneOutlierOf)];
        return new VectorSpace(similarity, mean, greatest > 0 && float.IsFinite(greatest) ? greatest / sbyte.MaxValue : 1, _largestSquare);
    }
}
