using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable convert</c>: the same content in another version, with another compression, or in several pieces.</summary>
internal static class SSTableConvertCommand
{
    public static Command Create()
    {
        Command command = SSTableRewriting.With(new Command("convert", "Writes SSTables again in another version or compression, or in pieces; the content stays the same."));
        command.Options.Add(SSTableRewriting.MaxSize);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        SSTableVersion version = SSTableRewriting.Version(parsed);
        IReadOnlyDictionary<string, string>? compression = SSTableRewriting.Compression(parsed);
        SSTableDefinitions definitions = new(parsed);
        using StreamWriter output = StandardOutput.OpenText();
        return SSTableRewriting.Run(parsed, group =>
        {
            RewriteOptions options = new()
            {
                OutputDirectory = group.OutputDirectory,
                Version = version,
                Compression = compression,
                ChunkLengthBytes = SSTableRewriting.ChunkLength(parsed),
                MaxBytes = parsed.GetValue(SSTableRewriting.MaxSize),
                Table = definitions.Named(group.Sources[0]),
            };
            SSTableConverter converter = new(PhysicalFileSystem.Instance, options);
            return group.Sources.Max(source => SSTableRewriting.Try(parsed, () =>
            {
                RewriteResult result = SSTableRewriting.WithProgress($"{source.FilePrefix}Data.db", progress => converter.Convert(source, progress, stop));
                output.WriteLine(SSTableRewriting.Describe(asJson, [source], result, version));
                output.Flush();
                return 0;
            }));
        });
    }
}
