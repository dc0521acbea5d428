using System.Globalization;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Operands;

/// <summary>A piece of the ring: the tokens behind one and up to another. Ranges do not wrap around.</summary>
/// <param name="After">The token behind which it begins; <see cref="Whole"/>'s for the ring's beginning.</param>
/// <param name="UpTo">The last token that it has; <see cref="Whole"/>'s for the ring's end.</param>
public readonly record struct TokenRange(Token After, Token UpTo) : IComparable<TokenRange>
{
    private static readonly Token s_beginning = new(Int128.MinValue);
    private static readonly Token s_end = new(Int128.MaxValue);

    /// <summary>All partitions; also those of partitioners whose tokens are keys.</summary>
    public static TokenRange Whole { get; } = new(s_beginning, s_end);

    /// <summary>Whether it begins where the ring does.</summary>
    public bool IsFromBeginning => After == s_beginning;

    /// <summary>Whether it ends where the ring does.</summary>
    public bool IsToEnd => UpTo == s_end;

    /// <summary>The range as partitions of files are asked for.</summary>
    public ReadRequest ToRequest() => new()
    {
        From = IsFromBeginning ? RingPosition.Minimum : RingPosition.OfToken(After, +1),
        To = IsToEnd ? RingPosition.Maximum : RingPosition.OfToken(UpTo, +1),
    };

    /// <summary>Whether a token is in it.</summary>
    public bool Contains(Token token) => (IsFromBeginning || token.Value > After.Value) && token.Value <= UpTo.Value;

    /// <inheritdoc/>
    public int CompareTo(TokenRange other) => After.CompareTo(other.After);

    /// <summary><c>(-5, 17]</c>; the ring's ends are <c>begin</c> and <c>end</c>.</summary>
    public override string ToString() => $"({Format(After)}, {Format(UpTo)}]";

    /// <summary>A token as manifests have it; the ring's ends are <c>begin</c> and <c>end</c>.</summary>
    public static string Format(Token token) =>
        token == s_beginning ? "begin" : token == s_end ? "end" : token.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The token of <see cref="Format"/>'s text; false where it is none.</summary>
    public static bool TryParse(string? text, out Token token)
    {
        token = text == "begin" ? s_beginning : s_end;
        if (text is "begin" or "end")
            return true;
        bool isNumber = Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value);
        token = new Token(value);
        return isNumber;
    }

    internal static Token Beginning => s_beginning;

    internal static Token End => s_end;
}

/// <summary>A range, and how much is thought to be in it.</summary>
/// <param name="Range">The range.</param>
/// <param name="Partitions">Estimate of its partitions; null where nothing is known.</param>
/// <param name="Bytes">Estimate of its uncompressed bytes; null where nothing is known.</param>
public readonly record struct RangeEstimate(TokenRange Range, long? Partitions, long? Bytes);
