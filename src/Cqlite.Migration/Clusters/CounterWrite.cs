using System.Buffers.Binary;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// Brings a row's counters to their values by adding what is missing. A counting that was not answered ends the work: it may come late, and what is counted again before
/// that is counted twice. Who goes on later looks at what is there then.
/// </summary>
internal sealed class CounterWrite
{
    private readonly long[] _wanted;
    private readonly string[] _names;
    private readonly string _table;
    private readonly string _where;
    private readonly byte[][] _place;

    private CounterWrite(RowStatements statements, IReadOnlyList<ColumnMetadata> columns, Row row, Cell[] cells, byte[][] place)
    {
        _wanted = [.. cells.Select(c => new CounterContext(row.Value(c)).Total)];
        _names = [.. cells.Select(c => CqlIdentifier.Quote(columns[c.Column].Name))];
        _table = statements.TableName;
        _where = statements.Where(row.IsStatic);
        _place = place;
    }

    /// <summary>What a row's counters are to be; null where it has none.</summary>
    /// <param name="statements">Makes statements of the table.</param>
    /// <param name="columns">The row's columns.</param>
    /// <param name="row">The row, which is copied.</param>
    /// <param name="place">The values that name it.</param>
    public static CounterWrite? Of(RowStatements statements, IReadOnlyList<ColumnMetadata> columns, Row row, byte[][] place)
    {
        Cell[] cells = [.. row.Cells.ToArray().Where(c => !c.IsTombstone)];
        return cells.Length == 0 ? null : new CounterWrite(statements, columns, row, cells, place);
    }

    /// <summary>Writes them.</summary>
    public Task WriteAsync(PatientExecution execution, long nowSeconds, CancellationToken cancellation)
    {
        RowStatement read = new StatementBuilder().Add($"SELECT {string.Join(", ", _names)} FROM {_table}{_where}").BindAll(_place).Build();
        bool isCounting = false;
        return execution.PatientlyAsync(
            async () =>
            {
                isCounting = false;
                byte[]?[] there = await execution.ReadAsync(read, nowSeconds, cancellation).ConfigureAwait(false);
                StatementBuilder update = new StatementBuilder().Add($"UPDATE {_table}").Begin(" SET ", ", ");
                for (int i = 0; i < _wanted.Length; i++)
                {
                    bool isThere = i < there.Length && there[i] is { Length: sizeof(long) };
                    long missing = _wanted[i] - (isThere ? BinaryPrimitives.ReadInt64BigEndian(there[i]) : 0);
                    if (missing != 0 || !isThere)
                        update.Item($"{_names[i]} = {_names[i]} + ?").Bind(RowStatements.Int64(missing));
                }

                if (update.IsFirst)
                    return;
                isCounting = true;

                // Its answer is waited for also when all else ends: who goes on must not look before it has been counted.
                cancellation.ThrowIfCancellationRequested();
                await execution.ExecuteOnceAsync(update.Add(_where).BindAll(_place).Build(), nowSeconds, CancellationToken.None).ConfigureAwait(false);
            },
            read,
            cancellation,
            mayBeDoneTwice: () => !isCounting);
    }
}
