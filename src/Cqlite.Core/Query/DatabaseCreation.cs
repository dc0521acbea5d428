using Cqlite.Core.Cql;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Settings;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Query.Definition;

namespace Cqlite.Core.Query;

/// <summary>Makes databases.</summary>
public static class DatabaseCreation
{
    /// <summary>Makes a database with a schema and settings of its own; nothing is left of one whose schema can't be made.</summary>
    /// <param name="path">Its folder, which must not exist or be empty.</param>
    /// <param name="schemaPath">A file of CREATE statements; null for an empty database.</param>
    /// <param name="settings">The settings that stay with it.</param>
    /// <param name="options">How to open it for the schema; the defaults when null.</param>
    /// <exception cref="StorageException">The folder is not empty or can't be written, or the schema's file can't be read.</exception>
    /// <exception cref="CqlSyntaxException">The schema does not parse.</exception>
    /// <exception cref="InvalidQueryException">A statement of the schema can't be executed.</exception>
    public static void Create(string path, string? schemaPath = null, DatabaseSettings? settings = null, DatabaseOptions? options = null)
    {
        options ??= DatabaseOptions.Default;
        IFileSystem files = options.Files;
        string? cql = schemaPath is null ? null : System.Text.Encoding.UTF8.GetString(files.ReadAll(schemaPath, 64 << 20)).TrimStart('\uFEFF');
        Database.Create(path, files, settings?.ToStored());
        if (cql is null)
            return;
        bool isDone = false;
        try
        {
            using QueryEngine engine = QueryEngine.Open(path, options with { SchemaPath = null });
            QuerySession session = new(engine);
            foreach (IReadOnlyList<ScriptStatement> batch in DefinitionBatches.Cut(StatementSplitter.Split(cql), s => s.Text))
                Execute(session, batch, schemaPath!);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
                files.TryDeleteTree(full);
            }
        }
    }

    /// <summary>Makes a database in a folder that holds nothing, or only what a creation leaves that was ended.</summary>
    /// <returns>Whether one was made.</returns>
    internal static bool CreateWhereMissing(string path)
    {
        if (DatabaseFile.FindForeign(PhysicalFileSystem.Instance, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is not null)
            return false;
        Create(path);
        return true;
    }

    /// <summary>Executes statements as one change where they are definitions; else, or where one can't be, one by one, which tells the line.</summary>
    private static void Execute(QuerySession session, IReadOnlyList<ScriptStatement> statements, string file)
    {
        try
        {
            session.Engine.Define([.. statements.Select(s => s.Text)], session.Keyspace);
        }
        catch (CqliteException e) when (e is CqlSyntaxException or InvalidQueryException)
        {
            foreach (ScriptStatement statement in statements)
                Execute(session, statement, file);
        }
    }

    private static void Execute(QuerySession session, ScriptStatement statement, string file)
    {
        try
        {
            session.Execute(statement.Text).Dispose();
        }
        catch (CqlSyntaxException e)
        {
            (int line, int column) = statement.InScript(e.Line, e.Column);
            throw new CqlSyntaxException($"{file}, statement on line {statement.Position.Line}: {e.Message}", line, column);
        }
        catch (InvalidQueryException e)
        {
            throw new InvalidQueryException($"{file}, line {statement.Position.Line}: {e.Message}", e.Code);
        }
    }
}
