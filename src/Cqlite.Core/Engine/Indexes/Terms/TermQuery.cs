namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Which terms of an index a query looks for: those between bounds, and of these the ones that have a text in them. Immutable.</summary>
internal sealed record TermQuery
{
    /// <summary>The smallest term; null for no bound.</summary>
    public byte[]? Lower { get; private init; }

    /// <summary>Whether <see cref="Lower"/> itself is looked for.</summary>
    public bool IncludesLower { get; private init; }

    /// <summary>The greatest term; null for no bound.</summary>
    public byte[]? Upper { get; private init; }

    /// <summary>Whether <see cref="Upper"/> itself is looked for.</summary>
    public bool IncludesUpper { get; private init; }

    /// <summary>How terms have <see cref="Text"/>; only where they stand in the order of their bytes.</summary>
    public LikeForm? Form { get; private init; }

    /// <summary>The text of a pattern, without wildcards.</summary>
    public byte[] Text { get; private init; } = [];

    /// <summary>Terms that equal a value.</summary>
    public static TermQuery Equal(byte[] value) => Between(value, true, value, true);

    /// <summary>Terms between bounds.</summary>
    public static TermQuery Between(byte[]? lower, bool includesLower, byte[]? upper, bool includesUpper) =>
        new() { Lower = lower, IncludesLower = includesLower, Upper = upper, IncludesUpper = includesUpper };

    /// <summary>Terms that are like a pattern.</summary>
    public static TermQuery Like(LikeForm form, byte[] text) => form switch
    {
        LikeForm.Matches => Equal(text),
        LikeForm.Prefix => new() { Lower = text, IncludesLower = true, Form = form, Text = text },
        _ => new() { Form = form, Text = text },
    };

    /// <summary>Where a term stands: negative before all that are looked for, 0 among them, positive behind them.</summary>
    public int Place(TermOrder order, ReadOnlySpan<byte> term)
    {
        if (Lower is not null && order.Compare(term, Lower) is var toLower && (toLower < 0 || (toLower == 0 && !IncludesLower)))
            return -1;
        if (Upper is not null && order.Compare(term, Upper) is var toUpper && (toUpper > 0 || (toUpper == 0 && !IncludesUpper)))
            return 1;
        return Form == LikeForm.Prefix && !term.StartsWith(Text) ? 1 : 0;
    }

    /// <summary>Whether a term is looked for.</summary>
    public bool Matches(TermOrder order, ReadOnlySpan<byte> term) => Place(order, term) == 0 && Form switch
    {
        LikeForm.Suffix => term.EndsWith(Text),
        LikeForm.Contains => term.IndexOf(Text) >= 0,
        _ => true,
    };
}
