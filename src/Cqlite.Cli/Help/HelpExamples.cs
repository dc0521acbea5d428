namespace Cqlite.Cli.Help;

/// <summary>The examples of help pages, by command. A test holds each to the command's own options, and every command to having one.</summary>
internal static class HelpExamples
{
    private static readonly Dictionary<string, string[]> s_examples = new(StringComparer.Ordinal)
    {
        ["cqlite"] =
        [
            "cqlite query \"SELECT * FROM shop.orders LIMIT 5\" --database /var/lib/cassandra",
            "cqlite query - --format csv --database ./snapshot < report.cql",
            "cqlite sstable verify /var/lib/cassandra/data/shop",
            "cqlite migrate export --hosts 10.0.0.1 --keyspace shop --output ./shop-export",
        ],
        ["cqlite query"] =
        [
            "cqlite query \"SELECT * FROM shop.orders LIMIT 5\" --database ./shop-db",
            "cqlite query - --format csv --database ./snapshot < report.cql",
            "cqlite query \"SELECT count(*) FROM shop.orders\" --analyze --database ./shop-db",
        ],
        ["cqlite shell"] = ["cqlite shell --database ./shop-db --keyspace shop", "cqlite shell --database ./shop-db --file script.cql"],
        ["cqlite serve"] = ["cqlite serve --database ./shop-db --port 9042", "cqlite serve --database ./low --port 9042 --token -1 --peer 127.0.0.1:9043=9223372036854775807"],
        ["cqlite table export"] = ["cqlite table export shop.orders orders.csv --database ./shop-db", "cqlite table export shop.orders - --format jsonl --writetime --database ./snapshot"],
        ["cqlite table import"] = ["cqlite table import shop.orders orders.csv --database ./shop-db --max-errors 10 --reject wrong.csv"],
        ["cqlite cassandra test-connection"] = ["cqlite cassandra test-connection --hosts 10.0.0.1 --port 9042 --username anna --password-file ./password"],
        ["cqlite cassandra health-check"] = ["cqlite cassandra health-check --hosts 10.0.0.1,10.0.0.2"],
        ["cqlite schema show"] = ["cqlite schema show --database ./shop-db --keyspace shop --table orders"],
        ["cqlite database create"] = ["cqlite database create --path ./shop-db --schema shop.cql"],
        ["cqlite database flush"] = ["cqlite database flush ./shop-db"],
        ["cqlite database compact"] = ["cqlite database compact ./shop-db"],
        ["cqlite database backup"] = ["cqlite database backup ./shop-db --destination ./backups/monday", "cqlite database backup ./shop-db --destination ./backups/tuesday --incremental"],
        ["cqlite database restore"] = ["cqlite database restore ./shop-db --from ./backups/monday --force"],
        ["cqlite database verify"] = ["cqlite database verify ./shop-db --extended"],
        ["cqlite database metrics"] = ["cqlite database metrics ./shop-db --prometheus"],
        ["cqlite sstable list"] = ["cqlite sstable list /var/lib/cassandra/data/shop"],
        ["cqlite sstable metadata"] = ["cqlite sstable metadata ./nb-1-big-Data.db --json"],
        ["cqlite sstable stats"] = ["cqlite sstable stats /var/lib/cassandra/data/shop --top 20"],
        ["cqlite sstable dump"] = ["cqlite sstable dump ./nb-1-big-Data.db --key 42", "cqlite sstable dump ./nb-1-big-Data.db --format lines"],
        ["cqlite sstable verify"] = ["cqlite sstable verify /var/lib/cassandra/data/shop --extended"],
        ["cqlite sstable convert"] = ["cqlite sstable convert ./old --destination ./new --version da --compression zstd"],
        ["cqlite sstable compact"] = ["cqlite sstable compact ./orders --destination ./merged"],
        ["cqlite sstable scrub"] = ["cqlite sstable scrub ./damaged --destination ./salvaged"],
        ["cqlite migrate"] =
        [
            "cqlite migrate export --hosts 10.0.0.1 --keyspace shop --output ./shop-export",
            "cqlite migrate import --input ./shop-export --output ./shop-db",
            "cqlite migrate validate --hosts 10.0.0.1 --target-dir ./shop-db --keyspace shop --report-file ./check.json",
            "cqlite migrate report ./shop-export ./check.json --output ./report.html",
        ],
        ["cqlite migrate export-schema"] = ["cqlite migrate export-schema --cassandra-hosts 10.0.0.1,10.0.0.2 --keyspaces shop --output-dir ./schema --include-indexes --include-udts"],
        ["cqlite migrate convert-schema"] = ["cqlite migrate convert-schema --input ./schema/schema.cql --output ./shop.cql --optimize-for-performance"],
        ["cqlite migrate export"] =
        [
            "cqlite migrate export --cassandra-host 10.0.0.1 --keyspace shop --output ./shop-export",
            "cqlite migrate export --hosts 10.0.0.1 --keyspace shop --output ./shop-export --resume-on-failure --rate-limit 20000",
            "cqlite migrate export --source ./snapshot --keyspace shop --output ./shop-export",
        ],
        ["cqlite migrate export-data"] = ["cqlite migrate export-data --cassandra-hosts 10.0.0.1 --keyspace shop --tables orders,customers --output-dir ./shop-export --resume-on-failure --progress-log ./export.log"],
        ["cqlite migrate export-complete"] = ["cqlite migrate export-complete --cassandra-hosts 10.0.0.1 --keyspace shop --output-dir ./shop-export --checksum-validation --progress-file ./progress.jsonl"],
        ["cqlite migrate export-table"] = ["cqlite migrate export-table --cassandra-host 10.0.0.1 --keyspace shop --table orders --output ./orders-export"],
        ["cqlite migrate export-partitioned"] = ["cqlite migrate export-partitioned --cassandra-host 10.0.0.1 --keyspace shop --table orders --partition-strategy token_range --partition-count 16 --output ./orders-export"],
        ["cqlite migrate import"] =
        [
            "cqlite migrate import --input ./shop-export --output ./shop-db",
            "cqlite migrate import --input ./shop-export --target-hosts 10.0.1.1,10.0.1.2 --reject-file ./rejects.jsonl --resume",
        ],
        ["cqlite migrate import-data"] = ["cqlite migrate import-data --input-dir ./shop-export --cqlite-path ./shop-db --validate-checksums --progress-log ./import.log"],
        ["cqlite migrate convert"] = ["cqlite migrate convert --input-dir ./shop-export --output-dir ./shop-db --optimize-performance --compression zstd"],
        ["cqlite migrate copy"] =
        [
            "cqlite migrate copy --cassandra-hosts 10.0.0.1,10.0.0.2 --keyspace shop --cqlite-path ./shop-db --memory-limit 512MB",
            "cqlite migrate copy --source ./shop-db --keyspace shop --target-hosts 10.0.1.1 --consistency QUORUM --rate-limit 20000",
        ],
        ["cqlite migrate sync"] =
        [
            "cqlite migrate sync --cqlite-path ./shop-db --hosts 10.0.0.1 --keyspace shop --since 24h --dry-run",
            "cqlite migrate sync --cqlite-path ./shop-db --hosts 10.0.0.1 --keyspace shop --since 2026-01-15T10:00:00Z --conflict-resolution CqliteWins",
        ],
        ["cqlite migrate report"] = ["cqlite migrate report ./reports ./shop-export --output ./report.html"],
        ["cqlite migrate validate"] =
        [
            "cqlite migrate validate --source-dir ./shop-export --target-dir ./shop-db --validation-mode strict --report-file ./check.json",
            "cqlite migrate validate --hosts 10.0.0.1 --target-dir ./shop-db --keyspace shop --sample-percentage 10 --random-sampling",
            "cqlite migrate validate --hosts 10.0.0.1 --target-dir ./shop-db --keyspace shop --auto-correct missing,mismatch --dry-run",
        ],
        ["cqlite migrate validate-counts"] = ["cqlite migrate validate-counts --cassandra-host 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --tables all --tolerance 0"],
        ["cqlite migrate validate-data"] = ["cqlite migrate validate-data --cassandra-host 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --sample-size 10000 --random-sampling --strict-comparison"],
        ["cqlite migrate validate-schema"] = ["cqlite migrate validate-schema --cassandra-host 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --include-indexes --include-udts"],
        ["cqlite migrate validate-performance"] = ["cqlite migrate validate-performance --cassandra-host 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --query-file ./queries.cql --iterations 100"],
        ["cqlite migrate validate-realtime"] = ["cqlite migrate validate-realtime --source-cassandra 10.0.0.1:9042 --target-cqlite ./shop-db --keyspace shop --sample-rate 0.1 --log-file ./watch.log"],
        ["cqlite migrate check-validation"] = ["cqlite migrate check-validation ./check.json", "cqlite migrate check-validation ./certificate.json --hosts 10.0.0.1 --cqlite-path ./shop-db"],
        ["cqlite validate"] = ["cqlite validate ./shop-db", "cqlite validate ./shop-db --compare-source ./snapshot"],
        ["cqlite validate continuous"] = ["cqlite validate continuous --hosts 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --duration 7d --validation-interval 5m --alert-on-discrepancy"],
        ["cqlite validate comprehensive"] = ["cqlite validate comprehensive --hosts 10.0.0.1 --cqlite-path ./shop-db --keyspace shop --generate-certification ./certificate.json"],
    };

    /// <summary>The commands that have examples.</summary>
    public static IEnumerable<string> Commands => s_examples.Keys;

    /// <summary>The examples of a command; none of a group that has nothing of its own to show.</summary>
    /// <param name="command">The command as it is typed, such as <c>cqlite migrate export</c>.</param>
    public static IReadOnlyList<string> Of(string command) => s_examples.GetValueOrDefault(command) ?? [];
}
