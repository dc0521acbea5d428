using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>A keyspace <c>ks</c> in memory for definitions, plain writes and SELECTs.</summary>
internal sealed class SmallDatabase
{
    private readonly RecordedTables _tables = new();

    public SmallDatabase(params ReadOnlySpan<string> statements)
    {
        Run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        foreach (string statement in statements)
            Run(statement);
    }

    public DatabaseSchema Schema { get; private set; } = DatabaseSchema.Empty;

    /// <summary>Executes a definition or a plain write.</summary>
    public void Run(string cql)
    {
        Statement statement = CqlParser.Parse(cql);
        if (DdlApplier.IsDefinition(statement))
            Schema = DdlApplier.Apply(Schema, statement, "ks", DdlSettings.Strict).Schema;
        else if (!_tables.TryWrite(statement, Schema, "ks", BindValues.None))
            throw new ArgumentException($"The test can't execute {cql}", nameof(cql));
    }

    /// <summary>Plans a SELECT.</summary>
    public SelectPlan Plan(string cql, bool unmask = true) => SelectPlanner.Plan((SelectStatement)CqlParser.Parse(cql), Schema, "ks", unmask);

    /// <summary>Starts a SELECT.</summary>
    public QueryResult Start(SelectPlan plan, TableStore store) => SelectResult.Start(plan, store, BindValues.None, 0, QueryOptions.Default);

    /// <summary>What a SELECT stores.</summary>
    public TableStore Store(SelectPlan plan) => _tables.Store(plan.Table);

    /// <summary>The rows of a SELECT, each a text.</summary>
    public IReadOnlyList<string> Select(string cql, bool unmask = true)
    {
        SelectPlan plan = Plan(cql, unmask);
        using TableStore store = Store(plan);
        using QueryResult result = Start(plan, store);
        var rows = new List<string>();
        while (result.MoveNext())
            rows.Add(string.Join(", ", plan.Columns.Select((c, i) => result.GetValue(i, out bool isNull) is var value && isNull ? "null" : RecordedValue.Print(c.Type, value))));
        return rows;
    }
}
