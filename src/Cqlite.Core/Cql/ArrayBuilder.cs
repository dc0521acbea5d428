using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Cql;

/// <summary>Collects the elements of a list in the syntax tree; up to four of them without another allocation than the list itself.</summary>
internal struct ArrayBuilder<T>
{
    private FirstElements _first;
    private T[]? _all;
    private int _count;

    public readonly int Count => _count;

    public void Add(T item)
    {
        if (_count < FirstElements.Length)
        {
            _first[_count++] = item;
            return;
        }
        if (_all is null)
        {
            _all = new T[FirstElements.Length * 4];
            ((ReadOnlySpan<T>)_first).CopyTo(_all);
        }
        else if (_count == _all.Length)
        {
            Array.Resize(ref _all, _count * 2);
        }
        _all[_count++] = item;
    }

    public readonly ImmutableArray<T> ToImmutable()
    {
        if (_count == 0)
            return [];
        if (_all is not null)
            return ImmutableCollectionsMarshal.AsImmutableArray(_all.Length == _count ? _all : _all.AsSpan(0, _count).ToArray());
        return ImmutableCollectionsMarshal.AsImmutableArray(((ReadOnlySpan<T>)_first)[.._count].ToArray());
    }

    [InlineArray(Length)]
    private struct FirstElements
    {
        public const int Length = 4;

        private T _element;
    }
}
