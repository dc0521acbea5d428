using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Access;

/// <summary>A role as it is stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSuperuser">Whether it has every permission.</param>
/// <param name="CanLogin">Whether it may log in.</param>
/// <param name="PasswordHash">The hash of its password; null for none.</param>
/// <param name="MemberOf">The roles that were granted to it.</param>
internal sealed record StoredRole(string Name, bool IsSuperuser, bool CanLogin, string? PasswordHash, IReadOnlyList<string> MemberOf);

/// <summary>The tables of system_auth, read and written with CQL as any others. Serves all threads.</summary>
/// <remarks>Source: org/apache/cassandra/auth/{CassandraRoleManager,CassandraAuthorizer}.java.</remarks>
internal sealed class RoleTables(QueryEngine engine)
{
    /// <summary>The role of a name; null for none.</summary>
    public StoredRole? Find(string role)
    {
        List<byte[]?[]> rows = Read("SELECT role, is_superuser, can_login, salted_hash, member_of FROM system_auth.roles WHERE role = ?", Text(role));
        return rows.Count == 0 ? null : ToRole(rows[0]);
    }

    /// <summary>The names of all roles, sorted.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Read("SELECT role FROM system_auth.roles").Select(r => Text(r[0])!).Order(StringComparer.Ordinal)];

    /// <summary>Adds a role.</summary>
    public void Insert(StoredRole role)
    {
        Write("INSERT INTO system_auth.roles (role, is_superuser, can_login) VALUES (?, ?, ?)", Text(role.Name), Flag(role.IsSuperuser), Flag(role.CanLogin));
        if (role.PasswordHash is not null)
            SetPassword(role.Name, role.PasswordHash);
    }

    /// <summary>Adds the role that there is before any other, unless there are roles already; what anybody writes later counts before it.</summary>
    public void InsertDefault(string role, Func<string> hash)
    {
        if (Read("SELECT role FROM system_auth.roles LIMIT 1").Count == 0)
        {
            Write(
                "INSERT INTO system_auth.roles (role, is_superuser, can_login, salted_hash) VALUES (?, true, true, ?) USING TIMESTAMP 0",
                Text(role),
                Text(hash()));
        }
    }

    /// <summary>Changes whether a role may log in.</summary>
    public void SetLogin(string role, bool canLogin) => Write("UPDATE system_auth.roles SET can_login = ? WHERE role = ?", Flag(canLogin), Text(role));

    /// <summary>Changes whether a role has every permission.</summary>
    public void SetSuperuser(string role, bool isSuperuser) => Write("UPDATE system_auth.roles SET is_superuser = ? WHERE role = ?", Flag(isSuperuser), Text(role));

    /// <summary>Changes a role's password.</summary>
    public void SetPassword(string role, string hash) => Write("UPDATE system_auth.roles SET salted_hash = ? WHERE role = ?", Text(hash), Text(role));

    /// <summary>Removes a role, its memberships and its identities.</summary>
    public void Delete(string role)
    {
        Write("DELETE FROM system_auth.roles WHERE role = ?", Text(role));
        foreach (byte[]?[] row in Read("SELECT member FROM system_auth.role_members WHERE role = ?", Text(role)))
            Write("UPDATE system_auth.roles SET member_of = member_of - ? WHERE role = ?", Set(role), row[0]);
        Write("DELETE FROM system_auth.role_members WHERE role = ?", Text(role));
        foreach (byte[]?[] row in Read("SELECT identity FROM system_auth.identity_to_role WHERE role = ? ALLOW FILTERING", Text(role)))
            Write("DELETE FROM system_auth.identity_to_role WHERE identity = ?", row[0]);
        Write("DELETE FROM system_auth.network_permissions WHERE role = ?", Text(role));
        Write("DELETE FROM system_auth.cidr_permissions WHERE role = ?", Text(role));
    }

    /// <summary>Makes a role a member of another one.</summary>
    public void AddMember(string role, string member)
    {
        Write("UPDATE system_auth.roles SET member_of = member_of + ? WHERE role = ?", Set(role), Text(member));
        Write("INSERT INTO system_auth.role_members (role, member) VALUES (?, ?)", Text(role), Text(member));
    }

    /// <summary>Ends a membership.</summary>
    public void RemoveMember(string role, string member)
    {
        Write("UPDATE system_auth.roles SET member_of = member_of - ? WHERE role = ?", Set(role), Text(member));
        Write("DELETE FROM system_auth.role_members WHERE role = ? AND member = ?", Text(role), Text(member));
    }

    /// <summary>Whether an identity belongs to a role.</summary>
    public bool HasIdentity(string identity) => Read("SELECT identity FROM system_auth.identity_to_role WHERE identity = ?", Text(identity)).Count > 0;

    /// <summary>Gives an identity to a role.</summary>
    public void AddIdentity(string identity, string role) =>
        Write("INSERT INTO system_auth.identity_to_role (identity, role) VALUES (?, ?)", Text(identity), Text(role));

    /// <summary>Removes an identity.</summary>
    public void DeleteIdentity(string identity) => Write("DELETE FROM system_auth.identity_to_role WHERE identity = ?", Text(identity));

    /// <summary>The permissions of one role on one resource.</summary>
    public Permissions PermissionsOf(string role, string resource)
    {
        List<byte[]?[]> rows = Read("SELECT permissions FROM system_auth.role_permissions WHERE role = ? AND resource = ?", Text(role), Text(resource));
        return rows.Count == 0 ? Permissions.None : ToPermissions(rows[0][0]);
    }

    /// <summary>The permissions of one role, or of all roles, by role and resource.</summary>
    public IEnumerable<(string Role, string Resource, Permissions Permissions)> AllPermissions(string? role)
    {
        List<byte[]?[]> rows = role is null
            ? Read("SELECT role, resource, permissions FROM system_auth.role_permissions")
            : Read("SELECT role, resource, permissions FROM system_auth.role_permissions WHERE role = ?", Text(role));
        return rows.Select(r => (Text(r[0])!, Text(r[1])!, ToPermissions(r[2])));
    }

    /// <summary>Grants permissions.</summary>
    public void AddPermissions(string role, string resource, Permissions permissions)
    {
        Write("UPDATE system_auth.role_permissions SET permissions = permissions + ? WHERE role = ? AND resource = ?", Set([.. Names(permissions)]), Text(role), Text(resource));
        Write("INSERT INTO system_auth.resource_role_permissons_index (resource, role) VALUES (?, ?)", Text(resource), Text(role));
    }

    /// <summary>Revokes permissions.</summary>
    public void RemovePermissions(string role, string resource, Permissions permissions)
    {
        Write("UPDATE system_auth.role_permissions SET permissions = permissions - ? WHERE role = ? AND resource = ?", Set([.. Names(permissions)]), Text(role), Text(resource));
        if (PermissionsOf(role, resource) == Permissions.None)
            Write("DELETE FROM system_auth.resource_role_permissons_index WHERE resource = ? AND role = ?", Text(resource), Text(role));
    }

    /// <summary>Revokes all permissions of a role.</summary>
    public void RemoveAllOf(string role)
    {
        foreach (byte[]?[] row in Read("SELECT resource FROM system_auth.role_permissions WHERE role = ?", Text(role)))
            Write("DELETE FROM system_auth.resource_role_permissons_index WHERE resource = ? AND role = ?", row[0], Text(role));
        Write("DELETE FROM system_auth.role_permissions WHERE role = ?", Text(role));
    }

    /// <summary>Revokes all permissions on a resource.</summary>
    /// <param name="resource">Its name.</param>
    /// <param name="withParts">Whether also those on what belongs to it.</param>
    public void RemoveAllOn(string resource, bool withParts)
    {
        IEnumerable<string> names = withParts
            ? Read("SELECT DISTINCT resource FROM system_auth.resource_role_permissons_index").Select(r => Text(r[0])!)
                .Where(n => n == resource || n.StartsWith(resource + "/", StringComparison.Ordinal))
            : [resource];
        foreach (string name in names)
        {
            List<byte[]?[]> rows = Read("SELECT role FROM system_auth.resource_role_permissons_index WHERE resource = ?", Text(name));
            foreach (byte[]?[] row in rows)
                Write("DELETE FROM system_auth.role_permissions WHERE role = ? AND resource = ?", row[0], Text(name));
            if (rows.Count > 0)
                Write("DELETE FROM system_auth.resource_role_permissons_index WHERE resource = ?", Text(name));
        }
    }

    /// <summary>Permissions as Cassandra names them, in its order.</summary>
    public static IEnumerable<string> Names(Permissions permissions) =>
        Enum.GetValues<Permissions>().Where(p => p is not (Permissions.None or Permissions.All) && (permissions & p) != 0).Select(NameOf);

    /// <summary>A permission as Cassandra names it.</summary>
    public static string NameOf(Permissions permission) => permission == Permissions.SelectMasked ? "SELECT_MASKED" : permission.ToString().ToUpperInvariant();

    private static Permissions ToPermissions(byte[]? set)
    {
        var permissions = Permissions.None;
        foreach (string name in Texts(set))
        {
            permissions |= name == "SELECT_MASKED" ? Permissions.SelectMasked
                : Enum.TryParse(name, ignoreCase: true, out Permissions permission) ? permission : Permissions.None;
        }

        return permissions;
    }

    private static StoredRole ToRole(byte[]?[] row) =>
        new(Text(row[0])!, row[1] is [1], row[2] is [1], Text(row[3]), Texts(row[4]));

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? value) => value is null ? null : System.Text.Encoding.UTF8.GetString(value);

    private static byte[] Flag(bool value) => [value ? (byte)1 : (byte)0];

    private static byte[] Set(params IReadOnlyList<string> names)
    {
        var output = new BufferWriter();
        output.WriteInt32(names.Count);
        foreach (string name in names.Order(StringComparer.Ordinal))
            output.WriteIntBytes(Text(name));
        return output.ToArray();
    }

    private static string[] Texts(byte[]? set)
    {
        if (set is null)
            return [];
        var reader = new SpanReader(set, "system_auth");
        string[] texts = new string[reader.ReadInt32()];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = System.Text.Encoding.UTF8.GetString(reader.ReadIntBytes());
        return texts;
    }

    private List<byte[]?[]> Read(string cql, params byte[]?[] values)
    {
        List<byte[]?[]> rows = [];
        using QueryResult result = engine.Execute(cql, keyspace: null, new BindValues(values));
        while (result.MoveNext())
        {
            byte[]?[] row = new byte[]?[result.Columns.Length];
            for (int i = 0; i < row.Length; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                row[i] = isNull ? null : value.ToArray();
            }

            rows.Add(row);
        }

        return rows;
    }

    private void Write(string cql, params byte[]?[] values)
    {
        using QueryResult result = engine.Execute(cql, keyspace: null, new BindValues(values));
    }
}
