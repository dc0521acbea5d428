using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>COUNT(*), or COUNT of what is not null.</summary>
internal sealed record CountSelection(Selection? Operand) : Selection(CqlTypes.BigInt)
{
    public override bool IsAggregate => true;

    public override IEnumerable<ColumnSource> Columns => Operand?.Columns ?? [];

    public override Evaluator Start(BindValues values) => new CountEvaluator(Operand?.Start(values));

    protected override string Print() => Operand is null ? "count(*)" : $"count({Operand})";

    private sealed class CountEvaluator(Evaluator? operand) : Evaluator
    {
        private readonly byte[] _output = new byte[sizeof(long)];
        private long _count;

        public override void Reset() => _count = 0;

        public override void Accumulate(RowView row)
        {
            bool isNull = false;
            operand?.Value(row, out isNull);
            if (!isNull)
                _count++;
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = false;
            BinaryPrimitives.WriteInt64BigEndian(_output, _count);
            return _output;
        }
    }
}

/// <summary>MIN or MAX, in the order of the type.</summary>
internal sealed record ExtremeSelection(Selection Operand, bool IsMaximum) : Selection(Operand.Type)
{
    public override bool IsAggregate => true;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override Evaluator Start(BindValues values) => new ExtremeEvaluator(Operand.Start(values), Operand.Type, IsMaximum);

    protected override string Print() => $"{(IsMaximum ? "max" : "min")}({Operand})";

    private sealed class ExtremeEvaluator(Evaluator operand, CqlType type, bool isMaximum) : Evaluator
    {
        private readonly BufferWriter _best = new(32);
        private bool _any;

        public override void Reset() => _any = false;

        public override void Accumulate(RowView row)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out bool isNull);
            if (isNull || (_any && (isMaximum ? type.Compare(value, _best.WrittenSpan) <= 0 : type.Compare(value, _best.WrittenSpan) >= 0)))
                return;
            _any = true;
            _best.Clear();
            _best.Write(value);
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = !_any;
            return _any ? _best.WrittenSpan : default;
        }
    }
}

/// <summary>SUM or AVG of a numeric type, in that type; integers wrap around in a sum.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/AggregateFcts.java.</remarks>
internal sealed record SumSelection(Selection Operand, bool IsAverage) : Selection(Operand.Type.IsCounter ? CqlTypes.BigInt : Operand.Type)
{
    public override bool IsAggregate => true;

    public override IEnumerable<ColumnSource> Columns => Operand.Columns;

    public override Evaluator Start(BindValues values) => Operand.Type.Name switch
    {
        "decimal" => new DecimalEvaluator(Operand.Start(values), IsAverage),
        "float" or "double" => new FloatingEvaluator(Operand.Start(values), Operand.Type.Name == "float", IsAverage),
        _ => new IntegerEvaluator(Operand.Start(values), Type.Name, IsAverage),
    };

    protected override string Print() => $"{(IsAverage ? "avg" : "sum")}({Operand})";

    private sealed class IntegerEvaluator(Evaluator operand, string type, bool isAverage) : Evaluator
    {
        private readonly BufferWriter _output = new(16);
        private Int128 _sum;
        private BigInteger _bigSum;
        private long _count;

        public override void Reset()
        {
            _sum = 0;
            _bigSum = BigInteger.Zero;
            _count = 0;
        }

        public override void Accumulate(RowView row)
        {
            ReadOnlySpan<byte> value = operand.Value(row, out bool isNull);
            if (isNull || value.IsEmpty)
                return;
            _count++;
            if (type == "varint")
                _bigSum += new BigInteger(value, isBigEndian: true);
            else
                _sum += Read(value);
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = false;
            _output.Clear();
            if (type == "varint")
            {
                BigInteger big = isAverage ? _count == 0 ? BigInteger.Zero : _bigSum / _count : _bigSum;
                _output.Write(big.ToByteArray(isBigEndian: true));
                return _output.WrittenSpan;
            }

            Int128 result = isAverage ? _count == 0 ? 0 : _sum / _count : _sum;
            switch (type)
            {
                case "tinyint":
                    _output.WriteByte((byte)(sbyte)result);
                    break;
                case "smallint":
                    _output.WriteUInt16((ushort)(short)result);
                    break;
                case "int":
                    _output.WriteInt32((int)result);
                    break;
                default:
                    _output.WriteInt64((long)result);
                    break;
            }

            return _output.WrittenSpan;
        }

        private static long Read(ReadOnlySpan<byte> value) => value.Length switch
        {
            1 => (sbyte)value[0],
            2 => BinaryPrimitives.ReadInt16BigEndian(value),
            4 => BinaryPrimitives.ReadInt32BigEndian(value),
            _ => BinaryPrimitives.ReadInt64BigEndian(value),
        };
    }

    private sealed class DecimalEvaluator(Evaluator operand, bool isAverage) : Evaluator
    {
        private readonly BufferWriter _output = new(32);
        private BigInteger _unscaled;
        private int _scale;
        private long _count;

        public override void Reset() => (_unscaled, _scale, _count) = (BigInteger.Zero, 0, 0);

        public override void Accumulate(RowView row)
        {
            ReadOnlySpan<byte> bytes = operand.Value(row, out bool isNull);
            if (isNull || bytes.IsEmpty)
                return;
            _count++;
            int scale = BinaryPrimitives.ReadInt32BigEndian(bytes);
            var unscaled = new BigInteger(bytes[sizeof(int)..], isBigEndian: true);
            if (scale > _scale)
                (_unscaled, _scale) = (_unscaled * BigInteger.Pow(10, scale - _scale), scale);
            else
                unscaled *= BigInteger.Pow(10, _scale - scale);
            _unscaled += unscaled;
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = false;
            _output.Clear();
            _output.WriteInt32(_scale);
            _output.Write((isAverage && _count > 0 ? DivideHalfEven(_unscaled, _count) : _unscaled).ToByteArray(isBigEndian: true));
            return _output.WrittenSpan;
        }

        private static BigInteger DivideHalfEven(BigInteger dividend, long divisor)
        {
            BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger remainder);
            int half = (BigInteger.Abs(remainder) * 2).CompareTo(divisor);
            return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + dividend.Sign : quotient;
        }
    }

    private sealed class FloatingEvaluator(Evaluator operand, bool isSingle, bool isAverage) : Evaluator
    {
        private readonly BufferWriter _output = new(16);
        private double _sum;
        private double _compensation;
        private double _simpleSum;
        private long _count;

        public override void Reset() => (_sum, _compensation, _simpleSum, _count) = (0, 0, 0, 0);

        public override void Accumulate(RowView row)
        {
            ReadOnlySpan<byte> bytes = operand.Value(row, out bool isNull);
            if (isNull || bytes.IsEmpty)
                return;
            double value = isSingle ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes);
            _count++;
            _simpleSum += value;

            // Kahan's summation as Cassandra has it, the sign of its last step included, so that sums agree to the last bit.
            double corrected = value - _compensation;
            double sum = _sum + corrected;
            _compensation = (sum - _sum) - corrected;
            _sum = sum;
        }

        public override ReadOnlySpan<byte> Value(RowView row, out bool isNull)
        {
            isNull = false;
            double result = _sum + _compensation;
            if (double.IsNaN(result) && double.IsInfinity(_simpleSum))
                result = _simpleSum;
            if (isAverage)
                result = _count == 0 ? 0 : result / _count;
            _output.Clear();
            if (isSingle)
                _output.WriteInt32(BitConverter.SingleToInt32Bits((float)result));
            else
                _output.WriteDouble(result);
            return _output.WrittenSpan;
        }
    }
}
