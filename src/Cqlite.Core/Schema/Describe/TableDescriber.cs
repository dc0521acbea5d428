using System.Globalization;
using Cqlite.Core.Schema.Options;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema.Describe;

/// <summary>The statement that makes a table or a view, as Cassandra 5.0 prints it.</summary>
/// <remarks>
/// Source: org/apache/cassandra/schema/{TableMetadata,TableParams,ViewMetadata,ColumnMetadata}.java (appendCqlTo).
/// Where Cassandra walks a hash table (dropped columns), the definition's own order is kept.
/// </remarks>
internal static class TableDescriber
{
    /// <summary>CREATE TABLE, with the statements that drop and add again what was dropped.</summary>
    /// <param name="table">The table, no view.</param>
    /// <param name="withInternals">Whether the id and dropped columns are told.</param>
    /// <param name="ifNotExists">Whether the statement says IF NOT EXISTS.</param>
    /// <param name="dialect">For which release; null for the newest.</param>
    /// <param name="makesCompact">Whether a table of COMPACT STORAGE is told as a statement that makes it, not in a comment as Cassandra tells it.</param>
    public static string Table(TableMetadata table, bool withInternals, bool ifNotExists, OptionDialect? dialect = null, bool makesCompact = false)
    {
        var text = new CqlBuilder();
        bool isComment = table.IsCompact && !makesCompact;
        if (isComment)
        {
            text.Append("/*").NewLine()
                .Append("Warning: Table ").Append(QualifiedName(table))
                .Append(" omitted because it has constructs not compatible with CQL (was created via legacy API).").NewLine()
                .Append("Approximate structure, for reference:").NewLine()
                .Append("(this should not be used to reproduce this schema)").NewLine().NewLine();
        }

        if (table.Kind == TableKind.Virtual)
        {
            text.Append("/*").NewLine()
                .Append("Warning: Table ").Append(QualifiedName(table)).Append(" is a virtual table and cannot be recreated with CQL.").NewLine()
                .Append("Structure, for reference:").NewLine();
        }

        text.Append(table.Kind == TableKind.Virtual ? "VIRTUAL TABLE " : "CREATE TABLE ");
        if (ifNotExists)
            text.Append("IF NOT EXISTS ");
        text.Append(QualifiedName(table)).Append(" (").NewLine().Indent();
        bool singleKey = table.PartitionKey.Count == 1 && table.Clustering.Count == 0;
        Columns(text, table, withInternals, singleKey);
        if (!singleKey)
            PrimaryKey(text, table);
        text.Outdent().Append(") WITH ").Indent();
        if (table.IsCompact)
            text.Append("COMPACT STORAGE").NewLine().Append("AND ");
        Options(text, table, withInternals, dialect ?? OptionDialect.Newest, withOrder: !(makesCompact && table.IsStaticCompact));
        text.Outdent();
        if (table.Kind == TableKind.Virtual)
            text.NewLine().Append("*/");
        if (withInternals)
            DroppedColumns(text, table);
        if (isComment)
            text.NewLine().Append("*/");
        return text.ToString();
    }

    /// <summary>CREATE MATERIALIZED VIEW.</summary>
    public static string View(ViewMetadata view, bool withInternals, bool ifNotExists, OptionDialect? dialect = null)
    {
        TableMetadata table = view.Table;
        var text = new CqlBuilder();
        text.Append("CREATE MATERIALIZED VIEW ");
        if (ifNotExists)
            text.Append("IF NOT EXISTS ");
        text.Append(QualifiedName(table)).Append(" AS").NewLine().Indent().Append("SELECT ");
        text.Append(view.IncludeAllColumns ? "*" : Names(table.ColumnsInSelectOrder())).NewLine()
            .Append("FROM ").Name(table.Keyspace).Append(".").Name(view.BaseTable).NewLine()
            .Append("WHERE ").Append(view.WhereClause).NewLine();
        PrimaryKey(text, table);
        text.Outdent().Append(" WITH ").Indent();
        Options(text, table, withInternals, dialect ?? OptionDialect.Newest, withOrder: true);
        return text.ToString();
    }

    /// <summary>Keyspace and table, each quoted where it needs it.</summary>
    public static string QualifiedName(TableMetadata table) => $"{CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}";

    private static string Names(IEnumerable<ColumnMetadata> columns) => string.Join(", ", columns.Select(column => CqlIdentifier.Quote(column.Name)));

    private static void Columns(CqlBuilder text, TableMetadata table, bool withDropped, bool singleKey)
    {
        ColumnMetadata[] columns = [.. table.ColumnsInCreateOrder()];
        for (int i = 0; i < columns.Length; i++)
        {
            ColumnMetadata column = columns[i];

            // A column that was dropped and added again is declared once, below, as it was before.
            if (withDropped && table.DroppedColumns.ContainsKey(column.Name))
                continue;
            Column(text, column, isStatic: column.Kind == ColumnKind.Static && !table.IsStaticCompact);
            if (singleKey && column.Kind == ColumnKind.PartitionKey)
                text.Append(" PRIMARY KEY");
            if (!singleKey || (withDropped && table.DroppedColumns.Count > 0) || i < columns.Length - 1)
                text.Append(",");
            text.NewLine();
        }

        if (!withDropped)
            return;
        int left = table.DroppedColumns.Count;
        foreach (DroppedColumn dropped in table.DroppedColumns.Values)
        {
            Column(text, dropped.Column, dropped.Column.Kind == ColumnKind.Static);
            if (!singleKey || --left > 0)
                text.Append(",");
            text.NewLine();
        }
    }

    private static void Column(CqlBuilder text, ColumnMetadata column, bool isStatic)
    {
        text.Name(column.Name).Append(" ").Append(column.Type.Unreversed.Name);
        if (isStatic)
            text.Append(" static");
        if (column.Mask is { } mask)
            text.Append(" MASKED WITH ").Append(mask.ToString());
    }

    private static void PrimaryKey(CqlBuilder text, TableMetadata table)
    {
        text.Append("PRIMARY KEY (");
        text.Append(table.PartitionKey.Count > 1 ? $"({Names(table.PartitionKey)})" : Names(table.PartitionKey));
        if (table.Clustering.Count > 0 && !table.IsStaticCompact)
            text.Append(", ").Append(Names(table.Clustering));
        text.Append(")").NewLine();
    }

    private static void Options(CqlBuilder text, TableMetadata table, bool withInternals, OptionDialect dialect, bool withOrder)
    {
        if (withInternals)
            text.Append("ID = ").Append(table.Id.ToString()).NewLine().Append("AND ");
        if (withOrder && table.Clustering.Count > 0)
        {
            text.Append("CLUSTERING ORDER BY (")
                .Append(string.Join(", ", table.Clustering.Select(c => $"{CqlIdentifier.Quote(c.Name)} {(c.Type.IsReversed ? "DESC" : "ASC")}")))
                .Append(")").NewLine().Append("AND ");
        }

        if (table.Kind == TableKind.Virtual)
            text.Append("comment = ").Quoted(table.Options.Comment);
        else
            Options(text, table.Options, table.Kind == TableKind.View, dialect);
        text.Append(";");
    }

    private static void Options(CqlBuilder text, TableOptions options, bool isView, OptionDialect dialect)
    {
        double chance = options.BloomFilterFpChance ?? CompactionOptions.DefaultBloomFilterFpChance(options.Compaction);
        bool isFirst = true;
        if (dialect.HasWritePolicy)
            Option("additional_write_policy").Quoted(options.AdditionalWritePolicy);
        if (dialect.HasBackupOptions)
            Option("allow_auto_snapshot").Append(options.AllowAutoSnapshot);
        Option("bloom_filter_fp_chance").Append(JavaNumber.Text(chance));
        Option("caching").Map(options.Caching);
        if (dialect.HasCdc)
            Option("cdc").Append(options.Cdc);
        Option("comment").Quoted(options.Comment);
        Option("compaction").Map(options.Compaction);
        Option("compression").Map(options.Compression);
        if (dialect.HasMemtable)
            Option("memtable").Quoted(options.Memtable);
        Option("crc_check_chance").Append(JavaNumber.Text(options.CrcCheckChance));
        if (!isView)
            Option("default_time_to_live").Append(Text(options.DefaultTimeToLiveSeconds));
        if (dialect.HasWritePolicy)
            Option("extensions").Map(options.Extensions.Select(e => KeyValuePair.Create(e.Key, "0x" + Convert.ToHexStringLower(e.Value))), quoteValues: false);
        Option("gc_grace_seconds").Append(Text(options.GcGraceSeconds));
        if (dialect.HasBackupOptions)
            Option("incremental_backups").Append(options.IncrementalBackups);
        Option("max_index_interval").Append(Text(options.MaxIndexInterval));
        Option("memtable_flush_period_in_ms").Append(Text(options.MemtableFlushPeriodMillis));
        Option("min_index_interval").Append(Text(options.MinIndexInterval));
        if (dialect.HasWritePolicy)
            Option("read_repair").Quoted(options.ReadRepair);
        if (dialect.SpeculativeRetry(options.SpeculativeRetry) is { } retry)
            Option("speculative_retry").Quoted(retry);

        CqlBuilder Option(string name)
        {
            if (!isFirst)
                text.NewLine().Append("AND ");
            isFirst = false;
            return text.Append(name).Append(" = ");
        }
    }

    private static void DroppedColumns(CqlBuilder text, TableMetadata table)
    {
        string name = QualifiedName(table);
        foreach ((string dropped, DroppedColumn column) in table.DroppedColumns)
        {
            text.NewLine().Append("ALTER TABLE ").Append(name).Append(" DROP ").Name(dropped)
                .Append(" USING TIMESTAMP ").Append(column.DroppedAtMicros.ToString(CultureInfo.InvariantCulture)).Append(";");
            if (table.Column(dropped) is not { } added)
                continue;
            text.NewLine().Append("ALTER TABLE ").Append(name).Append(" ADD ");
            Column(text, added, added.Kind == ColumnKind.Static);
            text.Append(";");
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
