using System.Collections.Immutable;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Metrics;
using Cqlite.Core.Query.Definition;

namespace Cqlite.Core.Query;

/// <summary>
/// The rows that a statement answers with, one at a time, each value as its serialized form. Rows are made as they are asked for
/// and values as they are looked at; nothing is gathered unless the statement demands it. For one reader; dispose it to
/// give back files and buffers.
/// </summary>
/// <example>
/// <code>
/// while (result.MoveNext())
///     for (int i = 0; i &lt; result.Columns.Length; i++)
///     {
///         ReadOnlySpan&lt;byte&gt; value = result.GetValue(i, out bool isNull);
///         ...
///     }
/// </code>
/// </example>
public abstract partial class QueryResult : IDisposable
{
    /// <summary>What the statement answers with: rows, unless told otherwise.</summary>
    public virtual ResultKind Kind => ResultKind.Rows;

    /// <summary>With <see cref="ResultKind.SetKeyspace"/>, the session's keyspace from now on.</summary>
    public virtual string? Keyspace { get; init; }

    /// <summary>With <see cref="ResultKind.SchemaChange"/>, what has changed.</summary>
    internal virtual SchemaChange? Change { get; init; }

    /// <summary>The columns.</summary>
    public abstract ImmutableArray<ResultColumn> Columns { get; }

    /// <summary>Warnings in Cassandra's words, such as that an aggregate reads the whole table.</summary>
    public abstract ImmutableArray<string> Warnings { get; }

    /// <summary>Rows read so far to make the rows returned, filtered ones included.</summary>
    public abstract long RowsRead { get; }

    /// <summary>Partitions read so far.</summary>
    public abstract long PartitionsRead { get; }

    /// <summary>
    /// Once <see cref="MoveNext"/> has answered false: what <see cref="QueryOptions.PagingState"/> must be for the page that follows; null when there is
    /// none. As in Cassandra the page that follows may turn out empty. The bytes stay right in other processes and when columns are added or dropped.
    /// </summary>
    public virtual byte[]? PagingState => null;

    /// <summary>Whether, after this page, there is another one.</summary>
    public bool HasMorePages => PagingState is not null;

    /// <summary>Whom to tell how long the first row was in coming, or the answer that there is none.</summary>
    internal LatencyTimer Timer { get; set; }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public abstract bool MoveNext();

    /// <summary>Notes that the first row is there, or that there is none; later calls do nothing.</summary>
    internal void NoteAnswer()
    {
        if (Timer.IsRunning)
        {
            Timer.Stop();
            Timer = default;
        }
    }

    /// <summary>The current row's value of a column, valid until the next row; an empty span may also be a value of no bytes.</summary>
    public abstract ReadOnlySpan<byte> GetValue(int column, out bool isNull);

    /// <summary>Appends the current row as the native protocol has it: of each column <c>length:4 value</c>, a length of -1 for null.</summary>
    internal virtual void WriteRow(BufferWriter output)
    {
        for (int i = 0; i < Columns.Length; i++)
        {
            ReadOnlySpan<byte> value = GetValue(i, out bool isNull);
            output.WriteIntBytes(value, isNull);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NoteAnswer();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back files and buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
