namespace Cqlite.Core.Engine.Indexes;

/// <summary>What a LIKE pattern asks of a term; the pattern's own text tells.</summary>
internal enum LikeForm
{
    /// <summary><c>abc</c>: the whole term.</summary>
    Matches,

    /// <summary><c>abc%</c>: its beginning.</summary>
    Prefix,

    /// <summary><c>%abc</c>: its end.</summary>
    Suffix,

    /// <summary><c>%abc%</c>: any part.</summary>
    Contains,
}
