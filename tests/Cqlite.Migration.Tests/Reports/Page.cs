using System.Text;
using System.Xml;
using System.Xml.Linq;
using Cqlite.Core.Encoding;
using Cqlite.Migration.Reports;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>A page as a browser would take it apart. Pages are well-formed XML too, so that what is not closed or not encoded is an error here.</summary>
internal sealed class Page
{
    private Page(string text)
    {
        Text = text;
        using XmlReader reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        Document = XDocument.Load(reader);
    }

    public string Text { get; }

    public XDocument Document { get; }

    public static Page Of(MigrationReport report, int mostDifferences = 100)
    {
        BufferWriter output = new();
        ReportPage.Write(output, report, new PageSettings(mostDifferences));
        return new Page(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    public IEnumerable<XElement> All(string name) => Document.Descendants(name);

    /// <summary>The section of an id.</summary>
    public XElement Section(string id) => All("section").Single(s => s.Attribute("id")?.Value == id);

    /// <summary>The text of an element, with single spaces.</summary>
    public static string TextOf(XElement element) => string.Join(' ', element.DescendantNodes().OfType<XText>().Select(t => t.Value.Trim()).Where(t => t.Length > 0));
}
