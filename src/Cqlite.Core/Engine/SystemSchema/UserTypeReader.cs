using System.Collections.Immutable;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>A keyspace's user types from the rows of <c>types</c>: each is made when first needed, for they name each other in any order.</summary>
/// <remarks>Source: org/apache/cassandra/schema/Types.java (RawBuilder).</remarks>
internal sealed class UserTypeReader
{
    private readonly string _keyspace;
    private readonly Dictionary<string, SchemaRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CqlType> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly List<string> _problems;

    public UserTypeReader(string keyspace, List<SchemaRow> rows, List<string> problems)
    {
        _keyspace = keyspace;
        _problems = problems;
        foreach (SchemaRow row in rows)
            _rows[row.Text("type_name")] = row;
    }

    /// <summary>All types, not frozen.</summary>
    public ImmutableSortedDictionary<string, CqlType> All()
    {
        ImmutableSortedDictionary<string, CqlType>.Builder types = ImmutableSortedDictionary.CreateBuilder<string, CqlType>(StringComparer.Ordinal);
        foreach (string name in _rows.Keys)
        {
            try
            {
                types[name] = Find(name)!;
            }
            catch (CqliteException problem)
            {
                _problems.Add($"{_keyspace}.{name} in system_schema.types is left out: {problem.Message}");
            }
        }

        return types.ToImmutable();
    }

    /// <summary>The type of that name, not frozen; null when there is none.</summary>
    public CqlType? Find(string name)
    {
        if (_made.TryGetValue(name, out CqlType? made))
            return made;
        if (!_rows.TryGetValue(name, out SchemaRow? row))
            return null;
        if (!_open.Add(name))
            throw new CorruptDataException("system_schema.types", 0, $"the user type {_keyspace}.{name} contains itself.");

        IReadOnlyList<string> names = row.Texts("field_names");
        IReadOnlyList<string> types = row.Texts("field_types");
        if (names.Count != types.Count)
            throw new CorruptDataException("system_schema.types", 0, $"the user type {_keyspace}.{name} has {names.Count} field names and {types.Count} field types.");
        made = new UserType(_keyspace, name, [.. names], [.. types.Select(Parse)], isMultiCell: true);
        _open.Remove(name);
        _made.Add(name, made);
        return made;
    }

    /// <summary>A type from its text, in which this keyspace's types may be named.</summary>
    public CqlType Parse(string text) => TypeParser.ParseCql(text, (_, name) => Find(name));
}
