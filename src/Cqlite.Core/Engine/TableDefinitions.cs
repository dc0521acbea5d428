using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>
/// The definitions of the tables that SSTables are of, for tools that take files and not databases. They are looked for where a database looks for its
/// schema: in the file that was named; else in the system_schema SSTables of the data directory; else in schema.cql beside or above. Serves one thread.
/// </summary>
public sealed class TableDefinitions
{
    private readonly DatabaseOptions _options;
    private readonly SchemaTextReader _readSchema;
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, SchemaLoader> _loaders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableMetadata?> _tables = new(StringComparer.Ordinal);

    /// <summary>Prepares; nothing is read yet.</summary>
    /// <param name="readSchema">Reads a schema from CQL.</param>
    /// <param name="schemaPath">A file of CQL with the schema, which then counts alone; null to find it.</param>
    /// <param name="files">Through what files are read; the machine's own by default.</param>
    public TableDefinitions(SchemaTextReader readSchema, string? schemaPath = null, IFileSystem? files = null)
    {
        ArgumentNullException.ThrowIfNull(readSchema);
        _readSchema = readSchema;
        _options = new DatabaseOptions { SchemaPath = schemaPath, Files = files ?? PhysicalFileSystem.Instance };
    }

    /// <summary>What could not be made sense of so far, one sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The table's definition; null where it is nowhere to be found, and for hidden tables of indexes.</summary>
    /// <exception cref="StorageException">The file that was named can't be read.</exception>
    /// <exception cref="CqlSyntaxException">The file that was named is not CQL.</exception>
    /// <exception cref="InvalidQueryException">Its statements can't be applied.</exception>
    public TableMetadata? Of(SSTableDescriptor sstable)
    {
        ArgumentNullException.ThrowIfNull(sstable);
        if (sstable.Index is not null)
            return null;
        if (!_tables.TryGetValue(sstable.Directory, out TableMetadata? table))
            _tables.Add(sstable.Directory, table = Find(sstable));
        return table;
    }

    private TableMetadata? Find(SSTableDescriptor sstable)
    {
        DatabaseLayout layout = DatabaseLayout.Around(_options.Files, sstable);
        string shared = _options.SchemaPath ?? layout.Root;
        try
        {
            if (!_loaders.TryGetValue(shared, out SchemaLoader? loader))
            {
                loader = new SchemaLoader(layout, _options, _readSchema);
                loader.LoadKnown();
                _problems.AddRange(loader.Problems);

                // What schema.cql beside one table says is that table's alone.
                if (loader.Origin is SchemaLoader.StoredOrigin || _options.SchemaPath is not null)
                    _loaders.Add(shared, loader);
            }

            TableMetadata? table = loader.Definition(layout.Tables.Single(t => t.Path == sstable.Directory));
            if (table is null && _options.SchemaPath is { } path)
                _problems.Add($"{path} does not define the table of {sstable}; its header is believed.");
            return table;
        }
        catch (CqliteException problem) when (_options.SchemaPath is null)
        {
            _problems.Add($"The schema beside {sstable} was not used: {problem.Message}");
            return null;
        }
    }
}
