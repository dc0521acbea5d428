using System.Collections.Immutable;
using System.Net;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>
/// A node of a ring that was declared, not found: nodes of ours do not talk to each other, and each tells its clients what it was told when it was started.
/// Immutable.
/// </summary>
/// <param name="Address">Where clients connect to.</param>
/// <param name="Port">The port that clients connect to; it is also what nodes on one machine are told apart by.</param>
/// <param name="Tokens">Its places on the ring, each the last token of a range.</param>
internal sealed record RingMember(IPAddress Address, int Port, ImmutableArray<Token> Tokens)
{
    /// <summary>Its id, which every node of the ring makes of what it knows of it.</summary>
    public Guid HostId => SystemKeyspaces.NameUuid($"{new IPEndPoint(Address, Port)}");

    /// <summary>The tokens as system tables have them, in the order of a set of texts.</summary>
    public IEnumerable<string> TokenTexts => Tokens.Select(t => t.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal);
}
