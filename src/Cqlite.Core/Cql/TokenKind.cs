namespace Cqlite.Core.Cql;

/// <summary>
/// What a token is. Keywords are grouped by where they may stand as a name, so that each group is one range comparison
/// (see <see cref="TokenKinds"/>); within a group the order says nothing.
/// </summary>
internal enum TokenKind : byte
{
    /// <summary>The end of the text.</summary>
    EndOfFile,

    /// <summary>Characters that are no token; the reason is found by <see cref="Diagnosis.SyntaxDiagnosis"/>.</summary>
    Invalid,

    // Names and literals.
    Identifier, QuotedName, EmptyQuotedName, StringLiteral, IntegerLiteral, FloatLiteral, BooleanLiteral, DurationLiteral, UuidLiteral,
    HexLiteral,

    // Punctuation. ExpressionOpen is "expr(", which is one token.
    QuestionMark, Range, Semicolon, LeftParenthesis, RightParenthesis, Comma, Star, Plus, Minus, Slash, Percent, Dot, LeftBracket,
    RightBracket, LeftBrace, RightBrace, Colon, Equal, PlusEqual, MinusEqual, Less, LessOrEqual, Greater, GreaterOrEqual, NotEqual,
    ExpressionOpen,

    // Unreserved: names of native types.
    Ascii, Bigint, Blob, Boolean, Counter, Decimal, Double, Duration, Float, Inet, Int, Smallint, Text, Timestamp, Tinyint, Uuid,
    Varchar, Varint, Timeuuid, Date, Time,

    // Unreserved: may name anything, functions and user types included.
    Keys, As, Cluster, Clustering, Compact, Storage, Tables, Type, Types, Values, Map, List, Filtering, Permission, Permissions,
    Keyspaces, All, User, Users, Role, Roles, Identity, Superuser, Nosuperuser, Login, Nologin, Options, Password, Hashed, Exists,
    Custom, Trigger, Contains, Internals, Only, Static, Frozen, Tuple, Function, Functions, Aggregate, Aggregates, Sfunc, Stype,
    Finalfunc, Initcond, Returns, Language, Called, Input, Like, Per, Partition, Group, Datacenters, Cidrs, Access, Default, Mbean,
    Mbeans, Replace, Unset, Masked, Unmask, SelectMasked, Vector, Ann,

    // Unreserved, but not the name of a function or user type (Key is a user type's name all the same).
    Ttl, Count, Writetime, Maxwritetime, Key, Cast, Json, Distinct,

    // Reserved. NegativeNan and NegativeInfinity carry their sign.
    Select, From, Where, And, Entries, Full, Insert, Update, With, Limit, Using, Use, Set, Begin, Unlogged, Batch, Apply, Truncate,
    Delete, In, Create, Schema, Keyspace, Columnfamily, Materialized, View, Index, On, To, Drop, Primary, Into, Alter, Rename, Add,
    Order, By, Asc, Desc, Allow, If, Is, Grant, Of, Revoke, Modify, Authorize, Describe, Execute, Norecursive, Token, Null, Not,
    PositiveNan, NegativeNan, PositiveInfinity, NegativeInfinity, Or,
}
