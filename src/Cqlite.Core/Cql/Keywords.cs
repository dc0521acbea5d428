using System.Collections.Frozen;

namespace Cqlite.Core.Cql;

/// <summary>The keywords of CQL 3.4.7, found without regard to case.</summary>
/// <remarks>Source: src/antlr/Lexer.g. TABLE is another spelling of COLUMNFAMILY, TABLES of COLUMNFAMILIES.</remarks>
internal static class Keywords
{
    private const int LongestLength = 14;

    private static readonly FrozenDictionary<string, TokenKind> ByText = new Dictionary<string, TokenKind>(StringComparer.Ordinal)
    {
        ["ACCESS"] = TokenKind.Access, ["ADD"] = TokenKind.Add, ["AGGREGATE"] = TokenKind.Aggregate,
        ["AGGREGATES"] = TokenKind.Aggregates, ["ALL"] = TokenKind.All, ["ALLOW"] = TokenKind.Allow, ["ALTER"] = TokenKind.Alter,
        ["AND"] = TokenKind.And, ["ANN"] = TokenKind.Ann, ["APPLY"] = TokenKind.Apply, ["AS"] = TokenKind.As, ["ASC"] = TokenKind.Asc,
        ["ASCII"] = TokenKind.Ascii, ["AUTHORIZE"] = TokenKind.Authorize, ["BATCH"] = TokenKind.Batch, ["BEGIN"] = TokenKind.Begin,
        ["BIGINT"] = TokenKind.Bigint, ["BLOB"] = TokenKind.Blob, ["BOOLEAN"] = TokenKind.Boolean, ["BY"] = TokenKind.By,
        ["CALLED"] = TokenKind.Called, ["CAST"] = TokenKind.Cast, ["CIDRS"] = TokenKind.Cidrs, ["CLUSTER"] = TokenKind.Cluster,
        ["CLUSTERING"] = TokenKind.Clustering, ["COLUMNFAMILIES"] = TokenKind.Tables, ["COLUMNFAMILY"] = TokenKind.Columnfamily,
        ["COMPACT"] = TokenKind.Compact, ["CONTAINS"] = TokenKind.Contains, ["COUNT"] = TokenKind.Count,
        ["COUNTER"] = TokenKind.Counter, ["CREATE"] = TokenKind.Create, ["CUSTOM"] = TokenKind.Custom,
        ["DATACENTERS"] = TokenKind.Datacenters, ["DATE"] = TokenKind.Date, ["DECIMAL"] = TokenKind.Decimal,
        ["DEFAULT"] = TokenKind.Default, ["DELETE"] = TokenKind.Delete, ["DESC"] = TokenKind.Desc, ["DESCRIBE"] = TokenKind.Describe,
        ["DISTINCT"] = TokenKind.Distinct, ["DOUBLE"] = TokenKind.Double, ["DROP"] = TokenKind.Drop, ["DURATION"] = TokenKind.Duration,
        ["ENTRIES"] = TokenKind.Entries, ["EXECUTE"] = TokenKind.Execute, ["EXISTS"] = TokenKind.Exists,
        ["FILTERING"] = TokenKind.Filtering, ["FINALFUNC"] = TokenKind.Finalfunc, ["FLOAT"] = TokenKind.Float,
        ["FROM"] = TokenKind.From, ["FROZEN"] = TokenKind.Frozen, ["FULL"] = TokenKind.Full, ["FUNCTION"] = TokenKind.Function,
        ["FUNCTIONS"] = TokenKind.Functions, ["GRANT"] = TokenKind.Grant, ["GROUP"] = TokenKind.Group, ["HASHED"] = TokenKind.Hashed,
        ["IDENTITY"] = TokenKind.Identity, ["IF"] = TokenKind.If, ["IN"] = TokenKind.In, ["INDEX"] = TokenKind.Index,
        ["INET"] = TokenKind.Inet, ["INFINITY"] = TokenKind.PositiveInfinity, ["INITCOND"] = TokenKind.Initcond,
        ["INPUT"] = TokenKind.Input, ["INSERT"] = TokenKind.Insert, ["INT"] = TokenKind.Int, ["INTERNALS"] = TokenKind.Internals,
        ["INTO"] = TokenKind.Into, ["IS"] = TokenKind.Is, ["JSON"] = TokenKind.Json, ["KEY"] = TokenKind.Key, ["KEYS"] = TokenKind.Keys,
        ["KEYSPACE"] = TokenKind.Keyspace, ["KEYSPACES"] = TokenKind.Keyspaces, ["LANGUAGE"] = TokenKind.Language,
        ["LIKE"] = TokenKind.Like, ["LIMIT"] = TokenKind.Limit, ["LIST"] = TokenKind.List, ["LOGIN"] = TokenKind.Login,
        ["MAP"] = TokenKind.Map, ["MASKED"] = TokenKind.Masked, ["MATERIALIZED"] = TokenKind.Materialized,
        ["MAXWRITETIME"] = TokenKind.Maxwritetime, ["MBEAN"] = TokenKind.Mbean, ["MBEANS"] = TokenKind.Mbeans,
        ["MODIFY"] = TokenKind.Modify, ["NAN"] = TokenKind.PositiveNan, ["NOLOGIN"] = TokenKind.Nologin,
        ["NORECURSIVE"] = TokenKind.Norecursive, ["NOSUPERUSER"] = TokenKind.Nosuperuser, ["NOT"] = TokenKind.Not,
        ["NULL"] = TokenKind.Null, ["OF"] = TokenKind.Of, ["ON"] = TokenKind.On, ["ONLY"] = TokenKind.Only,
        ["OPTIONS"] = TokenKind.Options, ["OR"] = TokenKind.Or, ["ORDER"] = TokenKind.Order, ["PARTITION"] = TokenKind.Partition,
        ["PASSWORD"] = TokenKind.Password, ["PER"] = TokenKind.Per, ["PERMISSION"] = TokenKind.Permission,
        ["PERMISSIONS"] = TokenKind.Permissions, ["PRIMARY"] = TokenKind.Primary, ["RENAME"] = TokenKind.Rename,
        ["REPLACE"] = TokenKind.Replace, ["RETURNS"] = TokenKind.Returns, ["REVOKE"] = TokenKind.Revoke, ["ROLE"] = TokenKind.Role,
        ["ROLES"] = TokenKind.Roles, ["SCHEMA"] = TokenKind.Schema, ["SELECT"] = TokenKind.Select,
        ["SELECT_MASKED"] = TokenKind.SelectMasked, ["SET"] = TokenKind.Set, ["SFUNC"] = TokenKind.Sfunc,
        ["SMALLINT"] = TokenKind.Smallint, ["STATIC"] = TokenKind.Static, ["STORAGE"] = TokenKind.Storage, ["STYPE"] = TokenKind.Stype,
        ["SUPERUSER"] = TokenKind.Superuser, ["TABLE"] = TokenKind.Columnfamily, ["TABLES"] = TokenKind.Tables,
        ["TEXT"] = TokenKind.Text, ["TIME"] = TokenKind.Time, ["TIMESTAMP"] = TokenKind.Timestamp, ["TIMEUUID"] = TokenKind.Timeuuid,
        ["TINYINT"] = TokenKind.Tinyint, ["TO"] = TokenKind.To, ["TOKEN"] = TokenKind.Token, ["TRIGGER"] = TokenKind.Trigger,
        ["TRUNCATE"] = TokenKind.Truncate, ["TTL"] = TokenKind.Ttl, ["TUPLE"] = TokenKind.Tuple, ["TYPE"] = TokenKind.Type,
        ["TYPES"] = TokenKind.Types, ["UNLOGGED"] = TokenKind.Unlogged, ["UNMASK"] = TokenKind.Unmask, ["UNSET"] = TokenKind.Unset,
        ["UPDATE"] = TokenKind.Update, ["USE"] = TokenKind.Use, ["USER"] = TokenKind.User, ["USERS"] = TokenKind.Users,
        ["USING"] = TokenKind.Using, ["UUID"] = TokenKind.Uuid, ["VALUES"] = TokenKind.Values, ["VARCHAR"] = TokenKind.Varchar,
        ["VARINT"] = TokenKind.Varint, ["VECTOR"] = TokenKind.Vector, ["VIEW"] = TokenKind.View, ["WHERE"] = TokenKind.Where,
        ["WITH"] = TokenKind.With, ["WRITETIME"] = TokenKind.Writetime,
        ["TRUE"] = TokenKind.BooleanLiteral, ["FALSE"] = TokenKind.BooleanLiteral,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, TokenKind>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByText.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>All keywords in upper case, for completion.</summary>
    public static IEnumerable<string> All => ByText.Keys;

    /// <summary>What the word is: a keyword, a boolean literal, or else an identifier.</summary>
    public static TokenKind Classify(ReadOnlySpan<char> word)
    {
        if (word.Length is < 2 or > LongestLength)
            return TokenKind.Identifier;
        // Only ASCII letters reach this place, so clearing bit 5 makes upper case; digits and underscores are no part of a keyword but one.
        Span<char> upper = stackalloc char[LongestLength];
        for (int i = 0; i < word.Length; i++)
            upper[i] = word[i] is >= 'a' and <= 'z' ? (char)(word[i] & ~0x20) : word[i];
        return Lookup.TryGetValue(upper[..word.Length], out TokenKind kind) ? kind : TokenKind.Identifier;
    }
}
