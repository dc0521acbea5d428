using System.Text;

namespace Cqlite.Core.Tests.Compression;

/// <summary>The files in Vectors, and the text that some of them hold.</summary>
internal static class Vectors
{
    private static readonly string[] s_words =
    [
        "account", "request", "timeout", "server", "client", "retry", "cache", "miss", "hit", "token", "session", "expired", "region",
        "disk", "queue", "latency",
    ];

    public static byte[] Plain { get; } = Read("plain.bin");

    public static byte[] Read(string name)
    {
        using Stream stream = typeof(Vectors).Assembly.GetManifestResourceStream($"Vectors/{name}")
            ?? throw new InvalidOperationException($"No vector {name}.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Words drawn by SplitMix64 with seed 42, parted by a space or by a number and a line end.</summary>
    public static byte[] Words(int length)
    {
        StringBuilder text = new();
        ulong state = 42;
        while (text.Length < length)
        {
            state += 0x9E3779B97F4A7C15;
            ulong draw = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            draw = (draw ^ (draw >> 27)) * 0x94D049BB133111EB;
            draw ^= draw >> 31;
            text.Append(s_words[draw % 16]);
            if (draw >> 63 != 0)
            {
                text.Append(' ');
            }
            else
            {
                text.Append('-').Append((draw >> 32) % 1000).Append('\n');
            }
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
