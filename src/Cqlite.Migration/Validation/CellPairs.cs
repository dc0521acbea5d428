using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>Goes over the live cells of two versions of a row, in order, those of the same column and element together; over the left one's dead cells too, if told so.</summary>
internal struct CellPairs
{
    private readonly Row? _left;
    private readonly Row? _right;
    private readonly int[] _leftMap;
    private readonly int[] _rightMap;
    private readonly ComparedColumn[] _columns;
    private readonly long _nowSeconds;
    private readonly bool _withDeadLeft;
    private int _nextLeft;
    private int _nextRight;
    private int _leftPlace;
    private int _rightPlace;

    /// <summary>Begins before the first pair.</summary>
    public CellPairs(Row? left, int[] leftMap, Row? right, int[] rightMap, ComparedColumn[] columns, long nowSeconds, bool withDeadLeft = false)
    {
        _left = left;
        _right = right;
        _leftMap = leftMap;
        _rightMap = rightMap;
        _columns = columns;
        _nowSeconds = nowSeconds;
        _withDeadLeft = withDeadLeft;
        _nextLeft = Next(left, leftMap, -1, _withDeadLeft, ref _leftPlace);
        _nextRight = Next(right, rightMap, -1, false, ref _rightPlace);
    }

    /// <summary>The left cell's index; -1 where there is only a right one.</summary>
    public int Left { get; private set; }

    /// <summary>The right cell's index; -1 where there is only a left one.</summary>
    public int Right { get; private set; }

    /// <summary>The compared column.</summary>
    public int Column { get; private set; }

    /// <summary>How many elements of the column come before.</summary>
    public int Place { get; private set; }

    /// <summary>Goes to the next pair.</summary>
    public bool MoveNext()
    {
        if (_nextLeft < 0 && _nextRight < 0)
            return false;
        int order = _nextLeft < 0 ? 1 : _nextRight < 0 ? -1 : Compare();
        Left = order <= 0 ? _nextLeft : -1;
        Right = order >= 0 ? _nextRight : -1;
        Column = order <= 0 ? _leftMap[_left!.Cells[_nextLeft].Column] : _rightMap[_right!.Cells[_nextRight].Column];
        Place = order <= 0 ? _leftPlace : _rightPlace;
        if (order <= 0)
            _nextLeft = Next(_left, _leftMap, _nextLeft, _withDeadLeft, ref _leftPlace);
        if (order >= 0)
            _nextRight = Next(_right, _rightMap, _nextRight, false, ref _rightPlace);
        return true;
    }

    private readonly int Compare()
    {
        ref readonly Cell left = ref _left!.Cells[_nextLeft];
        ref readonly Cell right = ref _right!.Cells[_nextRight];
        int number = _leftMap[left.Column];
        int order = number.CompareTo(_rightMap[right.Column]);
        if (order != 0 || !_columns[number].IsComplex)
            return order;
        if (_columns[number].IsByOrder)
            return _leftPlace.CompareTo(_rightPlace);
        CqlType? type = _columns[number].Type.PathType;
        return type is null ? _left.Path(left).SequenceCompareTo(_right.Path(right)) : type.Compare(_left.Path(left), _right.Path(right));
    }

    private readonly int Next(Row? row, int[] map, int index, bool withDead, ref int place)
    {
        if (row is null)
            return -1;
        ReadOnlySpan<Cell> cells = row.Cells;
        int before = index;
        for (index++; index < cells.Length; index++)
        {
            if (map[cells[index].Column] < 0 || !(withDead || cells[index].IsLive(_nowSeconds)))
                continue;
            place = before >= 0 && cells[before].Column == cells[index].Column ? place + 1 : 0;
            return index;
        }

        return -1;
    }
}
