namespace Cqlite.Migration.Progress;

/// <summary>How much had gone by at a moment; two of them give a speed.</summary>
/// <param name="Seconds">The moment, in seconds from the beginning.</param>
/// <param name="Rows">Rows from the beginning on.</param>
/// <param name="Bytes">Bytes of keys and values from the beginning on.</param>
public sealed record SpeedSample(double Seconds, long Rows, long Bytes);
