using System.Collections.Immutable;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine;

/// <summary>
/// Finds the schema of what lies in folders: the file that was named; else the system_schema SSTables beside the data; else
/// schema.cql beside or above; and for tables that none of these knows, what their SSTables' headers tell.
/// </summary>
internal sealed class SchemaLoader(DatabaseLayout layout, DatabaseOptions options, SchemaTextReader readSchema, RecoveredWrites? recovered = null, DatabaseFile? own = null)
{
    /// <summary>The origin of a schema that a node keeps.</summary>
    public const string StoredOrigin = "system_schema";

    private const string SchemaFile = "schema.cql";
    private readonly List<string> _problems = [];
    private readonly List<FolderRemark> _remarks = [];
    private readonly List<UnreadTable> _unread = [];
    private readonly Partitioner _partitioner = own?.Partitioner ?? FindPartitioner(layout, options.Files);
    private DatabaseSchema _known = DatabaseSchema.Empty;

    /// <summary>Where it was found.</summary>
    public string Origin { get; private set; } = "the SSTables' headers";

    /// <summary>The partitioner that the database was made with, or that its SSTables name.</summary>
    public Partitioner Partitioner => _partitioner;

    /// <summary>What could not be made sense of.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What lies there and is left out, and what of definitions had to be guessed.</summary>
    public IReadOnlyList<FolderRemark> Remarks => _remarks;

    /// <summary>The tables that no schema knows and whose SSTables do not tell what they are of.</summary>
    public IReadOnlyList<UnreadTable> Unread => _unread;

    /// <summary>Finds the schema, and notes which folder each table's data are in.</summary>
    public DatabaseSchema Load(Dictionary<(string Keyspace, string Table), TableFolder> folders)
    {
        LoadKnown();
        _remarks.AddRange(layout.Passed.Select(path => new FolderRemark(null, null, $"{path} holds SSTables where no table's are, below a folder that has its own or too deep, and is left out: name it by itself.")));
        HashSet<(string Keyspace, string Name)> loose = [];
        DatabaseSchema schema = own is not null ? EngineTables.Complete(_known) : _known;
        foreach (TableFolder folder in layout.Tables)
        {
            TableMetadata? table = Find(schema, folder);
            if (own is not null && table?.Id != folder.Id)
            {
                // What a table left that was dropped, or what somebody put there.
                if (folder.SSTables.Count > 0)
                    _problems.Add($"{folder.Path} holds SSTables of no table of the schema, and is left out.");
                continue;
            }

            if (table is null)
            {
                table = FromHeader(folder);
                if (table is null)
                    continue;
                schema = With(schema, table);
                loose.Add((table.Keyspace, table.Name));
            }

            // Of folders of one name the one with the table's id holds its data; another is what a dropped table left.
            (string, string) name = (table.Keyspace, table.Name);
            TableFolder? left = folders.GetValueOrDefault(name);
            if (left is null || (folder.Id == table.Id && left.Id != table.Id) || (left.Id != table.Id && left.SSTables.Count == 0))
                folders[name] = folder;
            else
                left = folder;
            if (left is { SSTables.Count: > 0 })
                _remarks.Add(new FolderRemark(table.Keyspace, table.Name, $"{left.Path} holds SSTables of another table that had the name {table}, such as one that was dropped, and is left out: its id is not that of {folders[name].Path}."));
        }

        schema = LooseTypes.Complete(schema, t => loose.Contains((t.Keyspace, t.Name)));
        _remarks.AddRange(loose.Select(t => t.Keyspace).Distinct(StringComparer.Ordinal).Where(k => !_known.Keyspaces.ContainsKey(k)).Select(k => new FolderRemark(k, null, $"Keyspace {k}: no definition was found, so that it is as if it had SimpleStrategy and one replica.")));
        _remarks.AddRange(loose.Select(t => new FolderRemark(t.Keyspace, t.Name, $"{t.Keyspace}.{t.Name}: no definition was found, so that it is as the headers of its SSTables have it: columns of the key are called key and column1, and columns that were dropped show again.")));

        // Last, for a folder of loose SSTables may have the name of a system table.
        return options.AnswersSystemTables ? EngineTables.Complete(schema) : schema;
    }

    /// <summary>Finds what a schema says, headers left aside.</summary>
    public void LoadKnown() => _known = Known();

    /// <summary>The table that a folder is of, by the schema that was found; null where that does not know it.</summary>
    public TableMetadata? Definition(TableFolder folder) => Find(_known, folder);

    private DatabaseSchema Known()
    {
        if (options.SchemaPath is { } path)
        {
            Origin = path;
            return Read(path);
        }

        if (StoredSchema.Read(layout, options, _partitioner, recovered, _problems, own is not null) is { } stored)
        {
            Origin = StoredOrigin;
            return stored;
        }

        if (own is not null)
        {
            Origin = "system_schema";
            return DatabaseSchema.Empty.With(SystemSchemaTables.Keyspace(SchemaLayout.V50));
        }

        string[] files = [.. SchemaFiles()];
        if (files.Length == 0)
            return DatabaseSchema.Empty;
        Origin = string.Join(", ", files);
        DatabaseSchema schema = DatabaseSchema.Empty;
        foreach (string file in files)
            schema = Merge(schema, Read(file));
        return schema;
    }

    private DatabaseSchema Read(string path) =>
        readSchema(System.Text.Encoding.UTF8.GetString(options.Files.ReadAll(path, 64 << 20)).TrimStart('\uFEFF'), path, _partitioner);

    // schema.cql beside each table's SSTables, as snapshots have it, and from there upwards to the folder above the one opened.
    private IEnumerable<string> SchemaFiles()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string above = System.IO.Path.GetDirectoryName(layout.Root) ?? layout.Root;
        foreach (TableFolder table in layout.Tables)
        {
            for (string? folder = table.Path; folder is not null && folder.StartsWith(above, StringComparison.Ordinal) && seen.Add(folder); folder = System.IO.Path.GetDirectoryName(folder))
            {
                string file = System.IO.Path.Combine(folder, SchemaFile);
                if (options.Files.FileExists(file))
                    yield return file;
            }
        }
    }

    private TableMetadata? Find(DatabaseSchema schema, TableFolder folder)
    {
        TableMetadata? named = schema.Table(folder.Keyspace, folder.Table);
        if (named is not null && (folder.Id is null || named.Id == folder.Id))
            return named;
        TableMetadata[] all = [.. schema.Keyspaces.Values.SelectMany(k => k.Tables.Values.Concat(k.Views.Values.Select(v => v.Table)))];
        TableMetadata? identified = folder.Id is { } id ? Array.Find(all, t => t.Id == id) : null;

        // Where file systems take names for the same that differ in case, two such keyspaces have one folder, and only ids tell their tables apart.
        if (named is not null)
            return identified is not null && AreAlike(identified, folder) ? identified : named;
        if (identified is not null)
            return identified;

        // Loose SSTables, whose folders tell no names, are the table of that name, or the only one of the schema.
        if (folder.Id is not null)
            return null;
        TableMetadata[] alike = [.. all.Where(t => t.Name == folder.Table)];
        if (alike.Length == 1)
            return alike[0];
        return all.Length == 1 && layout.Tables.Count == 1 ? all[0] : null;
    }

    private static bool AreAlike(TableMetadata table, TableFolder folder) =>
        table.Keyspace.Equals(folder.Keyspace, StringComparison.OrdinalIgnoreCase) && table.Name.Equals(folder.Table, StringComparison.OrdinalIgnoreCase);

    private TableMetadata? FromHeader(TableFolder folder)
    {
        if (folder.SSTables.Count == 0)
            return null;
        try
        {
            return LooseTable.Define(options.Files, folder);
        }
        catch (CqliteException problem)
        {
            _problems.Add($"{folder.Keyspace}.{folder.Table} is left out: {problem.Message}");
            _unread.Add(new UnreadTable(folder.Keyspace, folder.Table, problem));
            return null;
        }
    }

    private static DatabaseSchema With(DatabaseSchema schema, TableMetadata table)
    {
        KeyspaceMetadata keyspace = schema.Keyspaces.GetValueOrDefault(table.Keyspace) ?? new KeyspaceMetadata(table.Keyspace) { Replication = ReplicationOptions.Untold };
        return new DatabaseSchema(schema.Keyspaces.SetItem(keyspace.Name, keyspace with { Tables = keyspace.Tables.SetItem(table.Name, table) }));
    }

    private static DatabaseSchema Merge(DatabaseSchema left, DatabaseSchema right)
    {
        ImmutableSortedDictionary<string, KeyspaceMetadata>.Builder keyspaces = left.Keyspaces.ToBuilder();
        foreach (KeyspaceMetadata keyspace in right.Keyspaces.Values)
        {
            keyspaces[keyspace.Name] = keyspaces.TryGetValue(keyspace.Name, out KeyspaceMetadata? known)
                ? known with
                {
                    Tables = known.Tables.SetItems(keyspace.Tables),
                    Views = known.Views.SetItems(keyspace.Views),
                    UserTypes = known.UserTypes.SetItems(keyspace.UserTypes),
                }
                : keyspace;
        }

        return new DatabaseSchema(keyspaces.ToImmutable());
    }

    private static Partitioner FindPartitioner(DatabaseLayout layout, IFileSystem files)
    {
        foreach (SSTableDescriptor descriptor in layout.Tables.OrderBy(t => t.Keyspace.StartsWith("system", StringComparison.Ordinal)).SelectMany(t => t.SSTables))
        {
            string path = descriptor.PathOf(SSTableComponent.Statistics);
            if (!files.FileExists(path))
                continue;
            try
            {
                string name = SSTableStatistics.Read(files, path, descriptor.Version).Validation.Partitioner;
                if (!name.Contains("LocalPartitioner", StringComparison.Ordinal))
                    return Partitioner.FromClassName(name, null, path);
            }
            catch (CqliteException)
            {
                // The SSTable says what is wrong with it when it is opened; another one may tell the partitioner.
            }
        }

        return Partitioner.Murmur3;
    }
}
