using System.Globalization;

namespace Cqlite.Testing;

/// <summary>
/// A user whose numbers are written otherwise, until it is disposed of: a decimal comma, and a minus that is no hyphen, as in Swedish. What is stored, sent or parsed must
/// not depend on that.
/// </summary>
public sealed class ForeignNumbers : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    private ForeignNumbers()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00A0";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        culture.DateTimeFormat.LongTimePattern = "HH.mm.ss";
        CultureInfo.CurrentCulture = culture;
    }

    /// <summary>Begins.</summary>
    public static ForeignNumbers Use() => new();

    /// <inheritdoc/>
    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
