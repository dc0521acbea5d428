namespace Cqlite.Fuzz.Chains;

/// <summary>What a type is made of.</summary>
internal enum ChainKind
{
    /// <summary>A type of its own.</summary>
    Native,

    /// <summary>A list of its argument.</summary>
    List,

    /// <summary>A set of its argument.</summary>
    Set,

    /// <summary>A map of its two arguments.</summary>
    Map,

    /// <summary>A tuple of its arguments.</summary>
    Tuple,

    /// <summary>A vector of so many of its argument.</summary>
    Vector,

    /// <summary>A user type with a field of each argument.</summary>
    User,
}

/// <summary>A type as a statement defines it.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Name">A native type's name, or a user type's in quotes.</param>
/// <param name="Arguments">The types within.</param>
internal sealed record ChainType(ChainKind Kind, string Name, params IReadOnlyList<ChainType> Arguments)
{
    private static readonly string[] s_natives =
    [
        "ascii", "bigint", "blob", "boolean", "date", "decimal", "double", "duration", "float", "inet", "int", "smallint", "text", "time", "timestamp", "timeuuid", "tinyint", "uuid", "varint",
    ];

    /// <summary>Whether it is one value, where collections and user types may be several.</summary>
    public bool IsFrozen { get; init; } = true;

    /// <summary>Names of a user type's fields, in quotes.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Elements of a vector.</summary>
    public int Dimension { get; init; }

    /// <summary>Whether a column of it has a cell for each element.</summary>
    public bool IsMultiCell => !IsFrozen && Kind is (ChainKind.List or ChainKind.Set or ChainKind.Map or ChainKind.User);

    /// <summary>Whether values have an order; decimals do, but those of one number and several lengths are one key, of which any may stay.</summary>
    private bool IsOrdered => !Has("duration") && !Has("decimal");

    /// <summary>As it stands in a definition.</summary>
    public string Cql => Kind switch
    {
        ChainKind.Native => Name,
        ChainKind.User => IsFrozen ? $"frozen<{Name}>" : Name,
        ChainKind.Tuple => $"frozen<tuple<{Inner}>>",
        ChainKind.Vector => $"vector<{Inner}, {Dimension}>",
        _ => IsFrozen ? $"frozen<{Kind.ToString().ToLowerInvariant()}<{Inner}>>" : $"{Kind.ToString().ToLowerInvariant()}<{Inner}>",
    };

    private string Inner => string.Join(", ", Arguments.Select(a => a.Cql));

    /// <summary>A type for a column that is not of the key.</summary>
    public static ChainType Column(Random random, IReadOnlyList<ChainType> users) => random.Next(5) < 2 ? Native(random) : Some(random, users, 2) with { IsFrozen = random.Next(3) == 0 };

    /// <summary>A type for a column of a key, or what else needs an order.</summary>
    public static ChainType Key(Random random, IReadOnlyList<ChainType> users)
    {
        while (true)
        {
            ChainType type = random.Next(4) > 0 ? Native(random) : Some(random, users, 1);
            if (type.IsOrdered)
                return type;
        }
    }

    /// <summary>A type for a field.</summary>
    public static ChainType Field(Random random, IReadOnlyList<ChainType> users) => random.Next(3) == 0 ? Some(random, users, 1) : Native(random);

    private bool Has(string native) => Name == native || Arguments.Any(a => a.Has(native));

    private static ChainType Native(Random random) => new(ChainKind.Native, s_natives[random.Next(s_natives.Length)]);

    private static ChainType Some(Random random, IReadOnlyList<ChainType> users, int depth)
    {
        ChainType Part() => depth > 1 && random.Next(3) == 0 ? Some(random, users, depth - 1) : Native(random);
        ChainType Ordered()
        {
            while (true)
            {
                ChainType type = Part();
                if (type.IsOrdered)
                    return type;
            }
        }

        return random.Next(users.Count > 0 ? 7 : 5) switch
        {
            0 => new(ChainKind.List, "", Part()),
            1 => new(ChainKind.Set, "", Ordered()),
            2 => new(ChainKind.Map, "", Ordered(), Part()),
            3 => new(ChainKind.Tuple, "", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Part())]),
            4 => new(ChainKind.Vector, "", Part()) { Dimension = random.Next(1, 4) },
            _ => users[random.Next(users.Count)],
        };
    }
}
