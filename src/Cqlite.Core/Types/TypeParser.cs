using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>Finds a user type by keyspace (null where the text names none) and name; null where there is none.</summary>
public delegate CqlType? UserTypeResolver(string? keyspace, string name);

/// <summary>
/// Reads types from their two texts: Cassandra's class names, as in the header of an SSTable, and CQL's names, as in the tables of
/// system_schema.
/// </summary>
public static class TypeParser
{
    /// <summary>Types may stand within types this deep; Cassandra's own limit is its stack.</summary>
    internal const int MaxDepth = 100;

    /// <summary>Reads a type from Cassandra's class name with its parameters, such as <c>org.apache.cassandra.db.marshal.ListType(UTF8Type)</c>.</summary>
    /// <param name="text">The name; the package may be left out where it is Cassandra's.</param>
    /// <param name="bareUserTypesAreFrozen">Whether a user type that is not within FrozenType is frozen all the same: 3.0.x writes the headers of its SSTables so.</param>
    /// <exception cref="CqlSyntaxException">The text has not the form of a type.</exception>
    /// <exception cref="UnsupportedFormatException">The class is not one of Cassandra's types: what order its values have can't be known.</exception>
    /// <exception cref="InvalidQueryException">The parameters are not those of the type.</exception>
    public static CqlType ParseClassName(string text, bool bareUserTypesAreFrozen = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ClassNameParser(text, bareUserTypesAreFrozen).Parse();
    }

    /// <summary>The first class in a class name that is not one of Cassandra's types; null where all are, or the text has not the form of a type.</summary>
    internal static string? UnknownClassIn(string text)
    {
        var parser = new ClassNameParser(text, bareUserTypesAreFrozen: false);
        try
        {
            parser.Parse();
        }
        catch (CqliteException)
        {
            return parser.UnknownClass;
        }

        return null;
    }

    /// <inheritdoc cref="ParseClassName"/>
    public static CqlType Parse(string text) => ParseClassName(text);

    /// <summary>Reads a type from CQL, such as <c>frozen&lt;map&lt;text, int&gt;&gt;</c> or <c>'org.apache.cassandra.db.marshal.LexicalUUIDType'</c>.</summary>
    /// <param name="text">The type.</param>
    /// <param name="userTypes">Finds user types, not frozen; null where none are known.</param>
    /// <exception cref="CqlSyntaxException">The text has not the form of a type.</exception>
    /// <exception cref="UnsupportedFormatException">A class in quotes is not one of Cassandra's types.</exception>
    /// <exception cref="InvalidQueryException">A user type is not known, or the parameters are not those of the type.</exception>
    public static CqlType ParseCql(string text, UserTypeResolver? userTypes = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new CqlTypeParser(text, userTypes).Parse();
    }
}
