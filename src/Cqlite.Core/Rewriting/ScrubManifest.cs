using System.Buffers;
using System.Text.Json;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>Writes what a salvage came to as JSON: under a name of its own first, which becomes the manifest's once all is durable.</summary>
internal static class ScrubManifest
{
    private const string Temporary = ".tmp";

    /// <summary>The manifest's path for a source: one that is free, so that no manifest takes another one's place.</summary>
    public static string PathFor(IFileSystem files, string directory, SSTableDescriptor source)
    {
        string name = $"salvage-{source.FilePrefix[..^1]}";
        string path = Path.Combine(Path.GetFullPath(directory), $"{name}.json");
        for (int i = 2; files.FileExists(path); i++)
            path = Path.Combine(Path.GetFullPath(directory), $"{name}-{i}.json");
        return path;
    }

    /// <summary>Writes the manifest.</summary>
    public static void Write(IFileSystem files, SSTableDescriptor source, ScrubResult result)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Indented = true }))
            Write(json, source, result);
        string temporary = result.ManifestPath + Temporary;
        bool written = false;
        try
        {
            files.DeleteFile(temporary);
            using (IWritableFile file = files.Create(temporary))
            {
                file.Write(text.WrittenSpan);
                file.Sync();
            }

            files.Rename(temporary, result.ManifestPath);
            files.SyncDirectory(Path.GetDirectoryName(result.ManifestPath)!);
            written = true;
        }
        finally
        {
            if (!written)
                files.DeleteFile(temporary);
        }
    }

    private static void Write(Utf8JsonWriter json, SSTableDescriptor source, ScrubResult result)
    {
        json.WriteStartObject();
        WriteMembers(json, source, result);
        json.WriteEndObject();
    }

    /// <summary>Writes the manifest's members into an object.</summary>
    internal static void WriteMembers(Utf8JsonWriter json, SSTableDescriptor source, ScrubResult result)
    {
        json.WriteString("source", source.ToString());
        json.WriteString("written", result.Written?.ToString());
        json.WriteNumber("partitions", result.PartitionCount);
        json.WriteNumber("rows", result.RowCount);
        json.WriteNumber("moved", result.MovedCount);
        json.WriteBoolean("complete", result.IsComplete);
        json.WriteStartArray("lost");
        foreach (ScrubLoss loss in result.Losses)
        {
            json.WriteStartObject();
            json.WriteString("component", loss.Component);
            json.WriteNumber("start", loss.Start);
            json.WriteNumber("end", loss.End);
            json.WriteString("partition", loss.PartitionKey);
            json.WriteString("problem", loss.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("repaired");
        foreach (ScrubRepair repair in result.Repairs)
        {
            json.WriteStartObject();
            json.WriteString("component", repair.Component);
            json.WriteNumber("offset", repair.Offset);
            json.WriteString("text", repair.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
