using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Access;

/// <summary>GRANT, REVOKE and LIST of permissions, executed for one session.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/{GrantPermissions,RevokePermissions,ListPermissions,PermissionsManagement}Statement.java.</remarks>
internal sealed class PermissionStatements(AccessControl access, QueryContext context)
{
    private readonly string? _user = context.Session.User;
    private readonly RoleTables _tables = access.Tables;

    /// <summary>Executes a statement.</summary>
    /// <exception cref="InvalidQueryException">The user may not, or what it says can't be.</exception>
    public QueryResult Execute(Statement statement) => statement switch
    {
        GrantPermissionsStatement grant => Grant(grant),
        RevokePermissionsStatement revoke => Revoke(revoke),
        ListPermissionsStatement list => List(list),
        _ => throw new ArgumentException($"{statement.GetType().Name} is not about permissions.", nameof(statement)),
    };

    private static InvalidQueryException Invalid(string message) => new(message);

    private StatementResult Grant(GrantPermissionsStatement statement)
    {
        AccessResource resource = Prepare(statement.Permissions, statement.Resource, statement.Grantee);
        if (!access.RequiresAuthorization)
            throw Invalid("GRANT operation is not supported by AllowAllAuthorizer");
        Permissions existing = _tables.PermissionsOf(statement.Grantee, resource.Name) & statement.Permissions;
        Permissions granted = statement.Permissions & ~existing;
        if (granted != Permissions.None)
            _tables.AddPermissions(statement.Grantee, resource.Name, granted);
        return Done(existing, $"Role '{statement.Grantee}' was already granted", resource);
    }

    private StatementResult Revoke(RevokePermissionsStatement statement)
    {
        AccessResource resource = Prepare(statement.Permissions, statement.Resource, statement.Revokee);
        if (!access.RequiresAuthorization)
            throw Invalid("REVOKE operation is not supported by AllowAllAuthorizer");
        Permissions existing = _tables.PermissionsOf(statement.Revokee, resource.Name) & statement.Permissions;
        if (existing != Permissions.None)
            _tables.RemovePermissions(statement.Revokee, resource.Name, existing);
        return Done(statement.Permissions & ~existing, $"Role '{statement.Revokee}' was not granted", resource);
    }

    private static StatementResult Done(Permissions without, string text, AccessResource resource) => StatementResult.Done(
        without == Permissions.None ? [] : [$"{text} {string.Join(", ", RoleTables.Names(without))} on {resource}"]);

    private AccessResource Prepare(Permissions permissions, Resource syntax, string role)
    {
        AccessResource resource = Resolve(syntax);
        if (syntax is FunctionResource { Function: not null } function && !Exists(resource))
        {
            throw new CqlSyntaxException(
                $"Failed parsing statement: [{function.StatementText}] reason: NoSuchElementException No value present", syntax.Position.Line, syntax.Position.Column);
        }

        CheckIsNotSystem(permissions, resource);
        access.Ensure(_user, Permissions.Authorize, resource);
        foreach (Permissions permission in Enum.GetValues<Permissions>().Where(p => p is not (Permissions.None or Permissions.All) && (permissions & p) != 0))
            access.Ensure(_user, permission, resource);
        access.EnsureNotAnonymous(_user);
        if (_tables.Find(role) is null)
            throw Invalid($"Role {role} doesn't exist");
        if (!Exists(resource))
            throw Invalid($"Resource {resource} doesn't exist");
        return resource;
    }

    // What may be changed there makes superusers.
    private static void CheckIsNotSystem(Permissions permissions, AccessResource resource)
    {
        const Permissions Harmless = Permissions.Select | Permissions.Unmask | Permissions.SelectMasked | Permissions.Describe;
        if (resource.Kind == AccessResourceKind.Data && resource.Path.Length > 0 && SystemKeyspaces.IsSystem(resource.Path[0]) && (permissions & ~Harmless) != 0)
            throw AccessControl.Unauthorized("Granting permissions on system keyspaces is strictly limited, this operation is not permitted");
    }

    private QueryResult List(ListPermissionsStatement statement)
    {
        access.EnsureNotAnonymous(_user);
        AccessResource? resource = statement.Resource is null ? null : Resolve(statement.Resource);
        if (resource is not null && !Exists(resource))
            throw Invalid($"{resource} doesn't exist");
        if (statement.Of is not null && _tables.Find(statement.Of) is null)
            throw Invalid($"<role {statement.Of}> doesn't exist");
        if (!access.RequiresAuthorization)
            throw Invalid("LIST PERMISSIONS operation is not supported by AllowAllAuthorizer");
        CheckMayList(statement.Of);

        HashSet<string>? names = resource is null ? null
            : statement.IsRecursive ? [.. resource.Chain().Select(r => r.Name)] : [resource.Name];
        IEnumerable<(string Role, string Resource, Permissions Permissions)> all = statement.Of is null
            ? _tables.AllPermissions(null)
            : access.RolesOf(statement.Of, inherited: true).SelectMany(r => _tables.AllPermissions(r.Name));
        byte[]?[][] rows = [.. all
            .Where(p => names is null || names.Contains(p.Resource))
            .OrderBy(p => p.Role, StringComparer.Ordinal)
            .ThenBy(p => p.Resource, StringComparer.Ordinal)
            .SelectMany(p => RoleTables.Names(p.Permissions & statement.Permissions)
                .Select(n => (byte[]?[])[Text(p.Role), Text(p.Role), Text(AccessResource.FromName(p.Resource).ToString()), Text(n)]))];
        return rows.Length == 0 ? StatementResult.Done([]) : new ListResult(Columns, rows, []);
    }

    private static ImmutableArray<ResultColumn> Columns { get; } =
        [.. ((string[])["role", "username", "resource", "permission"]).Select(n => new ResultColumn("system_auth", "permissions", n, CqlTypes.Text))];

    private void CheckMayList(string? of)
    {
        if (_user is null || access.IsSuper(_user)
            || access.RolesOf(_user, inherited: true).Any(r => r.Name == of)
            || (access.PermissionsOf(_user, AccessResource.AllRoles) & Permissions.Describe) != 0
            || (of is not null && (access.PermissionsOf(_user, AccessResource.Role(of)) & Permissions.Describe) != 0))
        {
            return;
        }

        throw AccessControl.Unauthorized($"You are not authorized to view {of ?? "everyone"}'s permissions");
    }

    private AccessResource Resolve(Resource syntax)
    {
        switch (syntax)
        {
            case DataResource { Table: { } table } data:
                string keyspace = data.Keyspace?.Text ?? context.Session.Keyspace
                    ?? throw Invalid("No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename");
                return AccessResource.Table(keyspace, table.Text);
            case DataResource { Keyspace: { } named } data:
                return data.IsAllTables ? AccessResource.AllTables(named.Text) : AccessResource.Keyspace(named.Text);
            case DataResource:
                return AccessResource.AllKeyspaces;
            case RoleResource role:
                return role.Role is null ? AccessResource.AllRoles : AccessResource.Role(role.Role);
            case JmxResource bean:
                return new AccessResource(AccessResourceKind.Mbean, bean.ObjectName is null ? [] : [bean.ObjectName]);
            case FunctionResource { Function: { } function } signature:
                return Function(function, signature.ArgumentTypes);
            case FunctionResource { Keyspace: { } of }:
                return AccessResource.Functions(of.Text);
            default:
                return new AccessResource(AccessResourceKind.Function, []);
        }
    }

    private AccessResource Function(FunctionName name, ImmutableArray<TypeSyntax> types)
    {
        string keyspace = name.Keyspace!;
        var resolver = new TypeResolver(context.Database.Schema.Keyspaces.GetValueOrDefault(keyspace) ?? new KeyspaceMetadata(keyspace));
        return AccessControl.Function(keyspace, name.Name, types.Select(resolver.Resolve));
    }

    private bool Exists(AccessResource resource)
    {
        if (resource.Path.IsEmpty || resource.Kind == AccessResourceKind.Mbean)
            return true;
        if (resource.Kind == AccessResourceKind.Role)
            return _tables.Find(resource.Path[0]) is not null;
        if (context.Database.Schema.Keyspaces.GetValueOrDefault(resource.Path[0]) is not { } keyspace)
            return false;
        if (resource.Path.Length == 1)
            return true;
        return resource.Kind == AccessResourceKind.Data
            ? resource.IsAllTables || keyspace.Table(resource.Path[1]) is not null
            : keyspace.Functions.Values.Any(f => AccessControl.Function(keyspace.Name, f.Name, f.ArgumentTypes).Equals(resource))
                || keyspace.Aggregates.Values.Any(a => AccessControl.Function(keyspace.Name, a.Name, a.ArgumentTypes).Equals(resource));
    }

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
