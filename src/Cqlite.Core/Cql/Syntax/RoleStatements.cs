using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>The options of CREATE ROLE, ALTER ROLE and their USER forms; null where one was not given.</summary>
internal sealed record RoleOptions
{
    public string? Password { get; init; }

    public string? HashedPassword { get; init; }

    public bool? IsSuperuser { get; init; }

    public bool? CanLogin { get; init; }

    /// <summary>OPTIONS = {...}; default when not given.</summary>
    public ImmutableArray<KeyValuePair<string, string>> CustomOptions { get; init; }

    /// <summary>ACCESS TO ...</summary>
    public RoleAccess? Datacenters { get; init; }

    /// <summary>ACCESS FROM ...</summary>
    public RoleAccess? Cidrs { get; init; }
}

/// <summary>The datacenters or CIDR groups a role may use; empty for all.</summary>
internal sealed record RoleAccess(ImmutableArray<string> Names);

/// <summary>CREATE ROLE and CREATE USER, whose defaults are filled in.</summary>
internal sealed record CreateRoleStatement(string Role, bool IfNotExists, RoleOptions Options, SourcePosition Position) : Statement(Position);

/// <summary>ALTER ROLE and ALTER USER</summary>
internal sealed record AlterRoleStatement(string Role, bool IfExists, RoleOptions Options, SourcePosition Position) : Statement(Position);

/// <summary>DROP ROLE and DROP USER</summary>
internal sealed record DropRoleStatement(string Role, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>GRANT role TO role</summary>
internal sealed record GrantRoleStatement(string Role, string Grantee, SourcePosition Position) : Statement(Position);

/// <summary>REVOKE role FROM role</summary>
internal sealed record RevokeRoleStatement(string Role, string Revokee, SourcePosition Position) : Statement(Position);

/// <summary>LIST ROLES</summary>
internal sealed record ListRolesStatement(string? Of, bool IsRecursive, SourcePosition Position) : Statement(Position);

/// <summary>LIST USERS</summary>
internal sealed record ListUsersStatement(SourcePosition Position) : Statement(Position);

/// <summary>ADD IDENTITY</summary>
internal sealed record AddIdentityStatement(string Identity, string Role, bool IfNotExists, SourcePosition Position) : Statement(Position);

/// <summary>DROP IDENTITY</summary>
internal sealed record DropIdentityStatement(string Identity, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>What may be granted.</summary>
/// <remarks>Source: src/java/org/apache/cassandra/auth/Permission.java</remarks>
[Flags]
internal enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>CREATE</summary>
    Create = 1,

    /// <summary>ALTER</summary>
    Alter = 2,

    /// <summary>DROP</summary>
    Drop = 4,

    /// <summary>SELECT</summary>
    Select = 8,

    /// <summary>MODIFY</summary>
    Modify = 16,

    /// <summary>AUTHORIZE</summary>
    Authorize = 32,

    /// <summary>DESCRIBE</summary>
    Describe = 64,

    /// <summary>EXECUTE</summary>
    Execute = 128,

    /// <summary>UNMASK</summary>
    Unmask = 256,

    /// <summary>SELECT_MASKED</summary>
    SelectMasked = 512,

    /// <summary>ALL PERMISSIONS</summary>
    All = 1023,
}

/// <summary>The permissions that there can be on each kind of resource.</summary>
/// <remarks>Source: applicablePermissions of src/java/org/apache/cassandra/auth/*Resource.java</remarks>
internal static class ApplicablePermissions
{
    /// <summary>On a table; on tables, a keyspace and all keyspaces CREATE too.</summary>
    public const Permissions OfTable = Permissions.Alter | Permissions.Drop | Permissions.Select | Permissions.Modify | Permissions.Authorize
        | Permissions.Unmask | Permissions.SelectMasked;

    /// <summary>On a role; on all roles CREATE too.</summary>
    public const Permissions OfRole = Permissions.Alter | Permissions.Drop | Permissions.Authorize | Permissions.Describe;

    /// <summary>On a function; on all functions, and those of a keyspace, CREATE too.</summary>
    public const Permissions OfFunction = Permissions.Alter | Permissions.Drop | Permissions.Authorize | Permissions.Execute;

    /// <summary>On management beans.</summary>
    public const Permissions OfBean = Permissions.Authorize | Permissions.Describe | Permissions.Execute | Permissions.Modify | Permissions.Select;
}

/// <summary>What permissions are granted on.</summary>
internal abstract record Resource(SourcePosition Position) : SyntaxNode(Position);

/// <summary>ALL KEYSPACES (no names), a keyspace, all tables of a keyspace, or a table.</summary>
internal sealed record DataResource(Identifier? Keyspace, Identifier? Table, bool IsAllTables, SourcePosition Position) : Resource(Position);

/// <summary>ALL ROLES, or a role.</summary>
internal sealed record RoleResource(string? Role, SourcePosition Position) : Resource(Position);

/// <summary>ALL FUNCTIONS, all functions of a keyspace, or a function with its argument types.</summary>
internal sealed record FunctionResource(Identifier? Keyspace, FunctionName? Function, ImmutableArray<TypeSyntax> ArgumentTypes, SourcePosition Position)
    : Resource(Position)
{
    /// <summary>The whole statement, which the error quotes that there is no such function: Cassandra's parser looks for it.</summary>
    public string StatementText { get; init; } = "";
}

/// <summary>ALL MBEANS, or the beans of a name or pattern.</summary>
internal sealed record JmxResource(string? ObjectName, SourcePosition Position) : Resource(Position);

/// <summary>GRANT permissions ON resource TO role; only permissions that the resource can have.</summary>
internal sealed record GrantPermissionsStatement(Permissions Permissions, Resource Resource, string Grantee, SourcePosition Position)
    : Statement(Position);

/// <summary>REVOKE permissions ON resource FROM role; only permissions that the resource can have.</summary>
internal sealed record RevokePermissionsStatement(Permissions Permissions, Resource Resource, string Revokee, SourcePosition Position)
    : Statement(Position);

/// <summary>LIST permissions</summary>
internal sealed record ListPermissionsStatement(Permissions Permissions, Resource? Resource, string? Of, bool IsRecursive, SourcePosition Position)
    : Statement(Position);
