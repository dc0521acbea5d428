using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Cqlite.Core.Engine.SystemTables;
using Token = Cqlite.Core.Schema.Token;

namespace Cqlite.Cli.Commands;

/// <summary>Declares a ring of several processes, each of which serves its own part: <c>--token T1,T2 --peer ADDRESS:PORT=T3,T4</c>.</summary>
internal static class RingOptions
{
    /// <summary><c>--token</c>.</summary>
    public static Option<Token[]?> Tokens { get; } = new("--token")
    {
        Description = "This node's tokens on a ring of several, each the end of a range of its own; several with commas, or the option again.",
        HelpName = "TOKENS",
        CustomParser = result => [.. result.Tokens.SelectMany(t => ParseTokens("--token", t.Value, result))],
    };

    /// <summary><c>--peer</c>.</summary>
    public static Option<RingMember[]?> Peers { get; } = new("--peer")
    {
        Description = "Another node of the ring, of which clients are told; the option again for each. What another node has is refused as UNAVAILABLE.",
        HelpName = "ADDRESS:PORT=TOKENS",
        CustomParser = result => [.. result.Tokens.Select(t => ParsePeer(t.Value, result)).OfType<RingMember>()],
    };

    private static RingMember? ParsePeer(string text, ArgumentResult result)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0 && IPEndPoint.TryParse(text.AsSpan(0, equals), out IPEndPoint? address) && address.Port > 0)
            return new RingMember(address.Address, address.Port, ParseTokens("--peer", text[(equals + 1)..], result));
        result.AddError($"--peer '{text}': an address with its port and its tokens is needed, such as 127.0.0.1:9043=0,4611686018427387904.");
        return null;
    }

    private static ImmutableArray<Token> ParseTokens(string option, string text, ArgumentResult result)
    {
        ImmutableArray<Token>.Builder tokens = ImmutableArray.CreateBuilder<Token>();
        foreach (string each in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Int128.TryParse(each, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value))
                tokens.Add(new Token(value));
            else
                result.AddError($"{option}: '{each}' is no token; a whole number is needed.");
        }

        return tokens.ToImmutable();
    }
}
