using System.Security.Cryptography;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>The functions that hide data: mask_null, mask_default, mask_replace, mask_inner, mask_outer and mask_hash.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/masking/*.java, and getMaskedValue of db/marshal/*Type.java.</remarks>
internal static class MaskingFunctions
{
    private static readonly FunctionParameter Text = new FixedParameter("[text|varchar|ascii]", CqlTypes.Text, CqlTypes.Ascii);
    private static readonly FunctionParameter Int = new FixedParameter("int", CqlTypes.Int);
    private static readonly FunctionParameter OptionalText = new OptionalParameter(new FixedParameter("text", CqlTypes.Text));

    public static IEnumerable<FunctionFactory> Factories()
    {
        yield return new FunctionFactory("mask_null", [new AnyParameter(false)], (types, _) => Null(types[0]));
        yield return new FunctionFactory("mask_default", [new AnyParameter(false)], (types, _) => Default(types[0]));
        yield return new FunctionFactory("mask_replace", [new AnyParameter(true), new SameAsParameter(0, true, new AnyParameter(true))], (types, _) => Replace(types[0]));
        yield return new FunctionFactory("mask_inner", [Text, Int, Int, OptionalText], (types, _) => Partial("mask_inner", types[0], types.Count == 4, inner: true));
        yield return new FunctionFactory("mask_outer", [Text, Int, Int, OptionalText], (types, _) => Partial("mask_outer", types[0], types.Count == 4, inner: false));
        yield return new FunctionFactory("mask_hash", [new AnyParameter(false), OptionalText], (types, _) => Hash(types[0], types.Count == 2));
    }

    /// <summary>The function of a column's mask; null for one of the user's own.</summary>
    public static ScalarFunction? Of(ColumnMask mask, CqlType type)
    {
        int arguments = mask.Arguments.Length;
        if (mask.FunctionKeyspace != Function.System)
            return null;
        return mask.FunctionName switch
        {
            "mask_null" => Null(type),
            "mask_default" => Default(type),
            "mask_replace" => Replace(type),
            "mask_inner" => Partial("mask_inner", type, arguments == 3, inner: true),
            "mask_outer" => Partial("mask_outer", type, arguments == 3, inner: false),
            "mask_hash" => Hash(type, arguments == 1),
            _ => null,
        };
    }

    private static ScalarFunction Null(CqlType type) => Made("mask_null", (in _, _) => false, type, type);

    private static ScalarFunction Default(CqlType type)
    {
        var value = new BufferWriter(16);
        WriteDefault(type, value);
        return Made(
            "mask_default",
            (in _, output) => Result.Bytes(value.WrittenSpan, output),
            type,
            type);
    }

    private static ScalarFunction Replace(CqlType type) => Made(
        "mask_replace",
        (in a, output) =>
        {
            output.Write(a.Second);
            return !a.IsNull(1);
        },
        type,
        type,
        type);

    private static ScalarFunction Hash(CqlType type, bool hasAlgorithm)
    {
        ScalarBody body = (in a, output) => !a.IsNull(0) && Hash(a.First, hasAlgorithm && !a.IsNull(1) ? a.Second : "SHA-256"u8, output);
        return hasAlgorithm ? Made("mask_hash", body, CqlTypes.Blob, type, CqlTypes.Text) : Made("mask_hash", body, CqlTypes.Blob, type);
    }

    private static ScalarFunction Partial(string name, CqlType type, bool hasPadding, bool inner)
    {
        ScalarBody body = (in a, output) => Partial(name, a, hasPadding, inner, output);
        return hasPadding ? Made(name, body, type, type, CqlTypes.Int, CqlTypes.Int, CqlTypes.Text) : Made(name, body, type, type, CqlTypes.Int, CqlTypes.Int);
    }

    private static ScalarFunction Made(string name, ScalarBody body, CqlType result, params ReadOnlySpan<CqlType> arguments) =>
        new(name, body, result, arguments) { TakesNulls = true, IsMadeForCall = true };

    private static bool Partial(string name, in Arguments arguments, bool hasPadding, bool inner, BufferWriter output)
    {
        string padding = hasPadding && !arguments.IsNull(3) ? System.Text.Encoding.UTF8.GetString(arguments.Fourth) : "*";
        if (padding.Length != 1)
        {
            throw new InvalidQueryException(
                $"The padding argument for function {Function.System}.{name} should be single-character, but '{padding}' has {padding.Length} characters.");
        }

        if (arguments.IsNull(0))
            return false;
        char[] text = System.Text.Encoding.UTF8.GetString(arguments.First).ToCharArray();
        long begin = arguments.IsNull(1) || arguments.Second.IsEmpty ? 0 : Numbers.ReadInteger(arguments.Second);
        long end = text.Length - 1 - (arguments.IsNull(2) || arguments.Third.IsEmpty ? 0 : Numbers.ReadInteger(arguments.Third));
        for (int i = 0; i < text.Length; i++)
        {
            if ((i >= begin && i <= end) == inner)
                text[i] = padding[0];
        }

        // What is left of a character of which one half is masked has no bytes; Java writes a question mark.
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                text[i] = '?';
        }

        output.WriteText(text);
        return true;
    }

    private static bool Hash(ReadOnlySpan<byte> value, ReadOnlySpan<byte> algorithm, BufferWriter output)
    {
        HashAlgorithmName name = System.Text.Encoding.UTF8.GetString(algorithm).ToUpperInvariant() switch
        {
            "MD5" => HashAlgorithmName.MD5,
            "SHA" or "SHA1" or "SHA-1" => HashAlgorithmName.SHA1,
            "SHA-256" => HashAlgorithmName.SHA256,
            "SHA-384" => HashAlgorithmName.SHA384,
            "SHA-512" => HashAlgorithmName.SHA512,
            "SHA3-256" => HashAlgorithmName.SHA3_256,
            "SHA3-384" => HashAlgorithmName.SHA3_384,
            "SHA3-512" => HashAlgorithmName.SHA3_512,
            _ => throw new InvalidQueryException($"Hash algorithm not found: {System.Text.Encoding.UTF8.GetString(algorithm)}"),
        };
        Span<byte> hash = output.GetSpan(SHA512.HashSizeInBytes);
        output.Advance(CryptographicOperations.HashData(name, value, hash));
        return true;
    }

    private static void WriteDefault(CqlType type, BufferWriter output)
    {
        switch (type.Unreversed)
        {
            case TextType:
                output.Write("****"u8);
                break;
            case TinyIntType or SmallIntType or IntType or BigIntType or CounterType or FloatType or DoubleType or TimestampType or TimeType:
                Numbers.WriteInteger(0, type is TimeType or TimestampType ? sizeof(long) : Numbers.SizeOf(type), output);
                break;
            case VarintType or BooleanType:
                output.WriteByte(0);
                break;
            case DecimalType:
                DecimalType.Write(DecimalMath.Zero, output);
                break;
            case DateType:
                output.WriteInt32(int.MinValue);
                break;
            case DurationType:
                output.Write([0, 0, 0]);
                break;
            case InetType or CollectionType:
                output.WriteInt32(0);
                break;
            case TimeUuidType:
                TimeFunctions.WriteBoundaryUuid(0, last: false, output);
                break;
            case AnyUuidType:
                output.Write(stackalloc byte[16]);
                break;
            case FieldedType fielded:
                foreach (CqlType field in fielded.Fields)
                    WriteElement(field, output, counted: false);
                break;
            case VectorType vector:
                for (int i = 0; i < vector.Dimension; i++)
                    WriteElement(vector.Elements, output, counted: true);
                break;
        }
    }

    // Fields stand behind a length of 32 bits; elements of vectors behind a variable one, or none if all have the same length.
    private static void WriteElement(CqlType type, BufferWriter output, bool counted)
    {
        var element = new BufferWriter(16);
        WriteDefault(type, element);
        if (!counted)
            output.WriteIntBytes(element.WrittenSpan);
        else if (type.FixedLength >= 0)
            output.Write(element.WrittenSpan);
        else
            output.WriteVIntBytes(element.WrittenSpan);
    }
}
