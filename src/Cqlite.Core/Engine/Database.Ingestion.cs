using Cqlite.Core.Errors;
using Cqlite.Core.Engine.Writing;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine;

/// <summary>SSTables that come from elsewhere.</summary>
public sealed partial class Database
{
    /// <summary>Begins to take SSTables into a table, which count all at once when they are published. Views do not follow what comes in so.</summary>
    /// <param name="table">The table, as it is now.</param>
    /// <exception cref="InvalidQueryException">The database is open for reading only.</exception>
    /// <exception cref="SchemaChangedException">The table was defined anew.</exception>
    internal SSTableIngestion Ingest(TableMetadata table)
    {
        DatabaseWriter writer = Writer;
        return new SSTableIngestion(_options.Files, writer, OpenTable(table));
    }

    /// <summary>What a table was given from elsewhere.</summary>
    internal ArrivalLedger ArrivalsOf(TableMetadata table)
    {
        string directory = OpenTable(table).Directory!;
        Writer.Folders.Ensure(directory);
        return new ArrivalLedger(_options.Files, System.IO.Path.Combine(directory, ArrivalLedger.FileName));
    }
}
