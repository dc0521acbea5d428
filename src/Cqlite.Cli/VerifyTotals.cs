namespace Cqlite.Cli;

/// <summary>What a run of verifications came to.</summary>
internal sealed class VerifyTotals
{
    /// <summary>How many SSTables were verified.</summary>
    public int SSTables { get; private set; }

    /// <summary>How many of them have findings.</summary>
    public int Damaged { get; private set; }

    /// <summary>Whether there is no finding.</summary>
    public bool IsValid => Damaged == 0;

    /// <summary>Counts one.</summary>
    public void Add(bool isValid)
    {
        SSTables++;
        if (!isValid)
            Damaged++;
    }

    /// <inheritdoc/>
    public override string ToString() => IsValid
        ? $"{VerifyOutput.Count(SSTables, "SSTable")} valid"
        : $"{VerifyOutput.Count(SSTables, "SSTable")}, of which {Damaged} with findings";
}
