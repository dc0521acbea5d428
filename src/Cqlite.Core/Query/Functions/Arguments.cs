using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>The serialized values that a function is called with: up to four, each perhaps null.</summary>
internal ref struct Arguments
{
    /// <summary>Most arguments of a function that is built in, but for token().</summary>
    public const int Most = 4;

    private int _nulls;

    public ReadOnlySpan<byte> First { get; private set; }

    public ReadOnlySpan<byte> Second { get; private set; }

    public ReadOnlySpan<byte> Third { get; private set; }

    public ReadOnlySpan<byte> Fourth { get; private set; }

    /// <summary>An argument's bytes; none for null.</summary>
    public readonly ReadOnlySpan<byte> this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => Fourth,
    };

    /// <summary>Number of arguments.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an argument is null.</summary>
    public readonly bool IsNull(int index) => (_nulls & (1 << index)) != 0;

    /// <summary>Whether an argument has no bytes.</summary>
    public readonly bool IsEmpty(int index) => this[index].IsEmpty;

    /// <summary>Whether an argument is a tinyint of more than a byte, which a constant in hexadecimal digits makes.</summary>
    public readonly bool IsLongTinyInt(int index, CqlType type) => type is TinyIntType && this[index].Length > 1;

    /// <summary>The same arguments, but of one the first byte alone.</summary>
    public readonly Arguments WithFirstByteOf(int index)
    {
        var changed = new Arguments();
        for (int i = 0; i < Count; i++)
            changed.Add(i == index ? this[i][..1] : this[i], IsNull(i));
        return changed;
    }

    /// <summary>Adds an argument behind those there are.</summary>
    public void Add(ReadOnlySpan<byte> value, bool isNull)
    {
        if (isNull)
            _nulls |= 1 << Count;
        switch (Count++)
        {
            case 0:
                First = value;
                break;
            case 1:
                Second = value;
                break;
            case 2:
                Third = value;
                break;
            default:
                Fourth = value;
                break;
        }
    }
}
