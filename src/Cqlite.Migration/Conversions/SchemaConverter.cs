using System.Collections.Immutable;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;

namespace Cqlite.Migration.Conversions;

/// <summary>Makes of a cluster's definitions those of a database: one copy of everything, and, where asked for, tables that are quick to read.</summary>
internal static class SchemaConverter
{
    private const int LongestSchema = 64 << 20;

    /// <summary>The file that is meant by a path: itself, or <c>schema.cql</c> in the folder.</summary>
    public static string FileAt(string path) => Directory.Exists(path) ? Path.Combine(path, "schema.cql") : path;

    /// <summary>Converts a file of CREATE statements; how many keyspaces and tables there are.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="input">The file.</param>
    /// <param name="output">The file to be written.</param>
    /// <param name="optimize">Whether tables get LZ4 in chunks of 16 KiB and filters of at most 1 % false answers.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <exception cref="CqlSyntaxException">A statement does not parse.</exception>
    /// <exception cref="InvalidQueryException">A statement makes no sense, or there is none.</exception>
    public static (int Keyspaces, int Tables) Convert(IFileSystem files, string input, string output, bool optimize, bool overwrite)
    {
        if (!files.FileExists(input))
            throw new StorageException(input, "no such file.") { Problem = StorageProblem.NotFound };
        string cql = System.Text.Encoding.UTF8.GetString(files.ReadAll(input, LongestSchema)).TrimStart('\uFEFF');
        DatabaseSchema schema = QueryEngine.ReadSchema(cql, input, Partitioner.Murmur3);
        IReadOnlyList<KeyspaceMetadata> keyspaces = [.. SchemaExporter.Find(schema, names: null).Select(k => Convert(k, optimize))];
        if (keyspaces.Count == 0)
            throw new InvalidQueryException($"{input} defines no keyspace.");
        SchemaExporter.Write(files, output, SchemaExporter.Statements(keyspaces, withIndexes: true, withAllTypes: true), overwrite);
        return (keyspaces.Count, keyspaces.Sum(k => k.Tables.Count));
    }

    private static KeyspaceMetadata Convert(KeyspaceMetadata keyspace, bool optimize)
    {
        KeyspaceMetadata single = keyspace with
        {
            Replication = ImmutableSortedDictionary<string, string>.Empty.Add("class", "org.apache.cassandra.locator.SimpleStrategy").Add("replication_factor", "1"),
        };
        return optimize ? single with { Tables = single.Tables.ToImmutableSortedDictionary(t => t.Key, t => Optimize(t.Value), single.Tables.KeyComparer) } : single;
    }

    private static TableMetadata Optimize(TableMetadata table) => table.WithOptions(table.Options with
    {
        BloomFilterFpChance = Math.Min(table.Options.BloomFilterFpChance ?? TableTuning.FilterChance, TableTuning.FilterChance),
        Compression = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["class"] = "org.apache.cassandra.io.compress.LZ4Compressor",
            ["chunk_length_in_kb"] = "16",
        },
    });
}
