using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>
/// Finds assignments of one SET that contradict each other: a column set as a whole and changed besides, or a field set twice.
/// </summary>
/// <remarks>Source: src/java/org/apache/cassandra/cql3/Operation.java, isCompatibleWith. Elements are not compared, for keys may be markers.</remarks>
internal sealed class AssignmentConflicts
{
    private readonly Dictionary<string, bool> _isSetAsWhole = new(StringComparer.Ordinal);
    private readonly HashSet<(string Column, string Field)> _fields = [];

    /// <summary>Adds an assignment; true if it contradicts an earlier one.</summary>
    public bool Add(Assignment assignment)
    {
        string column = assignment.Column.Text;
        bool whole = assignment is SetValueAssignment;
        if (_isSetAsWhole.TryGetValue(column, out bool wasWhole))
        {
            _isSetAsWhole[column] = whole || wasWhole;
            if (whole || wasWhole)
                return true;
        }
        else
        {
            _isSetAsWhole.Add(column, whole);
        }
        return assignment is SetFieldAssignment setField && !_fields.Add((column, setField.Field.Text));
    }
}
