using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cqlite.Cli;

/// <summary>The help of <c>cqlite</c> itself: what all commands have in common follows the list of them.</summary>
internal sealed class HelpWithEnvironment(HelpAction help) : SynchronousCommandLineAction
{
    private const string Text = """
        Environment:
          CQLITE_DATABASE_PATH  What to open where --database is not given.
          CQLITE_CACHE_SIZE     The size of the cache where --cache-size is not given: 512MB.
          CQLITE_COMPRESSION    Compression of tables that are created without the option: lz4.
          CQLITE_READ_ONLY      Whether nothing may be written: false.
          CQLITE_PERFORMANCE_MODE  Whether writes are acknowledged before they are synced: false.
          CASSANDRA_HOSTS, CASSANDRA_PORT, CASSANDRA_USERNAME, CASSANDRA_PASSWORD, CASSANDRA_CONSISTENCY, CASSANDRA_TIMEOUT
                                What --hosts and the other options of connections say where they are not given.
          CASSANDRA_KEYSPACE    The keyspace of tables of a migration that are named without one.

        Exit codes:
          0    Done, and nothing is wrong.
          1    Ran, and found something wrong: a verification failed.
          2    Could not run: usage, a statement that is refused, input that is missing or damaged.
          130  Stopped by Ctrl-C.

        Examples:
          cqlite query "SELECT * FROM shop.orders LIMIT 5" --database /var/lib/cassandra
          cqlite query - --format csv --database ./snapshot < report.cql
          cqlite sstable verify /var/lib/cassandra/data/shop

        """;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand)
            parseResult.InvocationConfiguration.Output.Write(Text.ReplaceLineEndings("\n"));
        return code;
    }
}
