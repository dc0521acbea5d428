using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Access;

/// <summary>The statements about roles, executed for one session: each checks what the user may do, then what it says, and then does it, as Cassandra does.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/{CreateRole,AlterRole,DropRole,GrantRole,RevokeRole,ListRoles,ListUsers,AddIdentity,DropIdentity}Statement.java.</remarks>
internal sealed class RoleStatements(AccessControl access, QueryContext context)
{
    private const string Manager = "org.apache.cassandra.auth.CassandraRoleManager";
    private readonly string? _user = context.Session.User;
    private readonly RoleTables _tables = access.Tables;

    /// <summary>Executes a statement.</summary>
    /// <exception cref="InvalidQueryException">The user may not, or what it says can't be.</exception>
    public QueryResult Execute(Statement statement)
    {
        switch (statement)
        {
            case CreateRoleStatement create:
                Create(create);
                break;
            case AlterRoleStatement alter:
                Alter(alter);
                break;
            case DropRoleStatement drop:
                Drop(drop);
                break;
            case GrantRoleStatement grant:
                Grant(grant);
                break;
            case RevokeRoleStatement revoke:
                Revoke(revoke);
                break;
            case AddIdentityStatement add:
                AddIdentity(add);
                break;
            case DropIdentityStatement drop:
                DropIdentity(drop);
                break;
            case ListRolesStatement list:
                return ListRoles(list.Of, list.IsRecursive);
            default:
                return ListUsers();
        }

        return StatementResult.Done([]);
    }

    private static InvalidQueryException Invalid(string message) => new(message);

    private void CheckPermission(Permissions permission, AccessResource resource)
    {
        if (!access.Allows(_user, permission, resource))
            throw AccessControl.Unauthorized($"User {_user} does not have sufficient privileges to perform the requested operation");
    }

    private void Create(CreateRoleStatement statement)
    {
        RoleOptions options = statement.Options;
        CheckPermission(Permissions.Create, AccessResource.AllRoles);
        if (options.IsSuperuser == true && access.RequiresAuthentication && !access.IsSuper(_user))
            throw AccessControl.Unauthorized("Only superusers can create a role with superuser status");
        Validate(options);
        if (statement.Role.Length == 0)
            throw Invalid("Role name can't be an empty string");
        CheckDatacenters(options);
        access.EnsureNotAnonymous(_user);
        if (_tables.Find(statement.Role) is not null)
        {
            if (statement.IfNotExists)
                return;
            throw Invalid($"{statement.Role} already exists");
        }

        if (options.Cidrs is not null)
            throw NoCidrs();
        string? hash = Hash(options);
        if (hash is not null)
            access.NotePasswordChange(statement.Role, isNew: true);
        _tables.Insert(new StoredRole(statement.Role, options.IsSuperuser ?? false, options.CanLogin ?? false, hash, []));
        AccessResource role = AccessResource.Role(statement.Role);
        if (_user is not null && access.RequiresAuthorization)
            _tables.AddPermissions(_user, role.Name, role.Applicable);
    }

    private void Alter(AlterRoleStatement statement)
    {
        RoleOptions options = statement.Options;
        CheckMayAlter(statement);
        Validate(options);
        if (options == new RoleOptions())
            throw Invalid("ALTER [ROLE|USER] can't be empty");

        CheckDatacenters(options);
        access.EnsureNotAnonymous(_user);
        if (_tables.Find(statement.Role) is null)
        {
            if (statement.IfExists)
                return;
            throw Invalid($"Role {statement.Role} doesn't exist");
        }

        if (options.Datacenters is not null)
            throw Invalid("ACCESS TO DATACENTERS operations not supported by AllowAllNetworkAuthorizer");
        if (options.Cidrs is not null)
            throw NoCidrs();
        if (options.Password is not null || options.HashedPassword is not null)
        {
            access.NotePasswordChange(statement.Role, isNew: false);
            _tables.SetPassword(statement.Role, Hash(options)!);
        }

        if (options.CanLogin is { } canLogin)
            _tables.SetLogin(statement.Role, canLogin);
        if (options.IsSuperuser is { } isSuperuser)
            _tables.SetSuperuser(statement.Role, isSuperuser);
    }

    private void CheckMayAlter(AlterRoleStatement statement)
    {
        if (_user is null)
            return;
        RoleOptions options = statement.Options;
        if (options.IsSuperuser is not null && access.RolesOf(_user, inherited: true).Any(r => r.Name == statement.Role))
            throw AccessControl.Unauthorized("You aren't allowed to alter your own superuser status or that of a role granted to you");
        bool isSuper = access.IsSuper(_user);
        if (options.IsSuperuser is not null && !isSuper)
            throw AccessControl.Unauthorized("Only superusers are allowed to alter superuser status");
        if (isSuper)
            return;
        if (_user != statement.Role)
            CheckPermission(Permissions.Alter, AccessResource.Role(statement.Role));
        else if (options.CanLogin is not null)
            throw AccessControl.Unauthorized("You aren't allowed to alter LOGIN");
    }

    private void Drop(DropRoleStatement statement)
    {
        CheckPermission(Permissions.Drop, AccessResource.Role(statement.Role));
        bool exists = _tables.Find(statement.Role) is not null;
        if (exists && access.RequiresAuthentication && access.IsSuper(statement.Role) && !access.IsSuper(_user))
            throw AccessControl.Unauthorized("Only superusers can drop a role with superuser status");
        access.EnsureNotAnonymous(_user);
        if (!exists && !statement.IfExists)
            throw Invalid($"{statement.Role} doesn't exist");
        if (_user == statement.Role)
            throw Invalid("Cannot DROP primary role for current login");
        if (!exists)
            return;
        _tables.Delete(statement.Role);
        _tables.RemoveAllOf(statement.Role);
        _tables.RemoveAllOn(AccessResource.Role(statement.Role).Name, withParts: false);
    }

    private void Grant(GrantRoleStatement statement)
    {
        CheckMembership(statement.Role, statement.Grantee);
        if (access.RolesOf(statement.Grantee, inherited: true).Any(r => r.Name == statement.Role))
            throw Invalid($"{statement.Grantee} is a member of {statement.Role}");
        if (access.RolesOf(statement.Role, inherited: true).Any(r => r.Name == statement.Grantee))
            throw Invalid($"{statement.Role} is a member of {statement.Grantee}");
        _tables.AddMember(statement.Role, statement.Grantee);
    }

    private void Revoke(RevokeRoleStatement statement)
    {
        CheckMembership(statement.Role, statement.Revokee);
        if (!access.RolesOf(statement.Revokee, inherited: false).Any(r => r.Name == statement.Role))
            throw Invalid($"{statement.Revokee} is not a member of {statement.Role}");
        _tables.RemoveMember(statement.Role, statement.Revokee);
    }

    private void CheckMembership(string role, string member)
    {
        CheckPermission(Permissions.Authorize, AccessResource.Role(role));
        access.EnsureNotAnonymous(_user);
        foreach (string name in (string[])[role, member])
        {
            if (_tables.Find(name) is null)
                throw Invalid($"{name} doesn't exist");
        }
    }

    private void AddIdentity(AddIdentityStatement statement)
    {
        CheckPermission(Permissions.Create, AccessResource.Role(_user ?? ""));
        access.EnsureNotAnonymous(_user);
        if (_tables.Find(statement.Role) is null)
            throw Invalid($"Can not add identity for non-existent role '{statement.Role}'");
        bool exists = _tables.HasIdentity(statement.Identity);
        if (exists && !statement.IfNotExists)
            throw Invalid($"{statement.Identity} already exists");
        if (!exists)
            _tables.AddIdentity(statement.Identity, statement.Role);
    }

    private void DropIdentity(DropIdentityStatement statement)
    {
        CheckPermission(Permissions.Drop, AccessResource.Role(_user ?? ""));
        access.EnsureNotAnonymous(_user);
        bool exists = _tables.HasIdentity(statement.Identity);
        if (!exists && !statement.IfExists)
            throw Invalid($"identity '{statement.Identity}' doesn't exist");
        if (exists)
            _tables.DeleteIdentity(statement.Identity);
    }

    private QueryResult ListRoles(string? of, bool isRecursive)
    {
        ImmutableArray<ResultColumn> columns =
        [
            Column("roles", "role", CqlTypes.Text), Column("roles", "super", CqlTypes.Boolean), Column("roles", "login", CqlTypes.Boolean),
            Column("roles", "options", CqlTypes.Map(CqlTypes.Text, CqlTypes.Text)), Column("roles", "datacenters", CqlTypes.Text),
        ];
        return Rows(columns, Listed(of, isRecursive).Select(r => (byte[]?[])[Text(r.Name), Flag(r.IsSuperuser), Flag(r.CanLogin), [0, 0, 0, 0], Text("ALL")]));
    }

    private QueryResult ListUsers()
    {
        ImmutableArray<ResultColumn> columns =
            [Column("users", "name", CqlTypes.Text), Column("users", "super", CqlTypes.Boolean), Column("users", "datacenters", CqlTypes.Text)];
        return Rows(columns, Listed(null, isRecursive: false).Where(r => r.CanLogin).Select(r => (byte[]?[])[Text(r.Name), Flag(access.IsSuper(r.Name)), Text("ALL")]));
    }

    private IEnumerable<StoredRole> Listed(string? of, bool isRecursive)
    {
        access.EnsureNotAnonymous(_user);
        if (of is not null && _tables.Find(of) is null)
            throw Invalid($"<role {of}> doesn't exist");
        IEnumerable<StoredRole> roles;
        if ((access.PermissionsOf(_user, AccessResource.AllRoles) & Permissions.Describe) != 0)
            roles = of is null ? _tables.Names().Select(_tables.Find).OfType<StoredRole>() : access.RolesOf(of, isRecursive);
        else if (of is null || access.RolesOf(_user!, inherited: true).Any(r => r.Name == of))
            roles = access.RolesOf(of ?? _user!, isRecursive);
        else
            throw AccessControl.Unauthorized($"You are not authorized to view roles granted to {of} ");
        return roles.OrderBy(r => r.Name, StringComparer.Ordinal);
    }

    private void Validate(RoleOptions options)
    {
        if (!options.CustomOptions.IsDefault)
            throw Invalid($"{Manager} doesn't support OPTIONS");
        if (options.Password is not null && !access.RequiresAuthentication)
            throw Invalid($"{Manager} doesn't support PASSWORD");
        if (options.HashedPassword is { } hash)
        {
            if (!access.RequiresAuthentication)
                throw Invalid($"{Manager} doesn't support HASHED_PASSWORD");
            if (!PasswordHash.IsValid(hash))
                throw Invalid("Invalid hashed password value. Please use jBcrypt.");
        }
    }

    private static void CheckDatacenters(RoleOptions options)
    {
        if (options.Datacenters is { Names: var names } && names.Any(n => n != Engine.SystemTables.EngineViews.Datacenter))
            throw Invalid($"Invalid value(s) for DATACENTERS '[{string.Join(", ", names)}]', All values must be valid datacenters");
    }

    private static InvalidQueryException NoCidrs() => Invalid("CIDR permissions operation not supported by AllowAllCIDRAuthorizer");

    private static string? Hash(RoleOptions options) => options.HashedPassword ?? (options.Password is { } password ? PasswordHash.Of(password) : null);

    private static ResultColumn Column(string table, string name, CqlType type) => new("system_auth", table, name, type);

    private static QueryResult Rows(ImmutableArray<ResultColumn> columns, IEnumerable<byte[]?[]> rows)
    {
        byte[]?[][] all = [.. rows];
        return all.Length == 0 ? StatementResult.Done([]) : new ListResult(columns, all, []);
    }

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Flag(bool value) => [value ? (byte)1 : (byte)0];
}
