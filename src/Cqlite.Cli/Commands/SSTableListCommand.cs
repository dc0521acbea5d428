using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable list</c>: which SSTables there are, from their names and sizes alone.</summary>
internal static class SSTableListCommand
{
    public static Command Create()
    {
        Command command = new("list", "Lists SSTables with version, size and components.") { SSTableCommands.Paths };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        using StandardOutput output = new();
        if (!asJson)
            output.Buffer.WriteText($"{"version",-8} {"bytes",14} {"table",-32} path\n");
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find(parsed.GetRequiredValue(SSTableCommands.Paths)))
        {
            IReadOnlyList<SSTableComponent> components = SSTable.ListComponents(PhysicalFileSystem.Instance, descriptor);
            long bytes = components.Sum(c => PhysicalFileSystem.Instance.GetLength(descriptor.PathOf(c)));
            string table = descriptor.Index is null ? $"{descriptor.Keyspace}.{descriptor.Table}" : $"{descriptor.Keyspace}.{descriptor.Table}.{descriptor.Index}";
            if (asJson)
                WriteJson(output, descriptor, components, bytes);
            else
                output.Buffer.WriteText($"{descriptor.Version.Name,-8} {bytes.ToString("N0", CultureInfo.InvariantCulture),14} {table,-32} {descriptor.PathOf(SSTableComponent.Data)}\n");
            output.FlushWhenFull();
        }

        return 0;
    }

    private static void WriteJson(StandardOutput output, SSTableDescriptor descriptor, IReadOnlyList<SSTableComponent> components, long bytes)
    {
        using (Utf8JsonWriter json = new(output.Buffer))
        {
            json.WriteStartObject();
            json.WriteString("path", descriptor.PathOf(SSTableComponent.Data));
            json.WriteString("version", descriptor.Version.Name);
            json.WriteString("format", descriptor.Version.IsBti ? "bti" : "big");
            json.WriteString("keyspace", descriptor.Keyspace);
            json.WriteString("table", descriptor.Table);
            if (descriptor.Index is { } index)
                json.WriteString("index", index);
            json.WriteNumber("bytes", bytes);
            json.WriteStartArray("components");
            foreach (SSTableComponent component in components)
                json.WriteStringValue(component.Name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Buffer.WriteByte((byte)'\n');
    }
}
