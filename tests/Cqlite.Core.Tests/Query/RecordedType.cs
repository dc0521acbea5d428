using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Query;

/// <summary>Prints types as the recorded scripts do: those of the result's metadata, in which frozen or not makes no difference.</summary>
internal static class RecordedType
{
    public static string Print(CqlType type) => type.Unreversed switch
    {
        ListType list => $"list<{Print(list.Elements)}>",
        SetType set => $"set<{Print(set.Elements)}>",
        MapType map => $"map<{Print(map.Keys)}, {Print(map.Values)}>",
        VectorType vector => $"vector<{Print(vector.Elements)}, {vector.Dimension}>",
        UserType user => $"{user.Keyspace}.{CqlIdentifier.Quote(user.TypeName)}{{{string.Join(", ", user.FieldNames.Zip(user.Fields, (n, t) => $"{CqlIdentifier.Quote(n)} {Print(t)}"))}}}",
        TupleType tuple => $"tuple<{string.Join(", ", tuple.Fields.Select(Print))}>",

        // What the protocol has no code for is a class.
        CqlType native when native.Equals(CqlTypes.LegacyTimeUuid) => $"'{native.ClassName}'",
        CqlType native => native.Name,
    };
}
