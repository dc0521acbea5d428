using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>A keyspace's functions and aggregates from their rows.</summary>
internal sealed class FunctionReader(string keyspace, UserTypeReader types)
{
    /// <summary>A function from a row of <c>functions</c>.</summary>
    public FunctionMetadata Function(SchemaRow row) => new(
        keyspace,
        row.Text("function_name"),
        [.. row.Texts("argument_names")],
        [.. row.Texts("argument_types").Select(types.Parse)],
        types.Parse(row.Text("return_type")),
        row.Boolean("called_on_null_input", absent: false),
        row.Text("language"),
        row.Text("body"));

    /// <summary>An aggregate from a row of <c>aggregates</c>.</summary>
    public AggregateMetadata Aggregate(SchemaRow row) => new(
        keyspace,
        row.Text("aggregate_name"),
        [.. row.Texts("argument_types").Select(types.Parse)],
        types.Parse(row.Text("return_type")),
        row.Text("state_func"),
        types.Parse(row.TextOrNull("state_type") ?? row.Text("return_type")),
        row.TextOrNull("final_func"),
        row.TextOrNull("initcond"));
}
