using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Conversions;

/// <summary>How tables of a database are to lie on disk once their rows are there. Immutable.</summary>
internal sealed record TableTuning
{
    /// <summary>The share of false answers that a filter of bits may give, by default.</summary>
    public const double FilterChance = 0.01;

    /// <summary>Compression by a name of <see cref="RewriteCompression.Names"/>; null for what the tables have.</summary>
    public string? Compression { get; init; }

    /// <summary>Whether tables have filters, by which most SSTables that lack a partition are not asked for it; null for what their options say.</summary>
    public bool? HasFilters { get; init; }

    /// <summary>Whether each table is compacted, so that a read looks into few SSTables.</summary>
    public bool Compact { get; init; }

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsNone => this == new TableTuning();

    /// <summary>Brings tables into that form. Done again it changes nothing more.</summary>
    /// <param name="engine">The database, open for writing.</param>
    /// <param name="tables">Keyspaces and names.</param>
    /// <param name="cancellation">Ends it between two tables or within one; what was rewritten stays.</param>
    public void Apply(QueryEngine engine, IEnumerable<(string Keyspace, string Table)> tables, CancellationToken cancellation)
    {
        if (IsNone)
            return;
        foreach ((string keyspace, string name) in tables)
        {
            cancellation.ThrowIfCancellationRequested();
            Database database = engine.Database;
            TableMetadata? table = database.Schema.Table(keyspace, name);
            if (table is null)
                continue;
            List<string> changes = Alteration(table);
            bool isChanged = changes.Count > 0;
            if (isChanged)
                engine.Execute($"ALTER TABLE {CqlIdentifier.Quote(keyspace)}.{CqlIdentifier.Quote(name)} WITH {string.Join(" AND ", changes)}").Dispose();
            if (isChanged || Compact)
                database.Compact(database.Schema.Table(keyspace, name)!, cancellation: cancellation);
        }
    }

    private List<string> Alteration(TableMetadata table)
    {
        List<string> changes = [];
        if (RewriteCompression.Option(Compression, chunkLengthBytes: null) is { } option)
        {
            string wanted = option.GetValueOrDefault("class", "");
            string known = table.Options.Compression.GetValueOrDefault("enabled") == "false" ? "" : table.Options.Compression.GetValueOrDefault("class", "").Split('.')[^1];
            if (wanted != known)
                changes.Add(wanted.Length == 0 ? "compression = {'enabled': 'false'}" : $"compression = {{'class': '{wanted}'}}");
        }

        double? chance = HasFilters switch
        {
            true when table.Options.BloomFilterFpChance is >= 1 => FilterChance,
            false when table.Options.BloomFilterFpChance is null or < 1 => 1.0,
            _ => null,
        };
        if (chance is { } share)
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"bloom_filter_fp_chance = {share:0.0#}"));
        return changes;
    }
}
