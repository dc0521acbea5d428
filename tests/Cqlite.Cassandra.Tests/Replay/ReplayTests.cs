using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>
/// Recorded clients talk to a database of ours: each answer is, byte for byte, the one that the node gave, but for ids, facts of the host and times that
/// a reviewed list names with the reason.
/// </summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Conversations => [.. ProtocolConversation.All.Select(c => c.Name)];

    [Theory, MemberData(nameof(Conversations))]
    public async Task A_recorded_client_gets_the_answers_it_got(string name)
    {
        IReadOnlyList<ReplayDifference> found = await ReplayRun.ExecuteAsync(ProtocolConversation.Parse(name, null));
        if (ReplayDifferences.Known.Compare(name, found) is { } wrong)
            Assert.Fail(wrong);
    }
}
