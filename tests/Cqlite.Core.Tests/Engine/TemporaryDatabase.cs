using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Core.Tests.Engine;

/// <summary>An empty database in a folder of its own, deleted at the end.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    public TemporaryDatabase(DatabaseOptions? options = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        Folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        Database.Create(Folder, settings: settings);
        Queries = QueryEngine.Open(Folder, options);
    }

    public string Folder { get; }

    public QueryEngine Queries { get; private set; }

    public Database Database => Queries.Database;

    /// <summary>Closes it and opens it again.</summary>
    public void Reopen(DatabaseOptions? options = null)
    {
        Queries.Dispose();
        Queries = QueryEngine.Open(Folder, options);
    }

    public void Dispose()
    {
        Queries.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
