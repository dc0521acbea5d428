using System.Text.Json;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Types;

/// <summary>Types of recorded columns, with the user types of their keyspace.</summary>
internal sealed class CorpusColumnTypes
{
    private readonly Dictionary<string, CqlType> _userTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string[] Names, string[] Types)> _definitions = new(StringComparer.Ordinal);
    private readonly string _keyspace;

    public CorpusColumnTypes(CorpusTable table)
    {
        _keyspace = table.Keyspace;
        using JsonDocument? schema = table.Node.SchemaRows(table.Keyspace);
        if (schema is null || !schema.RootElement.TryGetProperty("types", out JsonElement rows))
            return;
        foreach (JsonElement row in rows.EnumerateArray())
        {
            _definitions[row.GetProperty("type_name").GetString()!] =
                ([.. row.GetProperty("field_names").EnumerateArray().Select(n => n.GetString()!)],
                [.. row.GetProperty("field_types").EnumerateArray().Select(n => n.GetString()!)]);
        }
    }

    /// <summary>The type of a column; reversed where the column is DESC.</summary>
    public CqlType Of(CorpusColumn column)
    {
        CqlType type = TypeParser.ParseCql(column.Type, (_, name) => UserType(name));
        return column.Order == "desc" ? CqlTypes.Reversed(type) : type;
    }

    private CqlType? UserType(string name)
    {
        if (_userTypes.TryGetValue(name, out CqlType? known))
            return known;
        if (!_definitions.TryGetValue(name, out (string[] Names, string[] Types) definition))
            return null;
        CqlType[] fields = [.. definition.Types.Select(t => TypeParser.ParseCql(t, (_, inner) => UserType(inner)))];
        return _userTypes[name] = CqlTypes.UserType(_keyspace, name, definition.Names, fields);
    }
}
