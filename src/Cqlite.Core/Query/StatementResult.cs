using System.Collections.Immutable;
using Cqlite.Core.Query.Definition;

namespace Cqlite.Core.Query;

/// <summary>The answer of a statement that gives no rows.</summary>
internal sealed class StatementResult : QueryResult
{
    private StatementResult(ResultKind kind, ImmutableArray<string> warnings)
    {
        Kind = kind;
        Warnings = warnings;
    }

    /// <inheritdoc/>
    public override ResultKind Kind { get; }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => [];

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings { get; }

    /// <inheritdoc/>
    public override long RowsRead => 0;

    /// <inheritdoc/>
    public override long PartitionsRead => 0;

    /// <inheritdoc/>
    public override string? Keyspace { get; init; }

    /// <inheritdoc/>
    internal override SchemaChange? Change { get; init; }

    /// <summary>It was done.</summary>
    public static StatementResult Done(ImmutableArray<string> warnings) => new(ResultKind.Void, warnings);

    /// <summary>The session's keyspace is another one now.</summary>
    public static StatementResult Using(string keyspace) => new(ResultKind.SetKeyspace, []) { Keyspace = keyspace };

    /// <summary>The schema was changed; null when it was as the statement wants it already, which answers as nothing done does.</summary>
    public static StatementResult Changed(SchemaChange? change, ImmutableArray<string> warnings) =>
        change is null ? Done(warnings) : new StatementResult(ResultKind.SchemaChange, warnings) { Change = change };

    /// <inheritdoc/>
    public override bool MoveNext() => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => throw new InvalidOperationException("the statement gives no rows.");
}
