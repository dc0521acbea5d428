using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests;

/// <summary>Holds the sources to the arrows that ARCHITECTURE.md draws: frames know no messages, messages neither server nor client.</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        ["Client"] = ["Messages", "Frames"],
        ["Frames"] = [],
        ["Messages"] = ["Frames"],
        ["Server"] = ["Messages", "Frames"],
    };

    [Fact]
    public void Each_folder_uses_only_what_stands_below_it_and_is_a_namespace() =>
        Assert.Empty(new Layers("Cqlite.Cassandra", s_mayUse).Wrong((folder, text) => folder is not ("Server" or "Client") && text.Contains("System.Net.Sockets", StringComparison.Ordinal) ? "sockets" : null));
}
