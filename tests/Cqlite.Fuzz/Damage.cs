namespace Cqlite.Fuzz;

/// <summary>A kind of damage.</summary>
internal enum DamageKind
{
    /// <summary>One bit flips; which one the offset decides.</summary>
    Bit,

    /// <summary>All bits of a byte flip.</summary>
    Byte,

    /// <summary>The file ends early.</summary>
    Cut,

    /// <summary>The file is missing.</summary>
    Removed,
}

/// <summary>One damage to one file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Offset">Which byte flips, or what length is left.</param>
internal readonly record struct Damage(string File, DamageKind Kind, int Offset)
{
    /// <summary>All damages of a file: one for each byte and kind, and its removal.</summary>
    public static long CountOf(int length) => (3L * length) + 1;

    /// <summary>The damage of a number, from 0 to <see cref="CountOf"/>.</summary>
    public static Damage Of(string file, int length, long number) => length == 0 || number == 3L * length
        ? new Damage(file, DamageKind.Removed, 0)
        : new Damage(file, (DamageKind)(number / length), (int)(number % length));

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        DamageKind.Bit => $"bit {Offset % 8} of byte {Offset} of {Path.GetFileName(File)} flipped",
        DamageKind.Byte => $"byte {Offset} of {Path.GetFileName(File)} flipped",
        DamageKind.Cut => $"{Path.GetFileName(File)} cut to {Offset} bytes",
        _ => $"{Path.GetFileName(File)} removed",
    };
}
