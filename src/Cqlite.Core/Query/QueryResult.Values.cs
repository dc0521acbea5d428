using System.Buffers.Binary;
using Cqlite.Core.Query.Values;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query;

/// <content>The current row's values as .NET's types.</content>
public abstract partial class QueryResult
{
    /// <summary>The position of a column; case counts.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int GetOrdinal(string column)
    {
        for (int i = 0; i < Columns.Length; i++)
        {
            if (string.Equals(Columns[i].Name, column, StringComparison.Ordinal))
                return i;
        }

        throw new ArgumentException($"The result has no column '{column}'; it has {string.Join(", ", Columns.Select(c => c.Name))}.", nameof(column));
    }

    /// <summary>Whether the value is null, or the empty one of a type to which that means no more.</summary>
    public bool IsNull(int column)
    {
        ReadOnlySpan<byte> value = GetValue(column, out bool isNull);
        return isNull || (value.IsEmpty && Columns[column].Type.Unreversed.IsEmptyMeaningless);
    }

    /// <summary>The value of a <c>boolean</c>.</summary>
    /// <exception cref="InvalidCastException">It is null or of another type; as of all getters.</exception>
    public bool GetBoolean(int column) => Columns[column].Type.Unreversed is BooleanType && Fixed(column, 1) is { IsEmpty: false } value ? value[0] != 0 : Get<bool>(column);

    /// <summary>The value of an <c>int</c>, or another number that is small enough.</summary>
    public int GetInt32(int column) =>
        Columns[column].Type.Unreversed is IntType && Fixed(column, sizeof(int)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt32BigEndian(value) : Get<int>(column);

    /// <summary>The value of a <c>bigint</c> or <c>counter</c>, or another number that is small enough.</summary>
    public long GetInt64(int column) =>
        Columns[column].Type.Unreversed is BigIntType or CounterType && Fixed(column, sizeof(long)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt64BigEndian(value) : Get<long>(column);

    /// <summary>The value of a <c>double</c>, or another number.</summary>
    public double GetDouble(int column) =>
        Columns[column].Type.Unreversed is DoubleType && Fixed(column, sizeof(double)) is { IsEmpty: false } value ? BinaryPrimitives.ReadDoubleBigEndian(value) : Get<double>(column);

    /// <summary>The value of a <c>uuid</c> or <c>timeuuid</c>.</summary>
    public Guid GetGuid(int column) => Get<Guid>(column);

    /// <summary>The value of a <c>text</c> or <c>ascii</c>; of other types their text. Null for null.</summary>
    public string? GetString(int column)
    {
        ReadOnlySpan<byte> value = GetValue(column, out bool isNull);
        return isNull ? null : Columns[column].Type.Unreversed is TextType type ? (string?)type.Decode(value) : Get<string?>(column);
    }

    /// <summary>The value of a <c>blob</c>; of other types their serialized form. Null for null.</summary>
    public byte[]? GetBytes(int column)
    {
        ReadOnlySpan<byte> value = GetValue(column, out bool isNull);
        return isNull ? null : value.ToArray();
    }

    /// <summary>
    /// The value as the type that <see cref="CqlTypes"/> tells, or .NET's own where that loses nothing: a timestamp is a <see cref="DateTimeOffset"/>, a date a
    /// <see cref="DateOnly"/>, a decimal a <see cref="decimal"/> if it fits. Null for null.
    /// </summary>
    public object? GetObject(int column)
    {
        ReadOnlySpan<byte> value = GetValue(column, out bool isNull);
        return isNull ? null : NativeValue.Decode(Columns[column].Type.Unreversed, value);
    }

    /// <summary>The value as a type that holds it: that of <see cref="GetObject"/>, a wider number, an array of another type's elements, a text.</summary>
    /// <exception cref="InvalidCastException">It is not to be had as that type, or is null and the type has no null.</exception>
    /// <exception cref="OverflowException">The number is too large for the type.</exception>
    public T Get<T>(int column) => NativeValue.To<T>(GetObject(column));

    /// <summary>The value of a column by its name.</summary>
    /// <inheritdoc cref="Get{T}(int)"/>
    public T Get<T>(string column) => Get<T>(GetOrdinal(column));

    /// <summary>The elements of a <c>list</c>, <c>set</c>, <c>tuple</c> or <c>vector</c>; none for null.</summary>
    public IReadOnlyList<T> GetList<T>(int column) => GetObject(column) switch
    {
        null => [],
        float[] floats when floats is T[] same => same,
        System.Collections.IEnumerable elements and not string => [.. elements.Cast<object?>().Select(NativeValue.To<T>)],
        var other => throw new InvalidCastException($"A {other.GetType().Name} has no elements."),
    };

    /// <summary>The entries of a <c>map</c>; none for null.</summary>
    public IReadOnlyDictionary<TKey, TValue> GetMap<TKey, TValue>(int column)
        where TKey : notnull => GetObject(column) switch
        {
            null => new Dictionary<TKey, TValue>(),
            CqlMap map => map.ToDictionary(e => NativeValue.To<TKey>(e.Key), e => NativeValue.To<TValue>(e.Value)),
            var other => throw new InvalidCastException($"A {other.GetType().Name} has no entries."),
        };

    private ReadOnlySpan<byte> Fixed(int column, int length)
    {
        ReadOnlySpan<byte> value = GetValue(column, out bool isNull);
        return !isNull && value.Length == length ? value : default;
    }
}
