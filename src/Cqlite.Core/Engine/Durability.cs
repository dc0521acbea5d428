namespace Cqlite.Core.Engine;

/// <summary>When a write counts as done.</summary>
public enum Durability
{
    /// <summary>Synced before it is acknowledged; many writes at once share one sync (the default).</summary>
    Group,

    /// <summary>Synced before it is acknowledged, at once, whoever else writes.</summary>
    Batch,

    /// <summary>Acknowledged when it is in memory and in the log's buffer, synced every ten seconds.</summary>
    Periodic,
}
