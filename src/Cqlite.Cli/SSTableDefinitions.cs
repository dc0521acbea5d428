using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli;

/// <summary>The definitions of the tables that SSTables are of, from <c>--schema</c> or beside the data; what can't be made sense of is told on standard error.</summary>
internal sealed class SSTableDefinitions(ParseResult parsed)
{
    private readonly TableDefinitions _definitions = new(QueryEngine.ReadSchema, parsed.GetValue(GlobalOptions.Schema));
    private int _problemsTold;

    /// <summary>The definition from <c>--schema</c>; null where that is not given, or does not have the table.</summary>
    public TableMetadata? Named(SSTableDescriptor sstable) => parsed.GetValue(GlobalOptions.Schema) is null ? null : Of(sstable);

    /// <summary>The definition of an SSTable's table; null where it is nowhere to be found.</summary>
    public TableMetadata? Of(SSTableDescriptor sstable)
    {
        TableMetadata? table = _definitions.Of(sstable);
        for (; _problemsTold < _definitions.Problems.Count; _problemsTold++)
            Console.Error.WriteLine($"cqlite: schema: {_definitions.Problems[_problemsTold]}");
        return table;
    }
}
