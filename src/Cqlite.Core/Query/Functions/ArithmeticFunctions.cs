using System.Numerics;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>The operators, which are functions of names that no statement writes: on numbers, texts, and dates with durations.</summary>
/// <remarks>
/// Numbers become the larger of both types, a floating one if either is. Integers wrap around. Source:
/// org/apache/cassandra/cql3/functions/OperationFcts.java.
/// </remarks>
internal static class ArithmeticFunctions
{
    /// <summary>The name of the function for unary minus.</summary>
    public const string NegationName = "_negate";

    private static readonly ArithmeticOperator[] Operators = Enum.GetValues<ArithmeticOperator>();

    public static IEnumerable<Function> All()
    {
        foreach (CqlType left in Numbers.Types)
        {
            foreach (CqlType right in Numbers.Types)
            {
                CqlType result = ResultType(left, right);
                foreach (ArithmeticOperator op in Operators)
                    yield return Operation(op, Body(op, left, right, result), result, left, right);
            }

            yield return new ScalarFunction(NegationName, NegationBody(left), left, left) { NameOfColumn = names => $"-{names[0]}" };
        }

        foreach (ArithmeticOperator op in Operators.Where(o => o is ArithmeticOperator.Add or ArithmeticOperator.Subtract))
        {
            bool isSubtraction = op == ArithmeticOperator.Subtract;
            yield return Operation(op, (in a, output) => DurationMath.AddToTimestamp(a.First, a.Second, isSubtraction, output), CqlTypes.Timestamp, CqlTypes.Timestamp, CqlTypes.Duration);
            yield return Operation(op, (in a, output) => DurationMath.AddToDate(a.First, a.Second, isSubtraction, output), CqlTypes.Date, CqlTypes.Date, CqlTypes.Duration);
        }

        yield return Operation(ArithmeticOperator.Add, Concatenate, CqlTypes.Text, CqlTypes.Text, CqlTypes.Text);
        yield return Operation(ArithmeticOperator.Add, Concatenate, CqlTypes.Ascii, CqlTypes.Ascii, CqlTypes.Ascii);
        yield return Operation(ArithmeticOperator.Add, Concatenate, CqlTypes.Text, CqlTypes.Ascii, CqlTypes.Text);
        yield return Operation(ArithmeticOperator.Add, Concatenate, CqlTypes.Text, CqlTypes.Text, CqlTypes.Ascii);
    }

    /// <summary>The name of an operator's function.</summary>
    public static string NameOf(ArithmeticOperator op) => op switch
    {
        ArithmeticOperator.Add => "_add",
        ArithmeticOperator.Subtract => "_substract",
        ArithmeticOperator.Multiply => "_multiply",
        ArithmeticOperator.Divide => "_divide",
        _ => "_modulo",
    };

    public static char SymbolOf(ArithmeticOperator op) => op switch
    {
        ArithmeticOperator.Add => '+',
        ArithmeticOperator.Subtract => '-',
        ArithmeticOperator.Multiply => '*',
        ArithmeticOperator.Divide => '/',
        _ => '%',
    };

    private static ScalarFunction Operation(ArithmeticOperator op, ScalarBody body, CqlType result, CqlType left, CqlType right)
    {
        char symbol = SymbolOf(op);
        return new ScalarFunction(NameOf(op), Guarded, result, left, right) { NameOfColumn = names => $"{names[0]} {symbol} {names[1]}" };

        bool Guarded(in Arguments arguments, BufferWriter output)
        {
            try
            {
                return body(arguments, output);
            }
            catch (ArithmeticException error)
            {
                throw new InvalidQueryException(
                    $"the operation '{left.Name} {symbol} {right.Name}' failed: {error.Message}",
                    new FailedFunction(Function.System, NameOf(op), [left.Name, right.Name]));
            }
        }
    }

    private static CqlType ResultType(CqlType left, CqlType right)
    {
        bool isFloating = IsFloating(left) || IsFloating(right);
        return (isFloating, Math.Max(Numbers.SizeOf(left), Numbers.SizeOf(right))) switch
        {
            (true, 4) => CqlTypes.Float,
            (true, 8) => CqlTypes.Double,
            (true, _) => CqlTypes.Decimal,
            (false, 1) => CqlTypes.TinyInt,
            (false, 2) => CqlTypes.SmallInt,
            (false, 4) => CqlTypes.Int,
            (false, 8) => CqlTypes.BigInt,
            _ => CqlTypes.VarInt,
        };
    }

    private static bool IsFloating(CqlType type) => type is FloatType or DoubleType or DecimalType;

    private static ScalarBody Body(ArithmeticOperator op, CqlType left, CqlType right, CqlType result)
    {
        NumberKind leftKind = Numbers.KindOf(left);
        NumberKind rightKind = Numbers.KindOf(right);
        int size = Numbers.SizeOf(result);
        switch (Numbers.KindOf(result))
        {
            case NumberKind.Integer:
                return (in a, output) => Result.Integer(Compute(op, Numbers.ReadInteger(a.First), Numbers.ReadInteger(a.Second)), size, output);
            case NumberKind.Single:
                return (in a, output) => Result.Single(Compute(op, Numbers.ReadSingle(leftKind, a.First), Numbers.ReadSingle(rightKind, a.Second)), output);
            case NumberKind.Double:
                return (in a, output) => Result.Double(Compute(op, Numbers.ReadDouble(leftKind, a.First), Numbers.ReadDouble(rightKind, a.Second)), output);
            case NumberKind.BigInteger:
                return (in a, output) => Result.BigInteger(Compute(op, Numbers.ReadAsBigInteger(leftKind, a.First), Numbers.ReadAsBigInteger(rightKind, a.Second)), output);
            default:
                return (in a, output) => Result.Decimal(Compute(op, Numbers.ReadAsDecimal(leftKind, a.First), Numbers.ReadAsDecimal(rightKind, a.Second)), output);
        }
    }

    private static long Compute(ArithmeticOperator op, long left, long right)
    {
        switch (op)
        {
            case ArithmeticOperator.Add:
                return unchecked(left + right);
            case ArithmeticOperator.Subtract:
                return unchecked(left - right);
            case ArithmeticOperator.Multiply:
                return unchecked(left * right);
            default:
                if (right == 0)
                    throw new ArithmeticException("/ by zero");
                if (right == -1)
                    return op == ArithmeticOperator.Divide ? unchecked(-left) : 0;
                return op == ArithmeticOperator.Divide ? left / right : left % right;
        }
    }

    private static float Compute(ArithmeticOperator op, float left, float right) => op switch
    {
        ArithmeticOperator.Add => left + right,
        ArithmeticOperator.Subtract => left - right,
        ArithmeticOperator.Multiply => left * right,
        ArithmeticOperator.Divide => left / right,
        _ => left % right,
    };

    private static double Compute(ArithmeticOperator op, double left, double right) => op switch
    {
        ArithmeticOperator.Add => left + right,
        ArithmeticOperator.Subtract => left - right,
        ArithmeticOperator.Multiply => left * right,
        ArithmeticOperator.Divide => left / right,
        _ => left % right,
    };

    private static BigInteger Compute(ArithmeticOperator op, BigInteger left, BigInteger right)
    {
        if (op is ArithmeticOperator.Divide or ArithmeticOperator.Modulo && right.IsZero)
            throw new ArithmeticException("BigInteger divide by zero");
        return op switch
        {
            ArithmeticOperator.Add => left + right,
            ArithmeticOperator.Subtract => left - right,
            ArithmeticOperator.Multiply => left * right,
            ArithmeticOperator.Divide => left / right,
            _ => left % right,
        };
    }

    private static CqlDecimal Compute(ArithmeticOperator op, CqlDecimal left, CqlDecimal right) => op switch
    {
        ArithmeticOperator.Add => DecimalMath.Add(left, right),
        ArithmeticOperator.Subtract => DecimalMath.Subtract(left, right),
        ArithmeticOperator.Multiply => DecimalMath.Multiply(left, right),
        ArithmeticOperator.Divide => DecimalMath.Divide(left, right),
        _ => DecimalMath.Remainder(left, right),
    };

    private static ScalarBody NegationBody(CqlType type)
    {
        int size = Numbers.SizeOf(type);
        return Numbers.KindOf(type) switch
        {
            NumberKind.Integer => (in a, output) => Result.Integer(unchecked(-Numbers.ReadInteger(a.First)), size, output),
            NumberKind.Single => (in a, output) => Result.Single(-Numbers.ReadSingle(NumberKind.Single, a.First), output),
            NumberKind.Double => (in a, output) => Result.Double(-Numbers.ReadDouble(NumberKind.Double, a.First), output),
            NumberKind.BigInteger => (in a, output) => Result.BigInteger(-Numbers.ReadBigInteger(a.First), output),
            _ => (in a, output) => Result.Decimal(DecimalMath.Negate(Numbers.ReadDecimal(a.First)), output),
        };
    }

    private static bool Concatenate(in Arguments arguments, BufferWriter output)
    {
        output.Write(arguments.First);
        output.Write(arguments.Second);
        return true;
    }
}
