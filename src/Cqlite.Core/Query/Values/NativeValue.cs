using System.Globalization;
using System.Numerics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Values;

/// <summary>Values as .NET's own types: those of <see cref="CqlTypes"/>, and of types that exist because .NET's could lose something, .NET's where nothing is lost.</summary>
internal static class NativeValue
{
    /// <summary>Decodes a value; null for an empty one of a type to which it means nothing.</summary>
    public static object? Decode(CqlType type, ReadOnlySpan<byte> value) => From(type.Decode(value));

    /// <summary>Converts what a type decoded, and what is in it.</summary>
    public static object? From(object? decoded)
    {
        switch (decoded)
        {
            case INativeForm value:
                return value.ToNativeForm();
            case object?[] elements:
                for (int i = 0; i < elements.Length; i++)
                    elements[i] = From(elements[i]);
                return elements;
            case CqlTuple tuple:
                return new CqlTuple([.. tuple.Select(From)]);
            case CqlUdtValue udt:
                return new CqlUdtValue(udt.TypeName, udt.FieldNames, [.. Enumerable.Range(0, udt.StoredFields).Select(i => From(udt[i]))]);
            case CqlMap map:
                return new CqlMap(map.Select<KeyValuePair<object?, object?>, KeyValuePair<object?, object?>>(e => new(From(e.Key), From(e.Value))));
            default:
                return decoded;
        }
    }

    /// <summary>The .NET type that values of a type have as a rule; <see cref="object"/> where it depends on the value.</summary>
    public static Type TypeOf(CqlType type) => type.Unreversed switch
    {
        BooleanType => typeof(bool),
        TinyIntType => typeof(sbyte),
        SmallIntType => typeof(short),
        IntType => typeof(int),
        BigIntType or CounterType => typeof(long),
        VarintType => typeof(BigInteger),
        FloatType => typeof(float),
        DoubleType => typeof(double),
        Utf8Type or AsciiType => typeof(string),
        BlobType => typeof(byte[]),
        UuidType or TimeUuidType or LexicalUuidType => typeof(Guid),
        InetType => typeof(System.Net.IPAddress),
        DurationType => typeof(CqlDuration),
        ListType or SetType => typeof(object[]),
        MapType => typeof(CqlMap),
        UserType => typeof(CqlUdtValue),
        TupleType => typeof(CqlTuple),
        VectorType { Elements: FloatType } => typeof(float[]),
        VectorType => typeof(object[]),
        _ => typeof(object),
    };

    /// <summary>A value as another type that holds it.</summary>
    /// <exception cref="InvalidCastException">It is not to be had as that type.</exception>
    public static T To<T>(object? value)
    {
        if (value is T same)
            return same;
        Type wanted = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (value is null or DBNull)
            return default(T) is null ? default! : throw new InvalidCastException($"The value is null, which {typeof(T).Name} can't be; ask for {typeof(T).Name}? or look at IsNull.");
        return (T)(Convert(value, wanted) ?? throw new InvalidCastException($"A {value.GetType().Name} is no {typeof(T).Name}."));
    }

    /// <summary>A value as another type that holds it; null where it does not.</summary>
    public static object? Convert(object value, Type wanted)
    {
        if (wanted.IsInstanceOfType(value))
            return value;
        if (wanted.IsArray && value is System.Collections.IList items)
            return ConvertArray(items, wanted);
        if (wanted == typeof(DateTimeOffset) && value is DateTime local)
            return new DateTimeOffset(local);
        if (wanted == typeof(DateTime))
            return value switch { DateTimeOffset moment => moment.UtcDateTime, DateOnly day => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), _ => null };
        if (wanted == typeof(DateOnly))
            return value switch { DateTimeOffset moment => DateOnly.FromDateTime(moment.UtcDateTime), DateTime moment => DateOnly.FromDateTime(moment), _ => null };
        if (wanted == typeof(TimeSpan))
            return value switch { TimeOnly time => time.ToTimeSpan(), CqlDuration { Months: 0, Days: 0 } duration => TimeSpan.FromTicks(duration.Nanoseconds / 100), _ => null };
        if (wanted == typeof(CqlDecimal))
            return value is decimal number ? CqlDecimal.FromDecimal(number) : null;
        if (wanted == typeof(CqlTimestamp))
            return value is DateTimeOffset moment ? CqlTimestamp.FromDateTimeOffset(moment) : null;
        if (wanted == typeof(CqlDate))
            return value is DateOnly day ? CqlDate.FromDateOnly(day) : null;
        if (wanted == typeof(CqlTime))
            return value is TimeOnly time ? CqlTime.FromTimeOnly(time) : null;
        if (wanted == typeof(string))
            return value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString();
        if (wanted == typeof(Guid))
            return value is string text && Guid.TryParse(text, out Guid guid) ? guid : null;
        if (wanted.IsEnum)
            return value is string name ? Enum.Parse(wanted, name, ignoreCase: true) : value is IConvertible ? Enum.ToObject(wanted, value) : null;
        return ConvertNumber(value, wanted);
    }

    private static object? ConvertNumber(object value, Type wanted)
    {
        if (value is BigInteger big)
        {
            return wanted == typeof(long) ? (long)big : wanted == typeof(int) ? (int)big : wanted == typeof(decimal) ? (decimal)big : wanted == typeof(double) ? (double)big
                : wanted == typeof(ulong) ? (ulong)big : null;
        }

        if (wanted == typeof(BigInteger))
            return value is IConvertible and not (string or bool or float or double or decimal) ? new BigInteger(System.Convert.ToInt64(value, CultureInfo.InvariantCulture)) : null;
        bool isNumber = Type.GetTypeCode(wanted) is >= TypeCode.Boolean and <= TypeCode.Decimal;
        return isNumber && value is IConvertible and not string ? System.Convert.ChangeType(value, wanted, CultureInfo.InvariantCulture) : null;
    }

    private static Array? ConvertArray(System.Collections.IList items, Type wanted)
    {
        Type element = wanted.GetElementType()!;
        Array array = Array.CreateInstanceFromArrayType(wanted, items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            object? converted = items[i] is { } item ? Convert(item, Nullable.GetUnderlyingType(element) ?? element) : null;
            if (converted is null && items[i] is not null)
                return null;
            array.SetValue(converted, i);
        }

        return array;
    }
}
