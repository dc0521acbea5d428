using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Functions;

namespace Cqlite.Core.Query.Planning;

/// <summary>A call of a function of values of one row, or of results of aggregates.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/{AbstractFunctionSelector,ScalarFunctionSelector}.java.</remarks>
internal sealed record FunctionSelection(ScalarFunction Function, IReadOnlyList<Selection> Arguments) : Selection(Function.ReturnType)
{
    public override bool IsAggregate => Arguments.Any(a => a.IsAggregate);

    public override IEnumerable<ColumnSource> Columns => Arguments.SelectMany(a => a.Columns);

    public override IEnumerable<Function> Functions => [Function, .. Arguments.SelectMany(a => a.Functions)];

    public override Evaluator Start(BindValues values)
    {
        Evaluator[] arguments = [.. Arguments.Select(a => a.StartWithin(this, values))];
        foreach (Evaluator argument in arguments)
        {
            if (argument is ConstantEvaluator constant)
                FunctionTerm.CheckSet(Function, constant.Constant);
        }

        var evaluator = new FunctionEvaluator(Function, arguments);
        if (!Function.IsPure || arguments.Length == 0 || !Array.TrueForAll(arguments, a => a.IsConstant))
            return evaluator;

        // What depends on no row is computed once, and its errors are those of the statement.
        var call = new Arguments();
        foreach (Evaluator argument in arguments)
        {
            byte[]? value = ((ConstantEvaluator)argument).Constant;
            call.Add(value, value is null);
        }

        var output = new Encoding.BufferWriter(16);
        return new ConstantEvaluator(Function.Invoke(call, output) ? output.ToArray() : null);
    }

    protected override string Print() => Function.ColumnName([.. Arguments.Select(a => a.ToString())]);
}

/// <summary>A call of an aggregate.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/AggregateFunctionSelector.java.</remarks>
internal sealed record AggregateSelection(AggregateFunction Function, Selection? Operand) : Selection(Function.ReturnType)
{
    public override bool IsAggregate => true;

    public override IEnumerable<ColumnSource> Columns => Operand?.Columns ?? [];

    public override IEnumerable<Function> Functions => [Function, .. Operand?.Functions ?? []];

    public override Evaluator Start(BindValues values) => new AggregateEvaluator(Function.Start(), Operand?.Start(values));

    protected override string Print() => Function.ColumnName(Operand is null ? [] : [Operand.ToString()]);
}

/// <summary>The token of values, which are a partition key's.</summary>
internal sealed record TokenSelection(Schema.TableMetadata Table, IReadOnlyList<Selection> Arguments) : Selection(Tokens.TypeOf(Table.Partitioner))
{
    public override bool IsAggregate => Arguments.Any(a => a.IsAggregate);

    public override IEnumerable<ColumnSource> Columns => Arguments.SelectMany(a => a.Columns);

    public override IEnumerable<Function> Functions => Arguments.SelectMany(a => a.Functions);

    public override Evaluator Start(BindValues values) => new TokenEvaluator(Table.Partitioner, [.. Arguments.Select(a => a.StartWithin(this, values))]);

    protected override string Print() => $"token({string.Join(", ", Arguments)})";
}
