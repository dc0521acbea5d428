using System.Collections.Concurrent;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Modification;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Access;

/// <summary>
/// Who may log in, and who may do what: the rules of Cassandra's PasswordAuthenticator, CassandraRoleManager and CassandraAuthorizer over the tables of
/// system_auth. What was read of them is kept until somebody writes to them. Serves all threads.
/// </summary>
/// <remarks>Source: org/apache/cassandra/auth/*.java, service/ClientState.java.</remarks>
internal sealed class AccessControl
{
    /// <summary>The role that there is, with its name as password, until others are made.</summary>
    public const string DefaultSuperuser = "cassandra";

    /// <summary>So long after a change of a password no other one is taken, in milliseconds.</summary>
    public const int PasswordIntervalMillis = 5000;

    private const string NobodysHash = "$2a$10$JSJEMFm6GeaW9XxT5JIheuEtPvat6i7uKbnTcxX3c1wshIIsGyUtG";
    private static readonly string[] ReadableTables = ["local", "peers", "peers_v2"];
    private readonly QueryEngine _engine;
    private readonly ConcurrentDictionary<string, long> _passwordChanges = new(StringComparer.Ordinal);
    private readonly Lock _setup = new();
    private Known _known = new();
    private bool _isSetUp;

    public AccessControl(QueryEngine engine)
    {
        _engine = engine;
        Tables = new RoleTables(engine);
        RequiresAuthentication = IsSet("authenticator", "PasswordAuthenticator");
        RequiresAuthorization = IsSet("authorizer", "CassandraAuthorizer");
    }

    /// <summary>The stored roles and permissions.</summary>
    public RoleTables Tables { get; }

    /// <summary>Whether clients have to log in: the setting <c>authenticator</c> is <c>PasswordAuthenticator</c>, or <see cref="Require"/> was called.</summary>
    public bool RequiresAuthentication { get; private set; }

    /// <summary>Whether permissions are looked at: the setting <c>authorizer</c> is <c>CassandraAuthorizer</c>, or <see cref="Require"/> was called.</summary>
    public bool RequiresAuthorization { get; private set; }

    /// <summary>Has clients log in and looks at their permissions from now on, whatever the settings say. Makes the first role where there is none.</summary>
    public void Require()
    {
        lock (_setup)
        {
            _isSetUp &= RequiresAuthentication;
            RequiresAuthentication = true;
            RequiresAuthorization = true;
        }

        SetUp();
    }

    /// <summary>Checks a name and its password.</summary>
    /// <exception cref="InvalidQueryException">They are not good, or the role may not log in; with Cassandra's code for bad credentials.</exception>
    public void Authenticate(string user, string password)
    {
        SetUp();
        StoredRole? role = Tables.Find(user);

        // A name that is not there takes as long as one that is, so that nobody can find out which there are.
        if (!PasswordHash.Matches(password, role?.PasswordHash ?? NobodysHash) || role?.PasswordHash is null)
            throw new InvalidQueryException($"Provided username {user} and/or password are incorrect", InvalidQueryException.BadCredentialsCode);
        if (!role.CanLogin)
            throw new InvalidQueryException($"{user} is not permitted to log in", InvalidQueryException.BadCredentialsCode);
    }

    /// <summary>Makes the first role where authentication is on and there is none.</summary>
    public void SetUp()
    {
        if (Volatile.Read(ref _isSetUp))
            return;
        lock (_setup)
        {
            if (!_isSetUp && RequiresAuthentication && !_engine.Database.IsReadOnly)
                Tables.InsertDefault(DefaultSuperuser, () => PasswordHash.Of(DefaultSuperuser));
            Volatile.Write(ref _isSetUp, true);
        }
    }

    /// <summary>Whether anybody can log in as the first role, because its password is the one that everybody knows.</summary>
    public bool HasFirstPassword() =>
        Tables.Find(DefaultSuperuser) is { CanLogin: true, PasswordHash: { } hash } && PasswordHash.Matches(DefaultSuperuser, hash);

    /// <summary>Whether a user has every permission, by a role of his own or one granted to him. Nobody (null) is who opened the database.</summary>
    public bool IsSuper(string? user) => user is null || RolesOf(user, inherited: true).Any(r => r.IsSuperuser);

    /// <summary>A role and those granted to it, itself first; none where it does not exist.</summary>
    /// <param name="role">Its name.</param>
    /// <param name="inherited">Whether those granted to these belong to it too, and so on.</param>
    public IReadOnlyList<StoredRole> RolesOf(string role, bool inherited)
    {
        if (!inherited)
        {
            return Tables.Find(role) is { } found
                ? [found, .. found.MemberOf.Select(Tables.Find).OfType<StoredRole>()]
                : [];
        }

        Known known = Volatile.Read(ref _known);
        return known.Roles.GetOrAdd(role, Closure);
    }

    /// <summary>What a user may do with a resource, as far as that was granted on it and not on what it belongs to.</summary>
    public Permissions PermissionsOf(string? user, AccessResource resource)
    {
        if (user is null || !RequiresAuthorization)
            return resource.Applicable;
        Known known = Volatile.Read(ref _known);
        return known.Permissions.GetOrAdd((user, resource), key =>
        {
            if (IsSuper(key.User))
                return key.Resource.Applicable;
            string name = key.Resource.Name;
            return RolesOf(key.User, inherited: true).Aggregate(Permissions.None, (all, role) => all | Tables.PermissionsOf(role.Name, name));
        });
    }

    /// <summary>Whether a user may do something with a resource, or with what it belongs to.</summary>
    public bool Allows(string? user, Permissions permission, AccessResource resource) =>
        user is null || !RequiresAuthorization || resource.Chain().Any(r => (PermissionsOf(user, r) & permission) != 0);

    /// <summary>Refuses what a user may not do.</summary>
    /// <exception cref="InvalidQueryException">He may not.</exception>
    public void Ensure(string? user, Permissions permission, AccessResource resource)
    {
        if (!Allows(user, permission, resource))
            throw Unauthorized($"User {user} has no {RoleTables.NameOf(permission)} permission on {resource} or any of its parents");
    }

    /// <summary>Refuses what a user may not do with keyspaces and tables, those of Cassandra's own being special.</summary>
    /// <exception cref="InvalidQueryException">He may not.</exception>
    public void EnsureData(string? user, Permissions permission, AccessResource resource)
    {
        string keyspace = resource.Path[0];
        if (permission is Permissions.Alter or Permissions.Drop or Permissions.Create)
            CheckDefinition(keyspace, permission, resource);
        if (user is null || !RequiresAuthorization || (permission == Permissions.Select && IsReadableByAll(resource)))
            return;

        // Whoever could write to these could make himself a superuser, which a permission on all keyspaces is not meant for.
        if (permission == Permissions.Modify && SystemKeyspaces.IsSystem(keyspace) && !IsSuper(user))
            throw Unauthorized($"User {user} has no MODIFY permission on {resource} or any of its parents");
        Ensure(user, permission, resource);
    }

    /// <summary>Refuses who is nobody in particular: whoever opened the database, where clients need not log in. Where they have to he is above them.</summary>
    /// <exception cref="InvalidQueryException">He is anonymous.</exception>
    public void EnsureNotAnonymous(string? user)
    {
        if (user is null && !RequiresAuthentication)
            throw Unauthorized("You have to be logged in and not anonymous to perform this request");
    }

    /// <summary>Notes that a password is changed now.</summary>
    /// <exception cref="InvalidQueryException">It was changed a moment ago.</exception>
    public void NotePasswordChange(string role, bool isNew)
    {
        long now = Environment.TickCount64;
        if (!isNew && _passwordChanges.TryGetValue(role, out long before) && now - before < PasswordIntervalMillis)
        {
            throw new InvalidQueryException(
                $"Password for role {role} can only be changed every {PasswordIntervalMillis}ms.",
                InvalidQueryException.OverloadedCode);
        }

        _passwordChanges[role] = now;
    }

    /// <summary>
    /// Takes notice of what a statement has done: roles and permissions are read again after somebody has written to their tables; whoever made something
    /// gets all permissions on it, and on what is gone nobody has any.
    /// </summary>
    public void NoteExecution(StatementPlan plan, QueryResult result, string? user)
    {
        bool isOfRoles = plan is BatchPlan batch
            ? batch.Statements.Any(s => s.Table.Keyspace == SystemKeyspaces.Auth)
            : plan.Target.Keyspace == SystemKeyspaces.Auth;
        if (isOfRoles)
            Volatile.Write(ref _known, new Known());
        if (RequiresAuthorization && result.Change is { } change)
            NoteChange(change, user);
    }

    private void NoteChange(SchemaChange change, string? user)
    {
        switch (change.Kind)
        {
            case SchemaChangeKind.Created when user is not null:
                foreach (AccessResource resource in Resources(change))
                    Tables.AddPermissions(user, resource.Name, resource.Applicable);
                break;
            case SchemaChangeKind.Dropped:
                foreach (AccessResource resource in Resources(change))
                    Tables.RemoveAllOn(resource.Name, withParts: change.Target == SchemaChangeTarget.Keyspace);
                break;
        }
    }

    /// <summary>The resource of a function.</summary>
    public static AccessResource Function(string keyspace, string name, IEnumerable<CqlType> types) =>
        new(AccessResourceKind.Function, [keyspace, $"{name}[{string.Join('^', types.Select(t => t.ClassName))}]"]);

    /// <summary>An error of a user who may not do what he asks for.</summary>
    public static InvalidQueryException Unauthorized(string message) => new(message, InvalidQueryException.UnauthorizedCode);

    private static void CheckDefinition(string keyspace, Permissions permission, AccessResource resource)
    {
        if (SystemKeyspaces.IsLocal(keyspace))
            throw Unauthorized($"{keyspace} keyspace is not user-modifiable.");
        bool isReplication = permission == Permissions.Alter && resource.Path.Length == 1;
        if (SystemKeyspaces.IsReplicated(keyspace) && !isReplication)
            throw Unauthorized($"Cannot {RoleTables.NameOf(permission)} {resource}");
    }

    // What drivers and tools cannot do without.
    private static bool IsReadableByAll(AccessResource resource) => resource.IsTable && resource.Path[0] switch
    {
        SystemKeyspaces.System => ReadableTables.Contains(resource.Path[1]),
        SystemKeyspaces.Schema or SystemKeyspaces.VirtualSchema => true,
        _ => false,
    };

    private List<StoredRole> Closure(string role)
    {
        List<StoredRole> closure = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([role]);
        while (open.TryDequeue(out string? next))
        {
            if (!seen.Add(next) || Tables.Find(next) is not { } found)
                continue;
            closure.Add(found);
            foreach (string granted in found.MemberOf)
                open.Enqueue(granted);
        }

        return closure;
    }

    private IEnumerable<AccessResource> Resources(SchemaChange change) => change.Target switch
    {
        SchemaChangeTarget.Keyspace => [AccessResource.Keyspace(change.Keyspace), AccessResource.Functions(change.Keyspace)],
        SchemaChangeTarget.Table when change.Kind == SchemaChangeKind.Dropped || _engine.Database.Schema.Keyspaces[change.Keyspace].Tables.ContainsKey(change.Name) =>
            [AccessResource.Table(change.Keyspace, change.Name)],
        SchemaChangeTarget.Function or SchemaChangeTarget.Aggregate => [Function(change.Keyspace, change.Name, Types(change))],
        _ => [],
    };

    private IEnumerable<CqlType> Types(SchemaChange change)
    {
        KeyspaceMetadata? keyspace = _engine.Database.Schema.Keyspaces.GetValueOrDefault(change.Keyspace);
        return change.ArgumentTypes.Select(t => TypeParser.ParseCql(t, (_, name) => keyspace?.UserTypes.GetValueOrDefault(name)));
    }

    private bool IsSet(string setting, string className) =>
        _engine.Database.Settings.GetValueOrDefault(setting) is { } value && value[(value.LastIndexOf('.') + 1)..] == className;

    private sealed class Known
    {
        public ConcurrentDictionary<string, IReadOnlyList<StoredRole>> Roles { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<(string User, AccessResource Resource), Permissions> Permissions { get; } = new();
    }
}
