using System.Numerics;
using System.Security.Cryptography;

namespace Cqlite.Core.Encoding;

/// <summary>bcrypt: a hash of passwords that is slow on purpose, and has its salt and its slowness in its text. What Cassandra keeps of passwords.</summary>
/// <remarks>
/// <code>
/// $2a$ cost (2 digits, 2^cost rounds) $ salt (22 letters, 16 bytes) hash (31 letters, 23 bytes)
/// letters   ./A-Za-z0-9, 6 bits each, highest first
/// source    Provos and Mazieres, "A Future-Adaptable Password Scheme" (1999); org/apache/cassandra/auth/PasswordAuthenticator.java
/// </code>
/// Blowfish with a key schedule that depends on the password over and over. Its first state is the fraction of pi, which is computed rather than listed.
/// Only the first 72 bytes of a password count.
/// </remarks>
internal static class Bcrypt
{
    /// <summary>What Cassandra takes: 1,024 rounds.</summary>
    public const int DefaultCost = 10;

    private const string Letters = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int SaltBytes = 16;
    private const int HashBytes = 23;
    private const int KeyWords = 18;
    private const int BoxWords = 4 * 256;
    private const int MaxCost = 31;
    private const int HashedLength = 60;
    private static readonly Lazy<uint[]> s_pi = new(FractionOfPi);

    /// <summary>Hashes a password with a salt of its own.</summary>
    public static string Hash(string password, int cost = DefaultCost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, MaxCost);
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"$2a${cost:00}${Write(salt)}{Write(Digest(password, salt, cost))}";
    }

    /// <summary>Whether a text is a hash of a password. Takes as long for wrong passwords as for right ones.</summary>
    public static bool Verify(string password, string hash)
    {
        if (hash.Length != HashedLength || hash[0] != '$' || hash[1] != '2' || hash[2] is not ('a' or 'b' or 'x' or 'y') || hash[3] != '$' || hash[6] != '$'
            || !int.TryParse(hash.AsSpan(4, 2), System.Globalization.NumberStyles.None, null, out int cost) || cost > MaxCost
            || hash.AsSpan(7).ContainsAnyExcept(Letters))
        {
            return false;
        }

        byte[] salt = Read(hash.AsSpan(7, 22), SaltBytes);
        return CryptographicOperations.FixedTimeEquals(Read(hash.AsSpan(29), HashBytes), Digest(password, salt, cost));
    }

    private static byte[] Digest(string password, byte[] salt, int cost)
    {
        byte[] key = [.. System.Text.Encoding.UTF8.GetBytes(password), 0];
        uint[] state = [.. s_pi.Value];
        Expand(state, key, salt);
        byte[] none = new byte[SaltBytes];
        for (long round = 1L << cost; round > 0; round--)
        {
            Expand(state, key, none);
            Expand(state, salt, none);
        }

        ReadOnlySpan<byte> text = "OrpheanBeholderScryDoubt"u8;
        byte[] digest = new byte[text.Length];
        for (int at = 0; at < text.Length; at += 8)
        {
            int offset = at;
            uint left = NextWord(text, ref offset);
            uint right = NextWord(text, ref offset);
            for (int i = 0; i < 64; i++)
                Encrypt(state, ref left, ref right);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(at), left);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(at + 4), right);
        }

        return digest[..HashBytes];
    }

    /// <summary>Mixes a key into the state, then replaces the state by what it encrypts, with the salt mixed in.</summary>
    private static void Expand(uint[] state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        int keyOffset = 0;
        for (int i = 0; i < KeyWords; i++)
            state[i] ^= NextWord(key, ref keyOffset);
        int saltOffset = 0;
        uint left = 0;
        uint right = 0;
        for (int i = 0; i < KeyWords + BoxWords; i += 2)
        {
            left ^= NextWord(salt, ref saltOffset);
            right ^= NextWord(salt, ref saltOffset);
            Encrypt(state, ref left, ref right);
            state[i] = left;
            state[i + 1] = right;
        }
    }

    /// <summary>One block of Blowfish: the state is 18 words of the key, then four boxes of 256.</summary>
    private static void Encrypt(uint[] state, ref uint left, ref uint right)
    {
        ReadOnlySpan<uint> keys = state.AsSpan(0, KeyWords);
        ReadOnlySpan<uint> boxes = state.AsSpan(KeyWords, BoxWords);
        uint a = left;
        uint b = right;
        for (int i = 0; i < KeyWords - 2; i += 2)
        {
            a ^= keys[i];
            b ^= ((boxes[(int)(a >> 24)] + boxes[256 + (int)((a >> 16) & 0xFF)]) ^ boxes[512 + (int)((a >> 8) & 0xFF)]) + boxes[768 + (int)(a & 0xFF)];
            b ^= keys[i + 1];
            a ^= ((boxes[(int)(b >> 24)] + boxes[256 + (int)((b >> 16) & 0xFF)]) ^ boxes[512 + (int)((b >> 8) & 0xFF)]) + boxes[768 + (int)(b & 0xFF)];
        }

        left = b ^ keys[KeyWords - 1];
        right = a ^ keys[KeyWords - 2];
    }

    /// <summary>The next four bytes, which go round.</summary>
    private static uint NextWord(ReadOnlySpan<byte> bytes, ref int offset)
    {
        uint word = 0;
        for (int i = 0; i < sizeof(uint); i++)
        {
            word = (word << 8) | bytes[offset];
            offset = offset + 1 == bytes.Length ? 0 : offset + 1;
        }

        return word;
    }

    /// <summary>The first words behind the point of pi, by Machin: pi = 16 atan(1/5) - 4 atan(1/239).</summary>
    private static uint[] FractionOfPi()
    {
        const int guardBits = 64;
        const int bits = (KeyWords + BoxWords) * 32;
        BigInteger one = BigInteger.One << (bits + guardBits);
        BigInteger fraction = ((16 * ArcTangent(one, 5)) - (4 * ArcTangent(one, 239)) - (3 * one)) >> guardBits;
        byte[] bytes = fraction.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] whole = new byte[bits / 8];
        bytes.CopyTo(whole, whole.Length - bytes.Length);
        uint[] words = new uint[KeyWords + BoxWords];
        int offset = 0;
        for (int i = 0; i < words.Length; i++)
            words[i] = NextWord(whole, ref offset);
        return words;
    }

    private static BigInteger ArcTangent(BigInteger one, int inverse)
    {
        BigInteger power = one / inverse;
        BigInteger sum = power;
        for (int divisor = 3; !power.IsZero; divisor += 2)
        {
            power /= inverse * inverse;
            sum += divisor % 4 == 3 ? -(power / divisor) : power / divisor;
        }

        return sum;
    }

    private static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        int bits = 0;
        int count = 0;
        foreach (byte value in bytes)
        {
            bits = (bits << 8) | value;
            for (count += 8; count >= 6; count -= 6)
                text.Append(Letters[(bits >> (count - 6)) & 0x3F]);
        }

        if (count > 0)
            text.Append(Letters[(bits << (6 - count)) & 0x3F]);
        return text.ToString();
    }

    private static byte[] Read(ReadOnlySpan<char> text, int length)
    {
        byte[] bytes = new byte[length];
        int bits = 0;
        int count = 0;
        int at = 0;
        foreach (char letter in text)
        {
            bits = (bits << 6) | Letters.IndexOf(letter, StringComparison.Ordinal);
            count += 6;
            if (count < 8 || at == length)
                continue;
            count -= 8;
            bytes[at++] = (byte)(bits >> count);
        }

        return bytes;
    }
}
