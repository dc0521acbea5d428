using System.Text.Json;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>INSERT JSON: each column's value out of one text.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/Json.java, utils/JsonUtils.java (handleCaseSensitivity).</remarks>
internal static class JsonInsert
{
    /// <summary>The values of a table's columns: known ones of a literal, deferred ones of a marker.</summary>
    public static IEnumerable<(ColumnMetadata Column, Term Value)> Plan(InsertJsonStatement statement, TableMetadata table, TermPlanner terms)
    {
        ColumnMetadata[] columns = [.. table.ColumnsInCreateOrder()];
        if (statement.Json is not Literal literal)
        {
            var source = new JsonSource((MarkerTerm)terms.Prepare(statement.Json, new Receiver("[json]", CqlTypes.Text)), columns, statement.DefaultUnset);
            return columns.Select((column, i) => (column, (Term)new JsonColumnTerm(source, i)));
        }

        byte[]?[] values = Parse(literal.Text, columns, statement.DefaultUnset);
        return columns.Select((column, i) => (column, (Term)new ConstantTerm(values[i], "json")));
    }

    /// <summary>The values of columns in a text; what it leaves out is null or unset.</summary>
    /// <exception cref="InvalidQueryException">It is no JSON object, names a column that there is not, or a value does not suit.</exception>
    public static byte[]?[] Parse(string text, ColumnMetadata[] columns, bool defaultUnset)
    {
        using JsonDocument document = JsonObjectText.Parse(text);
        OrderedDictionary<string, JsonElement> members = Members(document.RootElement);
        byte[]?[] values = new byte[]?[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            values[i] = defaultUnset ? BindValues.Unset : null;
            if (members.Remove(columns[i].Name, out JsonElement value))
                values[i] = value.ValueKind == JsonValueKind.Null ? null : Encode(columns[i], value);
        }

        return members.Count == 0
            ? values
            : throw new InvalidQueryException($"JSON values map contains unrecognized column: {members.GetAt(0).Key}");
    }

    private static byte[] Encode(ColumnMetadata column, JsonElement value)
    {
        var output = new BufferWriter();
        try
        {
            column.Type.Unreversed.ParseJson(value, output);
        }
        catch (InvalidQueryException error) when (!IsOfDuration(error.Message))
        {
            throw new InvalidQueryException($"Error decoding JSON value for {column.Name}: {error.Message}");
        }

        return output.ToArray();
    }

    // Cassandra refuses durations by an exception of another kind, which does not name the column.
    private static bool IsOfDuration(string message) =>
        (message.StartsWith("Unable to convert '", StringComparison.Ordinal) && message.EndsWith("' to a duration", StringComparison.Ordinal))
        || message.StartsWith("Invalid duration", StringComparison.Ordinal);

    // Names are in lower case, but for those in quotes of their own. A name that is changed takes its place anew, at the end.
    private static OrderedDictionary<string, JsonElement> Members(JsonElement root)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
            members[property.Name] = property.Value;
        foreach (string name in members.Keys.ToArray())
        {
            string plain = name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1] : name.ToLowerInvariant();
            if (plain != name && members.Remove(name, out JsonElement value))
                members[plain] = value;
        }

        return members;
    }
}

/// <summary>The text that is bound to a marker of INSERT JSON. It is parsed once an execution, though each column asks for its part.</summary>
internal sealed record JsonSource(MarkerTerm Marker, ColumnMetadata[] Columns, bool DefaultUnset)
{
    [ThreadStatic]
    private static (JsonSource Source, BindValues Values, byte[]?[] Parsed)? s_last;

    /// <summary>The value of a column.</summary>
    public byte[]? ValueOf(int column, BindValues values)
    {
        if (s_last is not { } last || !ReferenceEquals(last.Source, this) || !ReferenceEquals(last.Values, values))
        {
            byte[]? text = Marker.Bind(values);
            if (text is null || BindValues.IsUnset(text))
                throw new InvalidQueryException("Got null for INSERT JSON values");
            last = (this, values, JsonInsert.Parse(System.Text.Encoding.UTF8.GetString(text), Columns, DefaultUnset));
            s_last = last;
        }

        return last.Parsed[column];
    }
}

/// <summary>A column's part of a text that is bound to a marker.</summary>
internal sealed record JsonColumnTerm(JsonSource Source, int Column) : Term
{
    /// <inheritdoc/>
    public override bool HasMarker => true;

    /// <inheritdoc/>
    public override bool IsDeferred => true;

    /// <inheritdoc/>
    public override byte[]? Bind(BindValues values) => Source.ValueOf(Column, values);

    /// <inheritdoc/>
    public override string ToString() => "json";
}
