using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cqlite.Testing;
using Xunit;

namespace CqlitePS.Tests;

/// <summary>Holds the help file that Get-Help reads to the pages it is generated from: after a change of a page run <c>build.ps1 -Task Docs</c>.</summary>
public sealed class HelpFileTests
{
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XDocument File = XDocument.Load(Path.Combine(Repository.Root, "src", "CqlitePS", "Help", "CqlitePS.dll-Help.xml"));

    public static TheoryData<CmdletMetadata> Cmdlets => [.. CmdletMetadata.All];

    [Fact]
    public void It_has_the_cmdlets_of_the_module() => Assert.Equal(
        CmdletMetadata.All.Select(c => c.Name),
        File.Descendants(Command + "command").Select(Name).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void It_says_what_the_pages_say(CmdletMetadata cmdlet)
    {
        string page = System.IO.File.ReadAllText(cmdlet.HelpPath);
        XElement command = File.Descendants(Command + "command").Single(c => Name(c) == cmdlet.Name);
        AssertSame(Section(page, "## SYNOPSIS"), command.Element(Command + "details")!.Element(Maml + "description")!);
        AssertSame(Section(page, "## DESCRIPTION"), command.Element(Maml + "description")!);
        foreach (ParameterMetadata parameter in cmdlet.Parameters)
        {
            XElement described = command.Element(Command + "parameters")!.Elements().Single(p => p.Element(Maml + "name")!.Value == parameter.Name);
            AssertSame(Section(page, $"### -{parameter.Name}").Split("```")[0], described.Element(Maml + "description")!);
        }

        string[] examples = [.. command.Element(Command + "examples")!.Elements().Select(e => Letters(string.Concat(e.Elements().Where(part => part.Name.LocalName != "title").Select(part => part.Value))))];
        string[] titles = [.. Regex.Matches(page, "^### Example .*$", RegexOptions.Multiline, TimeSpan.FromSeconds(10)).Select(m => m.Value)];
        Assert.Equal(titles.Select(t => Letters(Section(page, t))), examples);
    }

    private static string Name(XElement command) => command.Element(Command + "details")!.Element(Command + "name")!.Value;

    /// <summary>The text below a heading, up to the next one.</summary>
    private static string Section(string page, string heading)
    {
        int start = page.IndexOf($"{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, heading);
        start += heading.Length + 1;
        Match next = Regex.Match(page[start..], "^##+ (?!.*```)", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
        return next.Success ? page.Substring(start, next.Index) : page[start..];
    }

    private static void AssertSame(string markdown, XElement maml) => Assert.Equal(Letters(markdown), Letters(string.Concat(maml.Elements(Maml + "para").Select(p => p.Value))));

    /// <summary>Letters and digits only: spaces, line ends and marks of Markdown are the generator's business.</summary>
    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
}
