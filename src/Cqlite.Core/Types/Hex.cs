using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Bytes as lower-case hexadecimal digits, and back.</summary>
/// <remarks>Source: org/apache/cassandra/utils/Hex.java.</remarks>
internal static class Hex
{
    /// <summary>Writes two digits for each byte.</summary>
    public static void Write(ReadOnlySpan<byte> bytes, BufferWriter output)
    {
        Span<byte> target = output.GetSpan(bytes.Length * 2);
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        int i = 0;
        if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian && bytes.Length >= 16)
        {
            Vector128<byte> table = Vector128.Create(digits);
            ref byte source = ref MemoryMarshal.GetReference(bytes);
            ref byte destination = ref MemoryMarshal.GetReference(target);
            for (; i <= bytes.Length - 16; i += 16)
            {
                Vector128<byte> block = Vector128.LoadUnsafe(ref source, (nuint)i);
                Vector128<byte> high = Vector128.Shuffle(table, (block >>> 4) & Vector128.Create((byte)15));
                Vector128<byte> low = Vector128.Shuffle(table, block & Vector128.Create((byte)15));
                (Vector128.WidenLower(high) | (Vector128.WidenLower(low) << 8)).AsByte().StoreUnsafe(ref destination, (nuint)(2 * i));
                (Vector128.WidenUpper(high) | (Vector128.WidenUpper(low) << 8)).AsByte().StoreUnsafe(ref destination, (nuint)((2 * i) + 16));
            }
        }

        for (; i < bytes.Length; i++)
        {
            target[2 * i] = digits[bytes[i] >> 4];
            target[(2 * i) + 1] = digits[bytes[i] & 15];
        }

        output.Advance(bytes.Length * 2);
    }

    /// <summary>The digits as a string.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Appends the bytes that the digits mean; false, with nothing appended, where they are not an even number of digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, BufferWriter output)
    {
        if ((text.Length & 1) != 0)
            return false;

        int length = text.Length / 2;
        Span<byte> target = output.GetSpan(length);
        for (int i = 0; i < length; i++)
        {
            int high = Digit(text[2 * i]);
            int low = Digit(text[(2 * i) + 1]);
            if ((high | low) < 0)
                return false;
            target[i] = (byte)((high << 4) | low);
        }

        output.Advance(length);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
