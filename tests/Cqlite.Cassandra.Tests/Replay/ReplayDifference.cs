using Cqlite.Cassandra.Messages;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>An answer that is not the recorded one.</summary>
/// <param name="Conversation">The recording.</param>
/// <param name="Place">The answer's record: <c>@12</c>, or of a column of its rows <c>@12 system.local.host_id</c>.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Theirs">What was recorded.</param>
/// <param name="Ours">What was answered.</param>
internal sealed record ReplayDifference(string Conversation, string Place, Message? Question, string Theirs, string Ours)
{
    /// <summary>The column, of a difference in one; else null.</summary>
    public string? Column => Place.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank ? Place[(blank + 1)..] : null;

    public override string ToString() => $"{Conversation} {Place}: {Shorten(Question switch { QueryMessage q => q.Query, PrepareMessage p => $"PREPARE {p.Query}", _ => Question?.ToString() ?? "" })}\n    theirs {Shorten(Theirs)}\n    ours   {Shorten(Ours)}";

    private static string Shorten(string text) => text.Length > 600 ? text[..600] + "..." : text;
}
