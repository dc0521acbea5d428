using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests;

/// <summary>Holds the sources to the arrows that ARCHITECTURE.md draws: each folder of the core uses only what stands below it.</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        ["Errors"] = [],
        ["Encoding"] = ["Errors"],
        ["Files"] = ["Errors"],
        ["Compression"] = ["Encoding", "Errors"],
        ["Types"] = ["Encoding", "Errors"],
        ["Schema"] = ["Types", "Encoding", "Errors"],
        ["Rows"] = ["Schema", "Types", "Encoding", "Errors"],
        ["SSTables"] = ["Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Inspection"] = ["SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Rewriting"] = ["SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Engine"] = ["Rewriting", "Inspection", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Cql"] = ["Errors"],
        ["Query"] = ["Cql", "Engine", "Rewriting", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
        ["Transfer"] = ["Query", "Cql", "Engine", "Rewriting", "SSTables", "Rows", "Schema", "Types", "Files", "Compression", "Encoding", "Errors"],
    };

    [Fact]
    public void Each_folder_uses_only_what_stands_below_it_and_is_a_namespace() =>
        Assert.Empty(new Layers("Cqlite.Core", s_mayUse).Wrong((_, text) =>
            text.Contains("System.Net.Sockets", StringComparison.Ordinal) ? "sockets" : text.Contains("System.Management.Automation", StringComparison.Ordinal) ? "PowerShell" : null));
}
