namespace Cqlite.Core.Types;

/// <summary>Time zones by name, as they may stand behind a timestamp after a space: <c>UTC</c>, <c>PST</c>, <c>Europe/Berlin</c>, <c>UTC+02:00</c>.</summary>
internal static class TimeZoneNames
{
    /// <summary>Usual short names, each with the region whose rules it stands for: a winter name in summer means summer time, as in Java.</summary>
    private static readonly Dictionary<string, string> Regions = new(StringComparer.Ordinal)
    {
        ["PST"] = "America/Los_Angeles",
        ["PDT"] = "America/Los_Angeles",
        ["MST"] = "America/Denver",
        ["MDT"] = "America/Denver",
        ["CST"] = "America/Chicago",
        ["CDT"] = "America/Chicago",
        ["EST"] = "America/New_York",
        ["EDT"] = "America/New_York",
        ["CET"] = "Europe/Paris",
        ["CEST"] = "Europe/Paris",
        ["EET"] = "Europe/Bucharest",
        ["EEST"] = "Europe/Bucharest",
        ["WET"] = "Europe/Lisbon",
        ["WEST"] = "Europe/Lisbon",
        ["BST"] = "Europe/London",
        ["MSK"] = "Europe/Moscow",
        ["IST"] = "Asia/Kolkata",
        ["JST"] = "Asia/Tokyo",
        ["KST"] = "Asia/Seoul",
        ["Pacific Standard Time"] = "America/Los_Angeles",
        ["Pacific Daylight Time"] = "America/Los_Angeles",
        ["Mountain Standard Time"] = "America/Denver",
        ["Mountain Daylight Time"] = "America/Denver",
        ["Central Standard Time"] = "America/Chicago",
        ["Central Daylight Time"] = "America/Chicago",
        ["Eastern Standard Time"] = "America/New_York",
        ["Eastern Daylight Time"] = "America/New_York",
        ["Central European Standard Time"] = "Europe/Paris",
        ["Central European Summer Time"] = "Europe/Paris",
    };

    /// <summary>What Windows calls the regions of <see cref="Regions"/>: without the data of other cultures, which the native command leaves out, .NET knows no others there.</summary>
    /// <remarks>Source: CLDR, supplemental/windowsZones.xml.</remarks>
    private static readonly Dictionary<string, string> OnWindows = new(StringComparer.Ordinal)
    {
        ["America/Los_Angeles"] = "Pacific Standard Time",
        ["America/Denver"] = "Mountain Standard Time",
        ["America/Chicago"] = "Central Standard Time",
        ["America/New_York"] = "Eastern Standard Time",
        ["Europe/Paris"] = "Romance Standard Time",
        ["Europe/Bucharest"] = "GTB Standard Time",
        ["Europe/Lisbon"] = "GMT Standard Time",
        ["Europe/London"] = "GMT Standard Time",
        ["Europe/Moscow"] = "Russian Standard Time",
        ["Asia/Kolkata"] = "India Standard Time",
        ["Asia/Tokyo"] = "Tokyo Standard Time",
        ["Asia/Seoul"] = "Korea Standard Time",
    };

    /// <summary>The offset from UTC of a zone at a local time.</summary>
    public static bool TryOffset(ReadOnlySpan<char> name, Int128 localMillis, out int offsetSeconds)
    {
        offsetSeconds = 0;
        if (name is "UTC" or "GMT" or "UT" or "Coordinated Universal Time" or "Greenwich Mean Time" or "UCT" or "Zulu")
            return true;

        string wanted = name.ToString();
        if (Regions.TryGetValue(wanted, out string? region))
            wanted = region;
        else if (!wanted.Contains('/'))
            return false;

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(wanted, out TimeZoneInfo? zone)
            && !(OnWindows.TryGetValue(wanted, out string? other) && TimeZoneInfo.TryFindSystemTimeZoneById(other, out zone)))
            return false;

        // Rules are known for .NET's years only; before and after, the nearest one's are taken.
        long ticks = (long)Int128.Clamp((localMillis * TimeSpan.TicksPerMillisecond) + DateTime.UnixEpoch.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        DateTime local = new(ticks, DateTimeKind.Unspecified);
        TimeSpan offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-1)) : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        offsetSeconds = (int)offset.TotalSeconds;
        return true;
    }
}
