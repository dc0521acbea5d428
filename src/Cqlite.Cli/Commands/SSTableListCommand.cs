using System.CommandLine;
using System.Globalization;
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
        IReadOnlyList<SSTableDescriptor> found = SSTableCommands.Find(parsed);
        int width = found.Max(d => SSTableCommands.TableName(d).Length);
        using StreamWriter output = StandardOutput.OpenText();
        if (!asJson)
            output.Write($"version {"bytes",15}  {"table".PadRight(width)}  path\n");
        foreach (SSTableDescriptor descriptor in found)
        {
            IReadOnlyList<SSTableComponent> components = SSTable.ListComponents(PhysicalFileSystem.Instance, descriptor);
            long bytes = components.Sum(c => PhysicalFileSystem.Instance.GetLength(descriptor.PathOf(c)));
            if (asJson)
                output.WriteLine(ToJson(descriptor, components, bytes));
            else
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{descriptor.Version.Name,-7} {bytes,15:N0}  {SSTableCommands.TableName(descriptor).PadRight(width)}  {descriptor.PathOf(SSTableComponent.Data)}\n"));
        }

        return 0;
    }

    private static string ToJson(SSTableDescriptor descriptor, IReadOnlyList<SSTableComponent> components, long bytes) => JsonLine.Of(json =>
    {
        json.WriteString("path", descriptor.PathOf(SSTableComponent.Data));
        json.WriteString("version", descriptor.Version.Name);
        json.WriteString("format", descriptor.Version.Format);
        json.WriteString("keyspace", descriptor.Keyspace);
        json.WriteString("table", descriptor.Table);
        if (descriptor.Index is { } index)
            json.WriteString("index", index);
        json.WriteNumber("bytes", bytes);
        json.WriteStartArray("components");
        foreach (SSTableComponent component in components)
            json.WriteStringValue(component.Name);
        json.WriteEndArray();
    });
}
