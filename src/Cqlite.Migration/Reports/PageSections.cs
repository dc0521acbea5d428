namespace Cqlite.Migration.Reports;

/// <summary>The sections of a page, by the ids that links lead to.</summary>
internal static class PageSections
{
    /// <summary>How each table stands.</summary>
    public const string Tables = "tables";

    /// <summary>What was moved.</summary>
    public const string Moved = "moved";

    /// <summary>How fast it was.</summary>
    public const string Speed = "speed";

    /// <summary>What was compared.</summary>
    public const string Validated = "validated";

    /// <summary>What is not the same.</summary>
    public const string Differences = "differences";

    /// <summary>What nobody has looked at.</summary>
    public const string NotChecked = "not-checked";

    /// <summary>Definitions that differ.</summary>
    public const string Schema = "schema";

    /// <summary>Queries that were timed.</summary>
    public const string Performance = "performance";

    /// <summary>What was carried back.</summary>
    public const string Synced = "synced";

    /// <summary>Continuous validations.</summary>
    public const string Watched = "watched";

    /// <summary>Writes that were refused.</summary>
    public const string Rejected = "rejected";

    /// <summary>What the report was made of.</summary>
    public const string Made = "made-of";
}
