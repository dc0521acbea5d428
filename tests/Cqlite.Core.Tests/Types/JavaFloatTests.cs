using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Texts that JDK 17 prints; many are longer than the shortest that reads back the same.</summary>
public sealed class JavaFloatTests
{
    [Theory]
    [InlineData("0000000000000000", "0.0")]
    [InlineData("8000000000000000", "-0.0")]
    [InlineData("3ff0000000000000", "1.0")]
    [InlineData("3f50624dd2f1a9fc", "0.001")]
    [InlineData("3f50624dd2f1a9fb", "9.999999999999998E-4")]
    [InlineData("416312d000000000", "1.0E7")]
    [InlineData("416312cfffffffff", "9999999.999999998")]
    [InlineData("44b52d02c7e14af6", "9.999999999999999E22")]
    [InlineData("0000000000000001", "4.9E-324")]
    [InlineData("0000000000000002", "1.0E-323")]
    [InlineData("0010000000000000", "2.2250738585072014E-308")]
    [InlineData("7fefffffffffffff", "1.7976931348623157E308")]
    [InlineData("c3d567a5507a27bd", "-6.1695326498523023E18")]
    [InlineData("c3c646c006d14266", "-3.2103629054345738E18")]
    [InlineData("2010000000000000", "2.9833362924800827E-154")]
    [InlineData("10b0000000000000", "2.6382945360269858E-228")]
    [InlineData("1730000000000000", "5.3510970434775465E-197")]
    [InlineData("43aaeba345aaf084", "9.6991179206454528E17")]
    [InlineData("7ff8000000000000", "NaN")]
    [InlineData("fff0000000000000", "-Infinity")]
    public void Doubles_print_as_Java_prints_them(string bits, string text)
    {
        BufferWriter output = new();
        JavaFloat.Write(BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber)), output);

        Assert.Equal(text, output.ToString());
    }

    [Theory]
    [InlineData("00000001", "1.4E-45")]
    [InlineData("7f7fffff", "3.4028235E38")]
    [InlineData("3dcccccd", "0.1")]
    [InlineData("4b800000", "1.6777216E7")]
    [InlineData("ce95a6f5", "-1.25537344E9")]
    [InlineData("5ba0a3f3", "9.0432521E16")]
    [InlineData("ccd4b31c", "-1.11515872E8")]
    [InlineData("d3cb6736", "-1.74721991E12")]
    [InlineData("546c5114", "4.05989019E12")]
    [InlineData("7fc00000", "NaN")]
    [InlineData("ff800000", "-Infinity")]
    public void Floats_print_as_Java_prints_them(string bits, string text)
    {
        BufferWriter output = new();
        JavaFloat.Write(BitConverter.UInt32BitsToSingle(uint.Parse(bits, NumberStyles.HexNumber)), output);

        Assert.Equal(text, output.ToString());
    }

    [Fact]
    public void What_is_printed_reads_back_as_the_same_number()
    {
        Random random = new(1);
        BufferWriter output = new();
        for (int i = 0; i < 100_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value))
                continue;
            output.Clear();
            JavaFloat.Write(value, output);
            Assert.Equal(value, double.Parse(output.ToString(), CultureInfo.InvariantCulture));
        }
    }
}
