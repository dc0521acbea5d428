using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Query.Access;

/// <summary>The kinds of what permissions are granted on.</summary>
internal enum AccessResourceKind
{
    /// <summary>Keyspaces and tables.</summary>
    Data,

    /// <summary>Functions and aggregates.</summary>
    Function,

    /// <summary>Roles.</summary>
    Role,

    /// <summary>Management beans of Java, which are not here; permissions on them are kept all the same.</summary>
    Mbean,
}

/// <summary>What permissions are granted on: a path of names, of which each part has the permissions of those before it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Path">The names below the root of the kind; none for the root.</param>
/// <remarks>
/// <code>
/// data   data/KEYSPACE   data/KEYSPACE/*   data/KEYSPACE/TABLE
/// functions   functions/KEYSPACE   functions/KEYSPACE/NAME[TYPE^TYPE]      types as class names
/// roles   roles/NAME
/// mbean   mbean/NAME
/// </code>
/// Source: org/apache/cassandra/auth/{Data,Function,Role,JMX}Resource.java.
/// </remarks>
internal sealed record AccessResource(AccessResourceKind Kind, ImmutableArray<string> Path)
{
    /// <summary>In the place of a table's name: all tables of the keyspace.</summary>
    private const string AllTablesName = "*";

    /// <summary>All keyspaces.</summary>
    public static AccessResource AllKeyspaces { get; } = new(AccessResourceKind.Data, []);

    /// <summary>All roles.</summary>
    public static AccessResource AllRoles { get; } = new(AccessResourceKind.Role, []);

    /// <summary>A keyspace.</summary>
    public static AccessResource Keyspace(string keyspace) => new(AccessResourceKind.Data, [keyspace]);

    /// <summary>All tables of a keyspace.</summary>
    public static AccessResource AllTables(string keyspace) => new(AccessResourceKind.Data, [keyspace, AllTablesName]);

    /// <summary>A table.</summary>
    public static AccessResource Table(string keyspace, string table) => new(AccessResourceKind.Data, [keyspace, table]);

    /// <summary>A role.</summary>
    public static AccessResource Role(string role) => new(AccessResourceKind.Role, [role]);

    /// <summary>All functions of a keyspace.</summary>
    public static AccessResource Functions(string keyspace) => new(AccessResourceKind.Function, [keyspace]);

    /// <summary>The name under which permissions on it are kept.</summary>
    public string Name => string.Join('/', [RootName, .. Path]);

    /// <summary>The permissions that there can be on it.</summary>
    public Permissions Applicable => Kind switch
    {
        AccessResourceKind.Data => ApplicablePermissions.OfTable | (IsTable ? Permissions.None : Permissions.Create),
        AccessResourceKind.Role => ApplicablePermissions.OfRole | (Path.Length > 0 ? Permissions.None : Permissions.Create),
        AccessResourceKind.Function => ApplicablePermissions.OfFunction | (Path.Length > 1 ? Permissions.None : Permissions.Create),
        _ => ApplicablePermissions.OfBean,
    };

    /// <summary>Whether it is one table.</summary>
    public bool IsTable => Kind == AccessResourceKind.Data && Path.Length == 2 && Path[1] != AllTablesName;

    /// <summary>Whether it is all tables of a keyspace.</summary>
    public bool IsAllTables => Kind == AccessResourceKind.Data && Path.Length == 2 && Path[1] == AllTablesName;

    /// <summary>It, and all whose permissions it has too, up to the root.</summary>
    public IEnumerable<AccessResource> Chain()
    {
        yield return this;
        if (IsTable)
            yield return AllTables(Path[0]);
        for (int length = Path.Length - 1; length >= 0; length--)
            yield return this with { Path = Path[..length] };
    }

    /// <summary>The resource of a name under which permissions are kept.</summary>
    public static AccessResource FromName(string name)
    {
        string[] parts = name.Split('/');
        return parts[0] switch
        {
            "data" => new(AccessResourceKind.Data, [.. parts[1..]]),
            "functions" => new(AccessResourceKind.Function, [.. parts[1..]]),
            "roles" => new(AccessResourceKind.Role, parts.Length == 1 ? [] : [name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]]),
            _ => new(AccessResourceKind.Mbean, parts.Length == 1 ? [] : [name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]]),
        };
    }

    /// <summary>Equal where kind and path are.</summary>
    public bool Equals(AccessResource? other) => other is not null && Kind == other.Kind && Path.AsSpan().SequenceEqual(other.Path.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        foreach (string part in Path)
            hash.Add(part, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <summary>As Cassandra names it in messages.</summary>
    public override string ToString() => Kind switch
    {
        AccessResourceKind.Data when Path.Length == 0 => "<all keyspaces>",
        AccessResourceKind.Data when Path.Length == 1 => $"<keyspace {Path[0]}>",
        AccessResourceKind.Data => IsAllTables ? $"<all tables in {Path[0]}>" : $"<table {Path[0]}.{Path[1]}>",
        AccessResourceKind.Role => Path.Length == 0 ? "<all roles>" : $"<role {Path[0]}>",
        AccessResourceKind.Function when Path.Length == 0 => "<all functions>",
        AccessResourceKind.Function when Path.Length == 1 => $"<all functions in {Path[0]}>",
        AccessResourceKind.Function => $"<function {Path[0]}.{FunctionText(Path[1])}>",
        _ => Path.Length == 0 ? "<all mbeans>" : $"<mbean {Path[0]}>",
    };

    private string RootName => Kind switch
    {
        AccessResourceKind.Data => "data",
        AccessResourceKind.Function => "functions",
        AccessResourceKind.Role => "roles",
        _ => "mbean",
    };

    private static string FunctionText(string signature)
    {
        int bracket = signature.IndexOf('[', StringComparison.Ordinal);
        string[] types = signature[(bracket + 1)..^1].Split('^', StringSplitOptions.RemoveEmptyEntries);
        return $"{signature[..bracket]}({string.Join(", ", types.Select(t => Types.TypeParser.ParseClassName(t).Name))})";
    }
}
