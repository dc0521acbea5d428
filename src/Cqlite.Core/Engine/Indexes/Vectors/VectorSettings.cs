using System.Globalization;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>What can be set of approximate searches.</summary>
internal static class VectorSettings
{
    /// <summary>
    /// The setting that tells how many candidates a search keeps while it walks a graph; ours, for Cassandra has none. More find more of the nearest, and take
    /// longer; indexes with <c>optimize_for</c> = <c>recall</c> keep twice as many.
    /// </summary>
    public const string SearchWidthName = "vector_search_beam_width";

    /// <summary>Without that setting at least so many.</summary>
    private const int FewestCandidates = 500;

    /// <summary>Without that setting one candidate of so many vectors: what vectors without any groups need for a recall@10 of 0.95 and more.</summary>
    private const int VectorsPerCandidate = 40;

    /// <summary>
    /// The setting that lets indexes have options of their own for the making of graphs. Source: org/apache/cassandra/config/CassandraRelevantProperties.java
    /// (SAI_VECTOR_ALLOW_CUSTOM_PARAMETERS).
    /// </summary>
    public const string CustomParametersName = "cassandra.sai.vector.allow_custom_parameters";

    private const int SmallestSearchWidth = 10;
    private const int LargestSearchWidth = 10_000;

    /// <summary>How many candidates a search keeps that is not told otherwise.</summary>
    /// <param name="vectorCount">How many vectors there are.</param>
    public static int DefaultSearchWidthOf(long vectorCount) =>
        (int)Math.Clamp(vectorCount / VectorsPerCandidate, FewestCandidates, LargestSearchWidth);

    /// <summary>How many candidates a search is told to keep; null where it is not.</summary>
    /// <param name="source">Where settings are from, for errors.</param>
    /// <param name="settings">The settings.</param>
    /// <exception cref="InvalidSettingException">It is no number within bounds.</exception>
    public static int? SearchWidth(string source, IReadOnlyDictionary<string, string> settings)
    {
        if (!settings.TryGetValue(SearchWidthName, out string? text))
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is >= SmallestSearchWidth and <= LargestSearchWidth
            ? width
            : throw new InvalidSettingException(source, SearchWidthName, $"'{text}': a number from {SmallestSearchWidth} to {LargestSearchWidth:N0} is needed.");
    }
}
