using Cqlite.Core.Files;
using Xunit;

namespace Cqlite.Core.Tests.Files;

/// <summary>Names and paths as Windows has them; its documentation is "Naming Files, Paths, and Namespaces".</summary>
public class WindowsPathTests
{
    [Theory]
    [InlineData("con", true)]
    [InlineData("NUL", true)]
    [InlineData("nul.csv", true)]
    [InlineData("Aux.tar.gz", true)]
    [InlineData("prn ", true)]
    [InlineData("com1", true)]
    [InlineData("LPT9", true)]
    [InlineData("com", false)]
    [InlineData("com10", false)]
    [InlineData("console", false)]
    [InlineData("nul-0123456789abcdef0123456789abcdef", false)]
    [InlineData("system", false)]
    public void Names_of_devices_are_known(string name, bool expected) => Assert.Equal(expected, WindowsPath.IsDevice(name));

    [Theory]
    [InlineData(@"C:\data\t", @"\\?\C:\data\t")]
    [InlineData(@"\\server\share\data", @"\\?\UNC\server\share\data")]
    [InlineData(@"\\?\C:\data", @"\\?\C:\data")]
    [InlineData(@"\\.\C:\data", @"\\.\C:\data")]
    public void Full_paths_may_be_of_any_length(string path, string expected) => Assert.Equal(expected, WindowsPath.Mark(path));
}
