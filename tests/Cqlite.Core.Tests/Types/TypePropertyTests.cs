using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>What must hold of any values of any type; a seed that fails is printed by FsCheck.</summary>
public sealed class TypePropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(1000);

    public static TheoryData<string> Types => [.. RandomValues.TypeNames];

    [Theory]
    [MemberData(nameof(Types))]
    public void Byte_comparable_forms_are_ordered_as_the_values(string name)
    {
        CqlType type = RandomValues.Type(name);
        CqlType reversed = CqlTypes.Reversed(type);
        Check.One(Runs, Prop.ForAll<int, int>((seed, other) =>
        {
            byte[] left = RandomValues.Make(type, seed);
            byte[] right = RandomValues.Make(type, other);
            int expected = Math.Sign(type.Compare(left, right));
            byte[] leftForm = Component(type, left);
            byte[] rightForm = Component(type, right);

            // Compare as within a sequence, where separators of 10 to EF follow.
            return expected == Math.Sign(leftForm.AsSpan().SequenceCompareTo(rightForm))
                && expected == -Math.Sign(type.Compare(right, left))
                && expected == -Math.Sign(reversed.Compare(left, right))
                && expected == -Math.Sign(Component(reversed, left).AsSpan().SequenceCompareTo(Component(reversed, right)));
        }));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Order_is_transitive(string name)
    {
        CqlType type = RandomValues.Type(name);
        Check.One(Runs, Prop.ForAll<int, int, int>((a, b, c) =>
        {
            byte[][] sorted = [RandomValues.Make(type, a), RandomValues.Make(type, b), RandomValues.Make(type, c)];
            Array.Sort(sorted, (x, y) => type.Compare(x, y));
            return type.Compare(sorted[0], sorted[1]) <= 0 && type.Compare(sorted[1], sorted[2]) <= 0 && type.Compare(sorted[0], sorted[2]) <= 0;
        }));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Values_are_valid_and_survive_decoding_and_encoding(string name)
    {
        CqlType type = RandomValues.Type(name);
        Check.One(Runs, Prop.ForAll<int>(seed =>
        {
            byte[] value = RandomValues.Make(type, seed, allowEmpty: false);
            type.Validate(value);
            object? decoded = type.Decode(value);
            Assert.NotNull(decoded);
            BufferWriter output = new();
            type.Encode(decoded, output);

            // A boolean of another byte than 1 is true all the same.
            return type is BooleanType ? type.Compare(value, output.WrittenSpan) == 0 : output.WrittenSpan.SequenceEqual(value);
        }));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Text_and_json_read_back_as_equal_values(string name)
    {
        CqlType type = RandomValues.Type(name);
        Check.One(Runs, Prop.ForAll<int>(seed =>
        {
            byte[] value = RandomValues.Make(type, seed, allowEmpty: false);
            BufferWriter json = new();
            type.WriteJson(value, json);
            using JsonDocument document = JsonDocument.Parse(json.WrittenMemory);
            return LosesNothing(type) || ReadsBack(type, value, document.RootElement);
        }));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Damaged_values_are_errors_of_ours_or_read(string name)
    {
        CqlType type = RandomValues.Type(name);
        Check.One(Runs, Prop.ForAll<int, int>((seed, damage) =>
        {
            byte[] value = RandomValues.Make(type, seed);
            Random random = new(damage);
            byte[] damaged = random.Next(3) switch
            {
                0 => value[..random.Next(value.Length + 1)],
                1 => [.. value, .. new byte[random.Next(1, 5)]],
                _ => [.. value.Select(b => random.Next(6) == 0 ? (byte)random.Next(256) : b)],
            };
            BufferWriter output = new();
            Attempt(() => type.Validate(damaged));
            Attempt(() => type.Compare(damaged, value));
            Attempt(() => type.Compare(value, damaged));
            Attempt(() => type.Decode(damaged));
            Attempt(() => type.WriteText(damaged, output));
            Attempt(() => type.WriteLiteral(damaged, output));
            Attempt(() => type.WriteJson(damaged, output));
            Attempt(() => type.WriteByteComparable(damaged, output));
            return output.Length < 100_000;
        }));
    }

    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidQueryException)
        {
            // What is damaged may be refused, in this way and no other.
        }
    }

    /// <summary>Types whose JSON is not meant to be read back, or loses NaN, years before 1 and the like.</summary>
    private static bool LosesNothing(CqlType type) =>
        type is FloatType or DoubleType or TimestampType or AbstractCompositeType or PartitionerOrderType or DurationType or InetType or VectorType
        || (type is FieldedType fields && fields.Fields.Any(LosesNothing));

    private static bool ReadsBack(CqlType type, byte[] value, JsonElement json)
    {
        // In JSON a decimal goes through a double unless it stands in a string.
        BufferWriter output = new();
        if (type is DecimalType)
            type.ParseText(json.GetRawText(), output);
        else if (type is SetType { Elements: DecimalType })
            return true;
        else
            type.ParseJson(json, output);
        return type.Compare(value, output.WrittenSpan) == 0;
    }

    private static byte[] Component(CqlType type, byte[] value)
    {
        BufferWriter output = new();
        output.WriteByte(0x40);
        type.WriteByteComparable(value, output);
        if (output.Length == 1)
            return [type.IsReversed ? (byte)0x41 : (byte)0x3F, 0x38];
        output.WriteByte(0x38);
        return output.ToArray();
    }
}
