using System.Security.Cryptography;
using System.Text;

namespace Cqlite.Migration.Exports;

/// <summary>The digest that a manifest has of itself, so that damage to any of its bytes is found.</summary>
/// <remarks><code>
/// SHA-256 of the file with 64 zeros in the place of the digest's characters, which stand in its last line: "sha256": "DIGEST"
/// </code></remarks>
internal static class ManifestSeal
{
    /// <summary>What stands in the digest's place while it is taken.</summary>
    public static string Open { get; } = new('0', SHA256.HashSizeInBytes * 2);

    /// <summary>Puts the digest into a manifest that has <see cref="Open"/> in its place.</summary>
    public static void Close(Span<byte> manifest)
    {
        Span<byte> place = manifest[manifest.LastIndexOf(Encoding.ASCII.GetBytes(Open))..][..Open.Length];
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(manifest)), place);
    }

    /// <summary>Whether a manifest is as it was when its digest was taken.</summary>
    /// <param name="manifest">The file's content, which does not stay as it is.</param>
    /// <param name="digest">The digest that it has; null where it has none.</param>
    public static bool IsIntact(Span<byte> manifest, string? digest)
    {
        int place = digest?.Length == Open.Length ? manifest.LastIndexOf(Encoding.UTF8.GetBytes(digest)) : -1;
        if (place < 0)
            return false;
        manifest.Slice(place, Open.Length).Fill((byte)'0');
        return Convert.ToHexStringLower(SHA256.HashData(manifest)) == digest;
    }
}
