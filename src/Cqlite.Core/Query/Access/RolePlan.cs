using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query.Execution;

namespace Cqlite.Core.Query.Access;

/// <summary>CREATE ROLE, GRANT, LIST PERMISSIONS and all else that is about roles and permissions.</summary>
internal sealed record RolePlan(Statement Statement) : StatementPlan
{
    /// <inheritdoc/>
    public override bool Writes => Statement is not (ListRolesStatement or ListUsersStatement or ListPermissionsStatement);

    /// <summary>Whether a statement is one of these.</summary>
    public static bool IsOfRoles(Statement statement) => statement is CreateRoleStatement or AlterRoleStatement or DropRoleStatement
        or GrantRoleStatement or RevokeRoleStatement or ListRolesStatement or ListUsersStatement
        or AddIdentityStatement or DropIdentityStatement
        or GrantPermissionsStatement or RevokePermissionsStatement or ListPermissionsStatement;

    /// <inheritdoc/>
    public override QueryResult Execute(QueryContext context, BindValues values)
    {
        AccessControl access = context.Session.Engine.Access;
        access.SetUp();
        return Statement switch
        {
            GrantPermissionsStatement or RevokePermissionsStatement or ListPermissionsStatement => new PermissionStatements(access, context).Execute(Statement),
            _ => new RoleStatements(access, context).Execute(Statement),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"roles {Statement.GetType().Name}\n";
}
