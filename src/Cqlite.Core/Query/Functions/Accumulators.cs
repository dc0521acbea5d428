using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Counts.</summary>
internal sealed class CountAccumulator : Accumulator
{
    private long _count;

    public override void Reset() => _count = 0;

    public override void Add(ReadOnlySpan<byte> value) => _count++;

    public override bool Write(BufferWriter output)
    {
        output.WriteInt64(_count);
        return true;
    }
}

/// <summary>The first or last value in a type's order; of equal ones the first.</summary>
internal sealed class ExtremeAccumulator(CqlType type, bool isMaximum) : Accumulator
{
    private readonly BufferWriter _best = new(32);
    private bool _any;

    public override void Reset() => _any = false;

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (_any && (isMaximum ? type.Compare(value, _best.WrittenSpan) <= 0 : type.Compare(value, _best.WrittenSpan) >= 0))
            return;
        _any = true;
        _best.Clear();
        _best.Write(value);
    }

    public override bool Write(BufferWriter output)
    {
        if (_any)
            output.Write(_best.WrittenSpan);
        return _any;
    }
}

/// <summary>The same of integers of four or eight bytes. A value without bytes, if there is one, comes before all.</summary>
internal sealed class IntegerExtremeAccumulator(int sizeBytes, bool isMaximum) : Accumulator
{
    private long _best;
    private bool _any;
    private bool _anyEmpty;

    public override void Reset() => (_any, _anyEmpty) = (false, false);

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (value.Length != sizeBytes)
        {
            _anyEmpty = true;
            return;
        }

        long number = sizeBytes == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(value) : BinaryPrimitives.ReadInt64BigEndian(value);
        if (_any && (isMaximum ? number <= _best : number >= _best))
            return;
        _any = true;
        _best = number;
    }

    public override bool Write(BufferWriter output)
    {
        if (_any && (isMaximum || !_anyEmpty))
            Numbers.WriteInteger(_best, sizeBytes, output);
        return _any || _anyEmpty;
    }
}

/// <summary>The sum or average of integers of one to eight bytes. A sum keeps the low bytes only, as Cassandra's does.</summary>
internal sealed class IntegerSumAccumulator(int sizeBytes, bool average) : Accumulator
{
    private long _low;
    private long _overflows;
    private long _count;

    public override void Reset() => (_low, _overflows, _count) = (0, 0, 0);

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        long number = Numbers.ReadInteger(value[..Math.Min(value.Length, sizeBytes)]);
        long sum = unchecked(_low + number);
        if (((_low ^ sum) & (number ^ sum)) < 0)
            _overflows += number < 0 ? -1 : 1;
        _low = sum;
        _count++;
    }

    public override bool Write(BufferWriter output)
    {
        long result = _low;
        if (average)
            result = _count == 0 ? 0 : (long)((((Int128)_overflows << 64) + _low) / _count);
        Numbers.WriteInteger(result, sizeBytes, output);
        return true;
    }
}

/// <summary>The sum or average of varints.</summary>
internal sealed class BigIntegerSumAccumulator(bool average) : Accumulator
{
    private BigInteger _sum;
    private long _count;

    public override void Reset() => (_sum, _count) = (BigInteger.Zero, 0);

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        _sum += Numbers.ReadBigInteger(value);
        _count++;
    }

    public override bool Write(BufferWriter output)
    {
        TwosComplement.Write(average && _count > 0 ? _sum / _count : _sum, output);
        return true;
    }
}

/// <summary>The sum of decimals, exactly.</summary>
internal sealed class DecimalSumAccumulator : Accumulator
{
    private BigInteger _unscaled;
    private int _scale;

    public override void Reset() => (_unscaled, _scale) = (BigInteger.Zero, 0);

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        CqlDecimal number = Numbers.ReadDecimal(value);
        try
        {
            if (number.Scale > _scale)
                (_unscaled, _scale) = (_unscaled * DecimalMath.PowerOfTen((long)number.Scale - _scale), number.Scale);
            _unscaled += number.Unscaled * DecimalMath.PowerOfTen((long)_scale - number.Scale);
        }
        catch (ArithmeticException)
        {
            throw new InvalidQueryException($"The sum has more than {DecimalMath.MaximumDigits:N0} digits");
        }
    }

    public override bool Write(BufferWriter output)
    {
        DecimalType.Write(new CqlDecimal(_unscaled, _scale), output);
        return true;
    }
}

/// <summary>The average of decimals as Cassandra has it: moved toward each number by its difference over the count so far, rounded to the difference's scale.</summary>
internal sealed class DecimalAverageAccumulator : Accumulator
{
    private CqlDecimal _average = DecimalMath.Zero;
    private long _count;

    public override void Reset() => (_average, _count) = (DecimalMath.Zero, 0);

    public override void Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        _count++;
        try
        {
            CqlDecimal difference = DecimalMath.Subtract(Numbers.ReadDecimal(value), _average);
            CqlDecimal part = DecimalMath.DivideToScale(difference, new CqlDecimal(_count, 0), difference.Scale, halfEven: true);
            _average = DecimalMath.Add(_average, part);
        }
        catch (ArithmeticException)
        {
            throw new InvalidQueryException($"The average has more than {DecimalMath.MaximumDigits:N0} digits");
        }
    }

    public override bool Write(BufferWriter output)
    {
        DecimalType.Write(_average, output);
        return true;
    }
}

/// <summary>The sum or average of floats or doubles, by Kahan's summation. An average whose sum is beyond a double goes on with decimals.</summary>
internal sealed class FloatingSumAccumulator(bool isSingle, bool average) : Accumulator
{
    private double _sum;
    private double _compensation;
    private double _simpleSum;
    private long _count;
    private CqlDecimal? _large;

    public override void Reset() => (_sum, _compensation, _simpleSum, _count, _large) = (0, 0, 0, 0, null);

    public override void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        double value = isSingle ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes);
        _count++;
        if (_large is { } large)
        {
            _large = DecimalMath.Add(large, OfDouble(value));
            return;
        }

        // The sign of the last step is Cassandra's, so that sums agree to the last bit.
        _simpleSum += value;
        double previous = _sum;
        double corrected = value - _compensation;
        double sum = _sum + corrected;
        _compensation = (sum - _sum) - corrected;
        _sum = sum;
        if (average && double.IsInfinity(sum) && !double.IsInfinity(value))
            _large = DecimalMath.Add(OfDouble(previous), OfDouble(value));
    }

    public override bool Write(BufferWriter output)
    {
        double result = _sum + _compensation;
        if (double.IsNaN(result) && double.IsInfinity(_simpleSum))
            result = _simpleSum;
        if (average)
            result = _count == 0 ? 0 : Average(result);
        if (isSingle)
            Numbers.WriteSingle((float)result, output);
        else
            output.WriteDouble(result);
        return true;
    }

    private double Average(double sum) => _large is { } large
        ? DecimalMath.ToDouble(DecimalMath.DivideToScale(large, new CqlDecimal(_count, 0), large.Scale, halfEven: true))
        : sum / _count;

    private static CqlDecimal OfDouble(double value) => double.IsFinite(value)
        ? DecimalMath.FromDouble(value)
        : throw new InvalidQueryException("The average of numbers whose sum is beyond a double has no place for NaN and Infinity");
}
