using System.CommandLine;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite sstable verify</c>: finds what is wrong with SSTables; exits with 1 when something is.</summary>
internal static class SSTableVerifyCommand
{
    private static readonly Option<bool> s_quick = new("--quick") { Description = "Look at all components but Data.db." };

    private static readonly Option<bool> s_digest = new("--digest") { Description = "Also compare the checksum of the whole of Data.db, but do not read rows." };

    private static readonly Option<bool> s_extended = new("--extended") { Description = "Also check every value against its type." };

    public static Command Create()
    {
        Command command = new("verify", "Verifies SSTables: version, metadata, index, filter, digest, then every chunk, partition, row and cell.")
        {
            SSTableCommands.Paths, s_quick, s_digest, s_extended,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        VerificationDepth depth = parsed.GetValue(s_extended) ? VerificationDepth.Extended
            : parsed.GetValue(s_digest) ? VerificationDepth.Digest
            : parsed.GetValue(s_quick) ? VerificationDepth.Quick
            : VerificationDepth.Full;
        bool isValid = true;
        foreach (SSTableDescriptor descriptor in SSTableCommands.Find(parsed.GetRequiredValue(SSTableCommands.Paths)))
            isValid &= VerifyOutput.Verify(descriptor, depth, parsed.GetValue(GlobalOptions.Json), Console.Out, stop);
        return isValid ? 0 : Program.FoundWrong;
    }
}
