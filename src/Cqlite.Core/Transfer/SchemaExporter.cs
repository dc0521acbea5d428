using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>Writes a schema as CQL that Cassandra, and a database of ours, executes in its order.</summary>
internal static class SchemaExporter
{
    private const string TypeElement = "type";
    private const string IndexElement = "index";

    /// <summary>The keyspaces of these names; without names all but Cassandra's own.</summary>
    /// <exception cref="InvalidQueryException">There is none of a name.</exception>
    public static IReadOnlyList<KeyspaceMetadata> Find(DatabaseSchema schema, IReadOnlyList<string>? names)
    {
        if (names is null or [])
            return [.. schema.Keyspaces.Values.Where(k => !SystemKeyspaces.IsSystem(k.Name))];
        return [.. names.Distinct(StringComparer.Ordinal).Select(name => schema.Keyspaces.GetValueOrDefault(name)
            ?? throw new InvalidQueryException($"Keyspace '{name}' not found; there are {string.Join(", ", schema.Keyspaces.Keys)}."))];
    }

    /// <summary>The statements that make keyspaces with all that is in them.</summary>
    /// <param name="keyspaces">The keyspaces.</param>
    /// <param name="withIndexes">Whether indexes are made too.</param>
    /// <param name="withAllTypes">Whether user types are made too that no table uses; those that tables use are made in any case, for the tables can't be without them.</param>
    public static IEnumerable<string> Statements(IEnumerable<KeyspaceMetadata> keyspaces, bool withIndexes, bool withAllTypes)
    {
        foreach (KeyspaceMetadata keyspace in keyspaces)
        {
            HashSet<string> used = [.. keyspace.Tables.Values.SelectMany(SchemaDescriber.ReferencedUserTypes).Select(CqlIdentifier.Quote)];
            foreach (DescribedElement element in SchemaDescriber.Elements(keyspace, withInternals: false))
            {
                bool isLeftOut = element.Type switch
                {
                    IndexElement => !withIndexes,
                    TypeElement => !withAllTypes && keyspace.Functions.Count == 0 && !used.Contains(element.Name),
                    _ => false,
                };
                if (!isLeftOut)
                    yield return element.CreateStatement;
            }
        }
    }

    /// <summary>Writes statements to a file, which appears when it is whole.</summary>
    /// <exception cref="StorageException">There is a file of this name already, or it can't be written.</exception>
    public static void Write(IFileSystem files, string path, IEnumerable<string> statements, bool overwrite)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !files.DirectoryExists(folder))
            files.CreateDirectory(folder);
        using ExportTarget target = new(files, path, overwrite);
        foreach (string statement in statements)
        {
            target.Buffer.Write(System.Text.Encoding.UTF8.GetBytes(statement));
            target.Buffer.Write("\n\n"u8);
            target.Pulse();
        }

        target.Complete();
    }
}
