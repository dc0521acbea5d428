using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests;

/// <summary>Holds the sources to the arrows that ARCHITECTURE.md draws.</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        ["Operands"] = [],
        ["Progress"] = [],
        ["Results"] = ["Operands", "Progress"],
        ["Clusters"] = ["Operands", "Progress"],
        ["Databases"] = ["Operands"],
        ["Schemas"] = ["Operands", "Results"],
        ["Conversions"] = [],
        ["Ranges"] = ["Clusters", "Operands", "Progress", "Results"],
        ["Exports"] = ["Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Copies"] = ["Databases", "Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Imports"] = ["Conversions", "Copies", "Databases", "Exports", "Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Validation"] = ["Operands", "Progress", "Ranges", "Results", "Schemas"],
        ["Reports"] = ["Exports", "Operands", "Progress", "Results", "Syncing", "Validation"],
        ["Syncing"] = ["Operands", "Progress", "Ranges", "Results", "Schemas", "Validation"],
    };

    [Fact]
    public void Each_folder_uses_only_what_stands_below_it_and_is_a_namespace() =>
        Assert.Empty(new Layers("Cqlite.Migration", s_mayUse).Wrong((_, text) => text.Contains("System.Management.Automation", StringComparison.Ordinal) ? "PowerShell" : null));
}
