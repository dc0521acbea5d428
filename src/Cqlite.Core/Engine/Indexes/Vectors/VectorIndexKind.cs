using System.Globalization;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>Structures of graphs, which find vectors that are near to one.</summary>
internal sealed class VectorIndexKind : IndexKind
{
    /// <summary>The option that tells to how many others a vector is linked, and how many without it. Source: index/sai/disk/v1/IndexWriterConfig.java.</summary>
    public const string ConnectionsOption = "maximum_node_connections";

    /// <summary>The option that tells how many candidates links are chosen from.</summary>
    public const string BeamWidthOption = "construction_beam_width";

    /// <summary>The most that <see cref="ConnectionsOption"/> may be.</summary>
    public const int MostConnections = 512;

    /// <summary>The most that <see cref="BeamWidthOption"/> may be.</summary>
    public const int LargestBeamWidth = 3200;

    private const int DefaultConnections = 16;
    private const int DefaultBeamWidth = 100;

    /// <summary>The one instance.</summary>
    public static VectorIndexKind Instance { get; } = new();

    /// <inheritdoc/>
    public override byte Id => 2;

    /// <inheritdoc/>
    public override byte Version => 1;

    /// <summary>Whether an index has such structures: one of a regular column of floats. Of others the rows are read.</summary>
    public static bool Serves(ColumnIndex index) =>
        index is { FindsNearest: true, Column.Kind: ColumnKind.Regular } && index.Column.Type.Unreversed is VectorType { Elements: FloatType };

    /// <inheritdoc/>
    public override void Build(SSTable sstable, ColumnIndex index, IndexFileWriter output, CancellationToken cancellation) =>
        VectorIndexWriter.Write(sstable, index, Option(index, ConnectionsOption, DefaultConnections, MostConnections), Option(index, BeamWidthOption, DefaultBeamWidth, LargestBeamWidth), output, cancellation);

    /// <inheritdoc/>
    public override IndexStructure Open(IndexFile file, SSTable sstable, ColumnIndex index) => new VectorIndex(file, index);

    private static int Option(ColumnIndex index, string name, int byDefault, int greatest) =>
        index.Metadata.Options.TryGetValue(name, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? Math.Clamp(value, 2, greatest)
            : byDefault;
}
