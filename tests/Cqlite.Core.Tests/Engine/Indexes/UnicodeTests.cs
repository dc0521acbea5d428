using System.Globalization;
using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Unicode;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Indexes;

/// <summary>Normal form and case of texts against what Java 17 made of them, on which Cassandra runs.</summary>
public sealed class UnicodeTests
{
    [Fact]
    public void TextsBecomeWhatJavaMakesOfThem()
    {
        var wrong = new List<string>();
        int count = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Cqlite.Core.Tests", "Engine", "Indexes", "UnicodeSamples.txt")))
        {
            if (line.StartsWith('#'))
                continue;
            string[] parts = line.Split(" ; ");
            string text = Parse(parts[0]);
            string found = string.Join(" ; ", parts[0], Print(CanonicalComposition.Compose(text)), Print(CaseMapping.ToLower(text)), Print(CaseMapping.ToUpper(text)));
            if (found != line)
                wrong.Add($"{line}\n{found}\n");
            count++;
        }

        Assert.True(count >= 300);
        Assert.Empty(wrong);
    }

    // Checksums of one line a code point, in UTF-8.
    [Fact]
    public void EveryCodePointBecomesWhatJavaMakesOfIt()
    {
        Assert.Equal(0x351812CBu, ChecksumOf(CanonicalComposition.Compose));
        Assert.Equal(0x82A413A3u, ChecksumOf(text => CanonicalComposition.Compose($"A{text}\u0323\u0301")));
        Assert.Equal(0xB07C4496u, ChecksumOf(CaseMapping.ToLower));
        Assert.Equal(0xA1E66F57u, ChecksumOf(CaseMapping.ToUpper));
    }

    [Fact]
    public void NormalTextsAreTheirOwnNormalForm()
    {
        string text = string.Concat(Enumerable.Range(0x20, 0x3000).Where(Rune.IsValid).Select(code => new Rune(code).ToString()));
        string normal = CanonicalComposition.Compose(text);
        Assert.Equal(normal, CanonicalComposition.Compose(normal));
    }

    private static uint ChecksumOf(Func<string, string> map)
    {
        BufferWriter lines = new();
        for (int code = 0; code <= 0x10FFFF; code++)
        {
            if (Rune.IsValid(code))
                lines.Write(System.Text.Encoding.UTF8.GetBytes(map(new Rune(code).ToString()) + "\n"));
        }

        return Crc32.Compute(lines.WrittenSpan);
    }

    private static string Parse(string codes) =>
        string.Concat(codes.Split(' ').Select(code => new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));

    private static string Print(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X", CultureInfo.InvariantCulture)));
}
