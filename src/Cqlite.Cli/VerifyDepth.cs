using System.CommandLine;
using Cqlite.Core.Inspection;

namespace Cqlite.Cli;

/// <summary>The options that say how far a verification goes; one of them at most.</summary>
internal static class VerifyDepth
{
    /// <summary><c>--quick</c>.</summary>
    public static Option<bool> Quick { get; } = new("--quick") { Description = "Look at all components but Data.db." };

    /// <summary><c>--digest</c>.</summary>
    public static Option<bool> Digest { get; } = new("--digest") { Description = "Also compare the checksum of the whole of Data.db, but do not read rows." };

    /// <summary><c>--extended</c>.</summary>
    public static Option<bool> Extended { get; } = new("--extended") { Description = "Beyond every chunk, partition, row and cell, check every value against its type." };

    /// <summary>Refuses more than one of them.</summary>
    public static void Restrict(Command command) => command.Validators.Add(result =>
    {
        if (new[] { Quick, Digest, Extended }.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            result.AddError("--quick, --digest and --extended exclude each other: give one, or none to read every row.");
    });

    /// <summary>The depth asked for.</summary>
    public static VerificationDepth Of(ParseResult parsed) => parsed.GetValue(Extended) ? VerificationDepth.Extended
        : parsed.GetValue(Digest) ? VerificationDepth.Digest
        : parsed.GetValue(Quick) ? VerificationDepth.Quick
        : VerificationDepth.Full;
}
