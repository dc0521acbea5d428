using Cqlite.Core.Schema;
namespace Cqlite.Core.Engine;
internal static class StoredSchema { public static DatabaseSchema? Read(DatabaseLayout layout, DatabaseOptions options, Partitioner partitioner, List<string> problems) => null; }
