using System.Collections.Frozen;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine.Indexes.Vectors;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>What storage-attached and SASI indexes ask of their columns and options; no other classes are known.</summary>
/// <remarks>
/// Source: org/apache/cassandra/schema/IndexMetadata.java, index/sai/StorageAttachedIndex.java (validateOptions),
/// index/sai/disk/v1/IndexWriterConfig.java, index/sai/analyzer/NonTokenizingOptions.java, index/sasi/SASIIndex.java.
/// </remarks>
internal static class CustomIndexRules
{
    /// <summary>The storage-attached index's class.</summary>
    public const string SaiClass = "org.apache.cassandra.index.sai.StorageAttachedIndex";

    /// <summary>The SASI index's class.</summary>
    public const string SasiClass = "org.apache.cassandra.index.sasi.SASIIndex";

    private const string VectorWarning =
        "SAI ANN indexes on vector columns are experimental and are not recommended for production use.\n"
        + "They don't yet support SELECT queries with:\n"
        + " * Consistency level higher than ONE/LOCAL_ONE.\n"
        + " * Paging.\n"
        + " * No LIMIT clauses.\n"
        + " * PER PARTITION LIMIT clauses.\n"
        + " * GROUP BY clauses.\n"
        + " * Aggregation functions.\n"
        + " * Filters on columns without a SAI index.";

    private static readonly string[] AnalysisOptions = ["case_sensitive", "normalize", "ascii"];
    private static readonly string[] VectorOptions = [VectorIndexKind.ConnectionsOption, VectorIndexKind.BeamWidthOption, "similarity_function", "optimize_for"];

    private static readonly FrozenSet<string> SupportedTypes = new[]
    {
        "ascii", "bigint", "date", "double", "float", "int", "smallint", "text", "time", "timestamp", "timeuuid", "tinyint", "uuid",
        "inet", "varint", "decimal", "boolean",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The class that a name behind USING stands for.</summary>
    public static string ClassOf(IndexMetadata index)
    {
        string name = index.Options.GetValueOrDefault(IndexMetadata.ClassOption, "");
        return name.ToLowerInvariant() is "sai" or "storageattachedindex" ? SaiClass : name;
    }

    /// <summary>Checks an index that its table has already.</summary>
    public static void Validate(IndexMetadata index, TableMetadata table, DdlContext context)
    {
        if (!CqlName.IsWord(index.Name))
            throw OptionErrors.Configuration($"Illegal index name {index.Name}");
        if (!index.IsCustom || context.Settings.IsRecorded)
            return;
        switch (ClassOf(index))
        {
            case SaiClass:
                ValidateSai(index, table, context);
                break;
            case SasiClass:
                ValidateSasi(index, table);
                break;
            default:
                throw OptionErrors.Configuration($"Unable to find custom indexer class '{index.Options[IndexMetadata.ClassOption]}'");
        }
    }

    private static void ValidateSai(IndexMetadata index, TableMetadata table, DdlContext context)
    {
        string[] unknown = [.. index.Options.Keys.Where(name =>
            name is not (IndexMetadata.TargetOption or IndexMetadata.ClassOption)
            && !AnalysisOptions.Contains(name, StringComparer.Ordinal)
            && !VectorOptions.Contains(name, StringComparer.Ordinal))];
        if (unknown.Length > 0)
            throw OptionErrors.Configuration($"Properties specified {JavaHashOrder.Text(unknown)} are not understood by StorageAttachedIndex");
        if (!ReferenceEquals(table.Partitioner, Partitioner.Murmur3))
            throw DdlContext.Invalid("Storage-attached index does not support the following IPartitioner implementations: [class org.apache.cassandra.dht.OrderPreservingPartitioner, class org.apache.cassandra.dht.LocalPartitioner, class org.apache.cassandra.dht.ByteOrderedPartitioner, class org.apache.cassandra.dht.RandomPartitioner]");
        if (index.Target.Contains(',', StringComparison.Ordinal))
            throw DdlContext.Invalid($"A storage-attached index cannot be created over multiple columns: {index.Target}");

        (string name, IndexTargetKind kind) = IndexTargetText.Parse(index.Target);
        ColumnMetadata column = table.Column(name) ?? throw DdlContext.Invalid($"Failed to retrieve target column for: {index.Target}");
        int same = table.Indexes.Values.Count(other => other.IsCustom
            && string.Equals(ClassOf(other), SaiClass, StringComparison.Ordinal)
            && IndexTargetText.Parse(other.Target) == (name, kind));
        if (same > 1)
            throw DdlContext.Invalid($"Cannot create more than one storage-attached index on the same column: {name}");

        CqlType type = IndexedType(column.Type.Unreversed, kind);
        CheckAnalysis(index, column, type);
        string similarity = CheckVectorOptions(index, type, context);
        CheckType(type, kind, column.Type.Unreversed, similarity, context);
    }

    private static CqlType IndexedType(CqlType type, IndexTargetKind kind) => kind switch
    {
        IndexTargetKind.Keys => TypeParts.Of(type)[0],
        IndexTargetKind.Values => TypeParts.Of(type)[^1],
        _ => type,
    };

    private static void CheckAnalysis(IndexMetadata index, ColumnMetadata column, CqlType type)
    {
        KeyValuePair<string, string>[] analysis = [.. index.Options.Where(option => AnalysisOptions.Contains(option.Key, StringComparer.Ordinal))];
        if (analysis.Length == 0)
            return;
        if (column.IsPrimaryKey)
        {
            string list = new Schema.Describe.CqlBuilder().Map(analysis).ToString();
            throw DdlContext.Invalid($"Analysis options are not supported on primary key columns, but found {list}");
        }

        if (type.Name is not ("text" or "ascii"))
            throw DdlContext.Invalid($"CQL type {type.Name} cannot be analyzed.");
        foreach ((string name, string value) in analysis)
        {
            if (value.Length == 0)
                throw DdlContext.Invalid($"Empty value for boolean option '{name}'");
            if (!CompactionStrategyRules.IsBoolean(value))
                throw DdlContext.Invalid($"Illegal value for boolean option '{name}': {value}");
        }
    }

    private static string CheckVectorOptions(IndexMetadata index, CqlType type, DdlContext context)
    {
        if (VectorOptions.Any(index.Options.ContainsKey) && !TypeParts.IsVector(type))
            throw DdlContext.Invalid($"CQL type {type.Name} cannot have vector options");
        CheckGraphOption(index, VectorIndexKind.ConnectionsOption, "Maximum node connections", "Maximum number of connections", VectorIndexKind.MostConnections, context);
        CheckGraphOption(index, VectorIndexKind.BeamWidthOption, "Construction beam width", "Construction beam width", VectorIndexKind.LargestBeamWidth, context);
        string similarity = index.Options.GetValueOrDefault("similarity_function", "cosine").ToUpperInvariant();
        if (similarity is not ("EUCLIDEAN" or "DOT_PRODUCT" or "COSINE"))
        {
            throw DdlContext.Invalid(
                $"Similarity function {similarity} was not recognized for index null. Valid values are: EUCLIDEAN, DOT_PRODUCT, COSINE");
        }

        string goal = index.Options.GetValueOrDefault("optimize_for", "latency").ToUpperInvariant();
        if (goal is not ("LATENCY" or "RECALL"))
            throw DdlContext.Invalid($"optimize_for '{goal}' was not recognized for index null. Valid values are: LATENCY, RECALL");
        return similarity;
    }

    private static void CheckGraphOption(IndexMetadata index, string name, string setting, string what, int greatest, DdlContext context)
    {
        if (!index.Options.TryGetValue(name, out string? text))
            return;
        if (!context.Settings.AllowsVectorParameters)
            throw DdlContext.Invalid($"{setting} cannot be set without enabling SAI_VECTOR_ALLOW_CUSTOM_PARAMETERS");
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            throw DdlContext.Invalid($"{what} {text} is not a valid integer for index null");
        if (value <= 0 || value > greatest)
            throw DdlContext.Invalid($"{what} for index null cannot be <= 0 or > {greatest}, was {value}");
    }

    private static void CheckType(CqlType type, IndexTargetKind kind, CqlType columnType, string similarity, DdlContext context)
    {
        CqlType[] parts = kind == IndexTargetKind.Entries ? [.. TypeParts.Of(columnType)] : [type];
        foreach (CqlType part in parts)
        {
            bool isFrozen = TypeParts.Of(part).Count > 0 && !part.IsMultiCell;
            if (!SupportedTypes.Contains(part.Name) && !isFrozen)
                throw DdlContext.Invalid($"Unsupported type: {part.Name}");
        }

        if (!TypeParts.IsVector(type))
            return;

        if (TypeParts.Of(type)[0].Name != "float")
            throw DdlContext.Invalid("SAI ANN indexes are only allowed on vector columns with float elements");
        if (TypeParts.VectorDimension(type) == 1 && similarity == "COSINE")
            throw DdlContext.Invalid("Cosine similarity is not supported for single-dimension vectors");
        context.Warn(VectorWarning);
    }

    private static void ValidateSasi(IndexMetadata index, TableMetadata table)
    {
        if (!ReferenceEquals(table.Partitioner, Partitioner.Murmur3))
            throw OptionErrors.Configuration("SASI only supports Murmur3Partitioner.");
        (string name, _) = IndexTargetText.Parse(index.Target);
        ColumnMetadata column = table.Column(name) ?? throw OptionErrors.Configuration($"failed to retrieve target column for: {index.Target}");
        if (column.IsComplex)
            throw OptionErrors.Configuration("complex columns are not yet supported by SASI");
        if (column.Kind == ColumnKind.PartitionKey)
            throw OptionErrors.Configuration("partition key columns are not yet supported by SASI");

        string mode = index.Options.GetValueOrDefault("mode", "PREFIX");
        if (mode.ToUpperInvariant() is not ("PREFIX" or "CONTAINS" or "SPARSE"))
            throw OptionErrors.Configuration($"Incorrect index mode: {mode}");
        if (!mode.Equals("SPARSE", StringComparison.OrdinalIgnoreCase))
            return;
        bool isLiteral = index.Options.TryGetValue("is_literal", out string? literal)
            ? literal.Equals("true", StringComparison.OrdinalIgnoreCase)
            : column.Type.Name is "text" or "ascii";
        if (isLiteral)
            throw OptionErrors.Configuration("SPARSE mode is only supported on non-literal columns.");
        if (index.Options.ContainsKey("analyzer_class") || index.Options.GetValueOrDefault("analyzed", "").Equals("true", StringComparison.OrdinalIgnoreCase))
            throw OptionErrors.Configuration("SPARSE mode doesn't support analyzers.");
    }
}
