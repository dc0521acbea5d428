using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Tests.Engine.Indexes;

/// <summary>What tests of index structures ask of a database.</summary>
internal static class IndexedDatabase
{
    /// <summary>Executes a statement that gives no rows.</summary>
    public static void Run(this TemporaryDatabase database, string cql, QueryOptions? options = null) => database.Queries.Execute(cql, options: options).Dispose();

    /// <summary>Flushes everything, and waits for the index structures.</summary>
    public static void Settle(this TemporaryDatabase database)
    {
        database.Database.Flush();
        database.Database.BuildIndexes();
    }

    /// <summary>The rows of a SELECT as literals, all pages of it, and how many rows were read for them.</summary>
    public static (List<string> Rows, long Read) Select(this TemporaryDatabase database, string cql, QueryOptions? options = null)
    {
        List<string> rows = [];
        long read = 0;
        options ??= new QueryOptions();
        BufferWriter output = new();
        do
        {
            using QueryResult result = database.Queries.Execute(cql, options: options);
            while (result.MoveNext())
            {
                output.Clear();
                for (int i = 0; i < result.Columns.Length; i++)
                {
                    ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                    if (isNull)
                        output.WriteText("null");
                    else
                        result.Columns[i].Type.WriteLiteral(value, output);
                    output.WriteText(" | ");
                }

                rows.Add(output.ToString());
            }

            read += result.RowsRead;
            options = options with { PagingState = result.PagingState };
        }
        while (options.PagingState is not null);
        return (rows, read);
    }

    /// <summary>How a SELECT would be executed.</summary>
    public static string Explain(this TemporaryDatabase database, string cql) => database.Queries.Explain(database.Queries.Prepare(cql));

    /// <summary>The index files of a table.</summary>
    public static string[] IndexFiles(this TemporaryDatabase database, string table)
    {
        TableMetadata metadata = database.Database.Schema.Table("ks", table)!;
        string folder = Path.Combine(database.Folder, "data", "ks", $"{table}-{metadata.Id:N}");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "cqlite-*").Order(StringComparer.Ordinal)] : [];
    }
}
