using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Ranges;

/// <summary>
/// A range on its way: counts what goes by, keeps to the limits, and may end early, behind a token all of whose partitions have been shown, when the range turns
/// out to hold much.
/// </summary>
internal sealed class RangeCursor : ForwardingCursor
{
    private const int RowsBetweenLooks = 256;
    private readonly RangeRun _run;
    private readonly TimeCheck? _times;
    private readonly CancellationToken _cancellation;
    private Token _last;
    private long _newPartitions;
    private long _newRows;
    private long _newBytes;
    private bool _hasLast;
    private bool _hasRows;
    private bool _isEnded;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="source">The range, which this owns from now on.</param>
    /// <param name="range">What it is.</param>
    /// <param name="run">The run that it is part of.</param>
    /// <param name="times">Looks at deletion times, which not every version of SSTables can have; null where it need not be done.</param>
    /// <param name="cancellation">Ends it.</param>
    public RangeCursor(UnfilteredCursor source, TokenRange range, RangeRun run, TimeCheck? times, CancellationToken cancellation)
        : base(source)
    {
        Range = range;
        _run = run;
        _times = times;
        _cancellation = cancellation;
    }

    /// <summary>The range; once the cursor has come to its end, as much of it as was shown.</summary>
    public TokenRange Range { get; private set; }

    /// <summary>What of the range was not shown; null where all was.</summary>
    public TokenRange? Rest { get; private set; }

    /// <summary>Partitions so far.</summary>
    public long Partitions { get; private set; }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of keys and values so far.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        EndPartition();
        if (_isEnded || !Source.MoveToNextPartition())
        {
            _isEnded = true;
            Pass();
            return false;
        }

        Token token = Source.Token;
        if (_hasLast && token != _last && _run.EndsEarly(Range, _last, Rows, Bytes))
        {
            Rest = new TokenRange(_last, Range.UpTo);
            Range = new TokenRange(Range.After, _last);
            _isEnded = true;
            Pass();
            return false;
        }

        _last = token;
        _hasLast = true;
        Begin();
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        if (!Source.MoveToNextUnfiltered())
            return false;
        if (Source.Kind == UnfilteredKind.Marker)
        {
            _times?.Check(Source.PartitionKey, Source.Marker);
            return true;
        }

        _hasRows = true;
        Count(Source.Row);
        _newRows++;
        if (_newRows >= RowsBetweenLooks)
            Pass();
        return true;
    }

    private void Begin()
    {
        _hasRows = false;
        _newPartitions++;
        _newBytes += Source.PartitionKey.Length;
        if (_newPartitions >= RowsBetweenLooks)
            Pass();
        _times?.Check(Source.PartitionKey, Source.PartitionDeletion);
        if (Source.StaticRow is { } row)
            Count(row);
    }

    private void EndPartition()
    {
        if (_hasLast && !_isEnded && !_hasRows && Source.StaticRow is not null)
            _newRows++;
    }

    private void Count(Row row)
    {
        foreach (Slice slice in row.ClusteringSlices)
            _newBytes += Math.Max(slice.Length, 0);
        foreach (ref readonly Cell cell in row.Cells)
            _newBytes += cell.Value.Length + Math.Max(cell.Path.Length, 0);
        _times?.Check(Source.PartitionKey, row);
    }

    /// <summary>Tells what went by, and waits where that was too much.</summary>
    private void Pass()
    {
        Partitions += _newPartitions;
        Rows += _newRows;
        Bytes += _newBytes;
        _run.Pass(this, _newPartitions, _newRows, _newBytes, _hasLast ? _last : Range.After, _isEnded, _cancellation);
        _newPartitions = 0;
        _newRows = 0;
        _newBytes = 0;
    }
}
