namespace Cqlite.Fuzz.Chains;

/// <summary>What is done to the database that is moved.</summary>
internal enum ChainAction
{
    /// <summary>A statement is executed; one that is refused changes nothing.</summary>
    Execute,

    /// <summary>What is in memory becomes SSTables.</summary>
    Flush,

    /// <summary>All tables are compacted.</summary>
    Compact,

    /// <summary>It is closed and opened, to write another version of SSTables.</summary>
    Reopen,
}

/// <summary>One step in the making of the database that is moved.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Text">The statement, or the version.</param>
/// <param name="SecondsBefore">How long before the moment at which the moving begins.</param>
internal sealed record ChainOperation(ChainAction Action, string Text, int SecondsBefore)
{
    /// <inheritdoc/>
    public override string ToString() => Action == ChainAction.Execute ? (Text.Length > 600 ? $"{Text[..300]} ... {Text[^300..]}" : Text) : $"-- {Action} {Text}";
}
