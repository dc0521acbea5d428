using System.CommandLine;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable verify</c>: finds what is wrong with SSTables; exits with 1 when something is.</summary>
internal static class SSTableVerifyCommand
{
    public static Command Create()
    {
        Command command = new("verify", "Verifies SSTables: version, metadata, index, filter, digest, then every chunk, partition, row and cell.")
        {
            SSTableCommands.Paths, VerifyDepth.Quick, VerifyDepth.Digest, VerifyDepth.Extended,
        };
        VerifyDepth.Restrict(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        VerifyTotals totals = new();
        using StreamWriter output = StandardOutput.OpenText();
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find(parsed))
            VerifyOutput.Verify(descriptor, VerifyDepth.Of(parsed), asJson, output, totals, stop);
        if (!asJson && totals.SSTables > 1)
            output.WriteLine(totals);
        return totals.IsValid ? 0 : Program.FoundWrong;
    }
}
