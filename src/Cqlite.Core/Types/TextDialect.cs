namespace Cqlite.Core.Types;

/// <summary>
/// Releases whose texts and JSON of values differ. A type of another dialect (<see cref="CqlType.WithDialect"/>) is the same type but for
/// what it prints; it serves to compare with what an old release printed.
/// </summary>
/// <remarks>
/// <code>
///               text of timestamps        years            date                 NaN, infinities    decimal
///                                                          after 9999           as JSON            as text
/// Current       2024-02-29T12:34:56.789Z  proleptic, +     +10000-01-01         null               1E+3
/// Release40     2024-02-29T12:34:56.789Z  Julian to 1582   +10000-01-01         null               1E+3
/// Release3      2024-02-29 12:34Z         Julian to 1582   10000-01-01          null               1E+3
/// Release3017   2024-02-29 12:34Z         Julian to 1582   10000-01-01          NaN, Infinity      1000
/// Release306    2024-02-29 12:34Z         Julian to 1582   10000-01-01          NaN, Infinity      1000
/// </code>
/// Timestamps as JSON are 2024-02-29 12:34:56.789Z in all, in the years of the text.
/// </remarks>
public enum TextDialect
{
    /// <summary>4.1 and later.</summary>
    Current,

    /// <summary>4.0.</summary>
    Release40,

    /// <summary>From 3.0.24 to 3.11.</summary>
    Release3,

    /// <summary>Around 3.0.17.</summary>
    Release3017,

    /// <summary>3.0.6 and 3.0.7.</summary>
    Release306,
}
