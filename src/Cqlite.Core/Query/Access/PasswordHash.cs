using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Cqlite.Core.Query.Access;

/// <summary>Salted and slow hashes of passwords, bcrypt's, as Cassandra keeps them in <c>system_auth.roles</c>: each side can check the other's.</summary>
/// <remarks>
/// <code>
/// $2a$10$JSJEMFm6GeaW9XxT5JIheuEtPvat6i7uKbnTcxX3c1wshIIsGyUtG
/// version, cost (2^10 rounds), 22 characters of salt (16 bytes), 31 characters of hash (23 bytes); both in bcrypt's own base 64
/// </code>
/// Only the first 72 bytes of a password count. Source: N. Provos, D. Mazieres, "A Future-Adaptable Password Scheme" (1999).
/// </remarks>
internal static class PasswordHash
{
    private const int DefaultCost = 10;
    private const int SaltBytes = 16;
    private const int SaltCharacters = 22;
    private const int HashBytes = 23;
    private const string Digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The hash of a password, with a salt of its own.</summary>
    public static string Of(string password) => Compute(password, DefaultCost, RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>Whether a password is the one of a hash; false also where it is no hash.</summary>
    public static bool Matches(string password, string hash)
    {
        if (!TryParse(hash, out int cost, out byte[]? salt))
            return false;

        // Other spellings of the version have the same digits behind it.
        string computed = Compute(password, cost, salt);
        int behindVersion = hash.IndexOf('$', 1);
        return CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(computed[3..]),
            System.Text.Encoding.UTF8.GetBytes(hash[behindVersion..]));
    }

    /// <summary>Whether a text is such a hash, as far as its version, cost and salt go.</summary>
    public static bool IsValid(string hash) => TryParse(hash, out _, out _);

    private static bool TryParse(string hash, out int cost, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? salt)
    {
        cost = 0;
        salt = null;
        int at = hash.StartsWith("$2a$", StringComparison.Ordinal) ? 4 : hash.StartsWith("$2$", StringComparison.Ordinal) ? 3 : -1;
        if (at < 0 || hash.Length < at + 3 + SaltCharacters || hash[at + 2] != '$'
            || !int.TryParse(hash.AsSpan(at, 2), NumberStyles.None, CultureInfo.InvariantCulture, out cost) || cost is < 4 or > 30)
        {
            return false;
        }

        salt = Decode(hash.AsSpan(at + 3, SaltCharacters), SaltBytes);
        return salt is not null;
    }

    private static string Compute(string password, int cost, ReadOnlySpan<byte> salt)
    {
        byte[] key = System.Text.Encoding.UTF8.GetBytes(password + '\0');
        var cipher = new Blowfish();
        cipher.Expand(key, salt);
        for (long i = 0; i < 1L << cost; i++)
        {
            cipher.Expand(key, default);
            cipher.Expand(salt, default);
        }

        byte[] block = "OrpheanBeholderScryDoubt"u8.ToArray();
        for (int i = 0; i < block.Length; i += 8)
        {
            uint left = BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(i));
            uint right = BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(i + 4));
            for (int round = 0; round < 64; round++)
                cipher.Encipher(ref left, ref right);
            BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(i), left);
            BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(i + 4), right);
        }

        return string.Create(CultureInfo.InvariantCulture, $"$2a${cost:D2}${Encode(salt)}{Encode(block.AsSpan(0, HashBytes))}");
    }

    // Six bits a character, the highest first; the last character has what is left.
    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[((bytes.Length * 8) + 5) / 6];
        for (int i = 0; i < text.Length; i++)
        {
            int bit = i * 6;
            int pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
            text[i] = Digits[(pair >> (10 - (bit % 8))) & 0x3f];
        }

        return new string(text);
    }

    private static byte[]? Decode(ReadOnlySpan<char> text, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < text.Length; i++)
        {
            int digit = Digits.IndexOf(text[i], StringComparison.Ordinal);
            if (digit < 0)
                return null;
            int bit = i * 6;
            int pair = digit << (10 - (bit % 8));
            bytes[bit / 8] |= (byte)(pair >> 8);
            if ((bit / 8) + 1 < length)
                bytes[(bit / 8) + 1] |= (byte)pair;
        }

        return bytes;
    }
}
