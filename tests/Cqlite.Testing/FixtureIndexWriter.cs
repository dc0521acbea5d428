using System.Text;
using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>Packs all fixtures anew from the folders they were recorded to. Needed when recordings are added, else never.</summary>
public static class FixtureIndexWriter
{
    /// <summary>Packs an archive for each folder of the corpus, one each for scripts, conversations and the bench table's sample, and their index.</summary>
    /// <param name="corpus">Folder of release folders, with <c>index.json</c>.</param>
    /// <param name="scripts">Folder of <c>THEME/*.cqlt</c>.</param>
    /// <param name="conversations">Folder of <c>*.txt</c>.</param>
    /// <param name="bench">Folder with <c>schema.cql</c> and <c>first-2000.csv</c>.</param>
    /// <param name="target">Where the archives and the index are written.</param>
    public static void PackAll(string corpus, string scripts, string conversations, string bench, string target)
    {
        var archives = new List<FixtureArchiveEntry>();
        foreach (var folder in Directory.EnumerateDirectories(corpus).Order(StringComparer.Ordinal))
            archives.Add(FixturePacker.Pack(Path.GetFileName(folder), folder, Files(folder, "*"), target));

        var scriptFiles = Files(scripts, "*.cqlt");
        var conversationFiles = Files(conversations, "*.txt");
        archives.Add(FixturePacker.Pack("bench", bench, ["schema.cql", "first-2000.csv"], target));
        archives.Add(FixturePacker.Pack("cql", scripts, scriptFiles, target));
        archives.Add(FixturePacker.Pack("protocol", conversations, conversationFiles, target));

        var index = new StringBuilder("{\n");
        WriteSection(index, "archives", archives.Select(entry => Object(writer =>
        {
            writer.WriteString("name", entry.Name);
            writer.WriteString("sha256", entry.Sha256);
            writer.WriteNumber("files", entry.Files);
            writer.WriteNumber("bytes", entry.UnpackedBytes);
        })));
        WriteSection(index, "tables", Elements(Path.Combine(corpus, "index.json"), root => root).Select(FixturePacker.WithPlainNames));
        WriteSection(index, "damaged", Files(corpus, "manifest.json").Where(file => file.StartsWith("damaged/", StringComparison.Ordinal))
            .SelectMany(file => Elements(Path.Combine(corpus, file), root => root.GetProperty("cases"))
                .Select(text => Object(writer =>
                {
                    using var damaged = JsonDocument.Parse(text);
                    writer.WriteString("at", file[..file.LastIndexOf('/')]);
                    writer.WriteString("case", damaged.RootElement.GetProperty("case").GetString());
                }))));
        WriteSection(index, "scripts", scriptFiles.Select(file => Object(writer =>
        {
            writer.WriteString("path", file);
            writer.WriteStartArray("requires");
            foreach (var requirement in CqlScript.ReadRequirements(File.ReadLines(Path.Combine(scripts, file)).First()))
                writer.WriteStringValue(requirement);
            writer.WriteEndArray();
        })));
        WriteSection(index, "conversations", conversationFiles.Select(file => JsonSerializer.Serialize(Path.GetFileNameWithoutExtension(file))));
        index.Length -= 2;
        File.WriteAllText(Path.Combine(target, FixtureIndex.FileName), index.Append("\n}\n").ToString());
    }

    private static string[] Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(folder, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    private static string[] Elements(string path, Func<JsonElement, JsonElement> array)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. array(document.RootElement).EnumerateArray().Select(element => element.GetRawText())];
    }

    private static string Object(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteSection(StringBuilder index, string name, IEnumerable<string> lines) =>
        index.Append('"').Append(name).Append("\": [\n").AppendJoin(",\n", lines).Append("\n],\n");
}
