using System.Globalization;

namespace Cqlite.Core.Engine.Settings;

/// <summary>Sizes as people type them: <c>512MB</c>, <c>1GiB</c>, <c>65536</c>. Units are powers of 1024, with or without the <c>i</c>.</summary>
internal static class ByteSize
{
    /// <summary>What is expected, for error texts.</summary>
    public const string Expected = "a size such as 512MB, 1GB, 64KB, 0 (units of 1024) is needed";

    /// <summary>Reads a size; false when the text is none, or is past what a 64-bit number holds.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int digits = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = digits < 0 ? rest : rest[..digits];
        ReadOnlySpan<char> unit = digits < 0 ? [] : rest[digits..].TrimStart();
        int shift = unit.ToString().ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 10,
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            "T" or "TB" or "TIB" => 40,
            _ => -1,
        };
        if (shift < 0 || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > long.MaxValue >> shift)
            return false;
        bytes = count << shift;
        return true;
    }
}
