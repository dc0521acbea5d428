using System.Collections;
using System.Reflection;
using System.Text;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Tests.Cql;

/// <summary>Prints a syntax tree: the node's name, then each property that says something, and deeper ones on lines of their own.</summary>
internal static class SyntaxPrinter
{
    public static string Print(object node)
    {
        StringBuilder text = new();
        Append(text, node, 0);
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, object node, int depth)
    {
        List<(string Name, object Value)> below = [];
        text.Append(Name(node.GetType()));
        foreach (PropertyInfo property in node.GetType().GetProperties().OrderBy(static p => p.MetadataToken))
        {
            object? value = property.Name is "Position" or "StatementText" or "EqualityContract" or "BindMarkers" ? null : property.GetValue(node);
            if (value is null or false || IsEmpty(value))
                continue;
            if (Simple(value) is { } simple)
                text.Append(' ').Append(property.Name).Append('=').Append(simple);
            else
                below.Add((property.Name, value));
        }

        text.Append('\n');
        foreach ((string name, object value) in below)
        {
            foreach (object element in value is IEnumerable list ? list : new[] { value })
            {
                text.Append(' ', (depth + 1) * 2).Append(name).Append(": ");
                if (Simple(element) is { } simple)
                    text.Append(simple).Append('\n');
                else
                    Append(text, element, depth + 1);
            }
        }
    }

    private static string Name(Type type) => type.Name.Replace("Statement", "", StringComparison.Ordinal);

    private static bool IsEmpty(object value) =>
        value is IEnumerable list and not string && (value.Equals(Activator.CreateInstance(value.GetType())) || !list.Cast<object>().Any());

    /// <summary>What fits on its node's line.</summary>
    private static string? Simple(object value) => value switch
    {
        string text => $"'{text.Replace("\n", "\\n", StringComparison.Ordinal)}'",
        Identifier name => name.IsQuoted ? $"\"{name.Text}\"" : name.Text,
        QualifiedName or FunctionName or TypeSyntax or bool or Enum or long or int => value.ToString(),
        NullLiteral => "null",
        Literal literal => $"{literal.Kind}({literal.Text.Replace("\n", "\\n", StringComparison.Ordinal)})",
        BindMarker marker => $"?{marker.Index}{(marker.Name is null ? "" : ":" + marker.Name.Text)}({marker.Kind})",
        ColumnReference column => Simple(column.Column),
        IEnumerable<Identifier> names => $"({string.Join(", ", names.Select(Simple))})",
        KeyValuePair<string, string> pair => $"'{pair.Key}': '{pair.Value}'",
        _ => null,
    };
}
