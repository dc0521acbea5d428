using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Types;

/// <summary>A natural number in words of 32 bits, least significant first, over memory of the caller's: what printing floating-point numbers needs, without allocation.</summary>
internal ref struct WordNumber
{
    private readonly Span<uint> _words;
    private int _length;

    /// <summary>Starts with a value.</summary>
    public WordNumber(Span<uint> memory, ulong value)
    {
        _words = memory;
        _words[0] = (uint)value;
        _words[1] = (uint)(value >> 32);
        _length = 2;
        Trim();
    }

    /// <summary>Bits up to the highest one that is set.</summary>
    public readonly int BitLength => _length == 0 ? 0 : (_length * 32) - BitOperations.LeadingZeroCount(_words[_length - 1]);

    /// <summary>Takes over another number's value.</summary>
    public void CopyFrom(in WordNumber other)
    {
        other._words[..other._length].CopyTo(_words);
        _length = other._length;
    }

    /// <summary>Multiplies by a word.</summary>
    public void Multiply(uint factor)
    {
        ulong carry = 0;
        for (int i = 0; i < _length; i++)
        {
            carry += (ulong)_words[i] * factor;
            _words[i] = (uint)carry;
            carry >>= 32;
        }

        if (carry != 0)
            _words[_length++] = (uint)carry;
    }

    /// <summary>Multiplies by a power of five.</summary>
    public void MultiplyPow5(int power)
    {
        for (; power >= 13; power -= 13)
            Multiply(1220703125);
        uint rest = 1;
        for (; power > 0; power--)
            rest *= 5;
        if (rest != 1)
            Multiply(rest);
    }

    /// <summary>Multiplies by a power of two.</summary>
    public void ShiftLeft(int bits)
    {
        if (_length == 0 || bits == 0)
            return;

        int words = bits >> 5;
        int rest = bits & 31;
        if (words != 0)
        {
            _words[.._length].CopyTo(_words[words..]);
            _words[..words].Clear();
            _length += words;
        }

        if (rest != 0)
        {
            uint carry = 0;
            for (int i = words; i < _length; i++)
            {
                uint word = _words[i];
                _words[i] = (word << rest) | carry;
                carry = word >> (32 - rest);
            }

            if (carry != 0)
                _words[_length++] = carry;
        }
    }

    /// <summary>Compares.</summary>
    public readonly int CompareTo(in WordNumber other)
    {
        if (_length != other._length)
            return _length < other._length ? -1 : 1;
        for (int i = _length - 1; i >= 0; i--)
        {
            if (_words[i] != other._words[i])
                return _words[i] < other._words[i] ? -1 : 1;
        }

        return 0;
    }

    /// <summary>Subtracts a number that is not larger.</summary>
    public void Subtract(in WordNumber other)
    {
        long borrow = 0;
        for (int i = 0; i < _length; i++)
        {
            borrow += (long)_words[i] - (i < other._length ? other._words[i] : 0);
            _words[i] = (uint)borrow;
            borrow >>= 32;
        }

        Trim();
    }

    /// <summary>Leaves the rest of a division whose quotient is a decimal digit, and returns the quotient. The divisor's highest word has its highest bit set.</summary>
    public int DivideDigit(in WordNumber divisor)
    {
        if (_length < divisor._length)
            return 0;

        ulong head = _words[_length - 1];
        if (_length > divisor._length)
            head = (head << 32) | _words[_length - 2];
        uint q = (uint)(head / ((ulong)divisor._words[divisor._length - 1] + 1));
        if (q != 0)
            SubtractProduct(divisor, q);
        while (CompareTo(divisor) >= 0)
        {
            Subtract(divisor);
            q++;
        }

        return (int)q;
    }

    private void SubtractProduct(in WordNumber other, uint factor)
    {
        long borrow = 0;
        ulong carry = 0;
        for (int i = 0; i < _length; i++)
        {
            if (i < other._length)
                carry += (ulong)other._words[i] * factor;
            borrow += (long)_words[i] - (uint)carry;
            carry >>= 32;
            _words[i] = (uint)borrow;
            borrow >>= 32;
        }

        Trim();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Trim()
    {
        while (_length > 0 && _words[_length - 1] == 0)
            _length--;
    }
}
