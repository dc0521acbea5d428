using System.Buffers.Binary;
using System.Numerics;

namespace Cqlite.Core.Query.Access;

/// <summary>The cipher Blowfish with the costly key schedule that bcrypt is made of. For one thread.</summary>
/// <remarks>
/// Sources: B. Schneier, "Description of a New Variable-Length Key, 64-bit Block Cipher" (1993); N. Provos, D. Mazieres, "A Future-Adaptable Password
/// Scheme" (1999). The subkeys begin as the digits of pi behind the point, which are computed here rather than listed.
/// </remarks>
internal sealed class Blowfish
{
    private const int Rounds = 16;
    private const int BoxSize = 256;
    private static readonly Lazy<uint[]> PiWords = new(ComputePi);
    private readonly uint[] _keys = new uint[Rounds + 2];
    private readonly uint[] _boxes = new uint[4 * BoxSize];

    /// <summary>A cipher whose subkeys are pi.</summary>
    public Blowfish()
    {
        PiWords.Value.AsSpan(0, _keys.Length).CopyTo(_keys);
        PiWords.Value.AsSpan(_keys.Length).CopyTo(_boxes);
    }

    /// <summary>Mixes a key, and the salt if there is one, into the subkeys.</summary>
    /// <param name="key">The key, which is repeated as often as needed.</param>
    /// <param name="salt">16 bytes; empty for a salt of zeros.</param>
    public void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        int at = 0;
        for (int i = 0; i < _keys.Length; i++)
            _keys[i] ^= NextWord(key, ref at);
        at = 0;
        uint left = 0;
        uint right = 0;
        Fill(_keys, salt, ref at, ref left, ref right);
        Fill(_boxes, salt, ref at, ref left, ref right);
    }

    /// <summary>Enciphers a block of two words.</summary>
    public void Encipher(ref uint left, ref uint right)
    {
        uint l = left ^ _keys[0];
        uint r = right;
        for (int i = 1; i <= Rounds; i += 2)
        {
            r ^= Mix(l) ^ _keys[i];
            l ^= Mix(r) ^ _keys[i + 1];
        }

        left = r ^ _keys[Rounds + 1];
        right = l;
    }

    private void Fill(uint[] subkeys, ReadOnlySpan<byte> salt, ref int at, ref uint left, ref uint right)
    {
        for (int i = 0; i < subkeys.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref at);
                right ^= NextWord(salt, ref at);
            }

            Encipher(ref left, ref right);
            subkeys[i] = left;
            subkeys[i + 1] = right;
        }
    }

    private uint Mix(uint word) =>
        ((_boxes[word >> 24] + _boxes[BoxSize + ((word >> 16) & 0xff)]) ^ _boxes[(2 * BoxSize) + ((word >> 8) & 0xff)]) + _boxes[(3 * BoxSize) + (word & 0xff)];

    private static uint NextWord(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint word = 0;
        for (int i = 0; i < sizeof(uint); i++)
        {
            word = (word << 8) | bytes[at];
            at = (at + 1) % bytes.Length;
        }

        return word;
    }

    // pi = 16 atan(1/5) - 4 atan(1/239) (Machin), with some bits more than are used.
    private static uint[] ComputePi()
    {
        const int Words = Rounds + 2 + (4 * BoxSize);
        const int GuardBits = 64;
        const int Bits = Words * 32;
        BigInteger one = BigInteger.One << (Bits + GuardBits);
        BigInteger pi = (16 * Arctangent(one, 5)) - (4 * Arctangent(one, 239));
        BigInteger fraction = (pi - (3 * one)) >> GuardBits;
        byte[] bytes = new byte[Words * sizeof(uint)];
        byte[] digits = fraction.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        uint[] words = new uint[Words];
        for (int i = 0; i < Words; i++)
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i * sizeof(uint)));
        return words;
    }

    private static BigInteger Arctangent(BigInteger one, int inverse)
    {
        BigInteger power = one / inverse;
        BigInteger sum = power;
        int square = inverse * inverse;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power /= square;
            BigInteger term = power / n;
            sum += n % 4 == 3 ? -term : term;
        }

        return sum;
    }
}
