using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Testing;

namespace Cqlite.Fuzz.Migrating;

/// <summary>Where the nodes of a ring listen, and which tokens are whose: three nodes, the first of which has two places on the ring.</summary>
internal sealed class RingLayout
{
    private static readonly ImmutableArray<Token>[] s_tokens =
    [
        [new(-6_000_000_000_000_000_000), new(2_000_000_000_000_000_000)],
        [new(-1_000_000_000_000_000_000)],
        [new(6_000_000_000_000_000_000)],
    ];

    private readonly IPEndPoint[] _addresses;

    private RingLayout(IPEndPoint[] addresses) => _addresses = addresses;

    /// <summary>How many nodes there are.</summary>
    public static int NodeCount => s_tokens.Length;

    /// <summary>Where clients begin.</summary>
    public string ContactPoint => _addresses[0].ToString();

    /// <summary>
    /// Takes ports that are free at the moment, of an address of its own where there is one; else another process may be quicker, so that whoever listens must be ready
    /// to begin anew.
    /// </summary>
    public static RingLayout OfFreePorts() => new(OwnAddress.NextWithPorts(NodeCount));

    /// <summary>The node that has a token.</summary>
    public static int OwnerOf(Token token)
    {
        foreach ((Token last, int node) in Ring())
        {
            if (token.CompareTo(last) <= 0)
                return node;
        }

        return Ring()[0].Node;
    }

    /// <summary>The ranges of a node.</summary>
    public static IReadOnlyList<TokenRange> RangesOf(int node)
    {
        List<TokenRange> ranges = [];
        Token after = TokenRange.Whole.After;
        foreach ((Token token, int owner) in Ring())
        {
            if (owner == node)
                ranges.Add(new TokenRange(after, token));
            after = token;
        }

        if (Ring()[0].Node == node)
            ranges.Add(new TokenRange(after, TokenRange.Whole.UpTo));
        return ranges;
    }

    /// <summary>How a server takes its place.</summary>
    public DatabaseServerOptions ServerOptions(int node) => new()
    {
        EndPoint = _addresses[node],
        Tokens = s_tokens[node],
        Peers = [.. Others(node).Select(n => new RingMember(_addresses[n].Address, _addresses[n].Port, s_tokens[n]))],
    };

    /// <summary>How <c>cqlite serve</c> is told its place.</summary>
    public IEnumerable<string> CommandLine(int node) =>
    [
        "--listen",
        _addresses[node].Address.ToString(),
        "--port",
        _addresses[node].Port.ToString(CultureInfo.InvariantCulture),
        "--token",
        Text(node),
        .. Others(node).SelectMany(n => (string[])["--peer", $"{_addresses[n]}={Text(n)}"]),
    ];

    private static (Token Token, int Node)[] Ring() => [.. s_tokens.Index().SelectMany(n => n.Item.Select(t => (t, n.Index))).OrderBy(r => r.t)];

    private static IEnumerable<int> Others(int node) => Enumerable.Range(0, NodeCount).Where(n => n != node);

    private static string Text(int node) => string.Join(',', s_tokens[node].Select(t => t.Value.ToString(CultureInfo.InvariantCulture)));
}
