using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql;

/// <summary>GRANT, REVOKE and LIST.</summary>
internal sealed partial class CqlParser
{
    // grantPermissionsStatement : K_GRANT permissionOrAll K_ON resource K_TO userOrRoleName
    // grantRoleStatement : K_GRANT userOrRoleName K_TO userOrRoleName
    private Statement GrantStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Grant);
        if (!StartsPermissions(TokenKind.To))
        {
            string role = RoleName();
            Expect(TokenKind.To);
            return new GrantRoleStatement(role, RoleName(), position);
        }
        SyntaxToken token = _tokens[_index];
        Permissions permissions = PermissionOrAll();
        Expect(TokenKind.On);
        Resource resource = Resource();
        Expect(TokenKind.To);
        string grantee = RoleName();
        return new GrantPermissionsStatement(Applicable(permissions, resource, token), resource, grantee, position);
    }

    // revokePermissionsStatement : K_REVOKE permissionOrAll K_ON resource K_FROM userOrRoleName
    // revokeRoleStatement : K_REVOKE userOrRoleName K_FROM userOrRoleName
    private Statement RevokeStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Revoke);
        if (!StartsPermissions(TokenKind.From))
        {
            string role = RoleName();
            Expect(TokenKind.From);
            return new RevokeRoleStatement(role, RoleName(), position);
        }
        SyntaxToken token = _tokens[_index];
        Permissions permissions = PermissionOrAll();
        Expect(TokenKind.On);
        Resource resource = Resource();
        Expect(TokenKind.From);
        string revokee = RoleName();
        return new RevokePermissionsStatement(Applicable(permissions, resource, token), resource, revokee, position);
    }

    /// <summary>ALL, UNMASK and SELECT_MASKED may also be roles; then TO or FROM follows.</summary>
    private bool StartsPermissions(TokenKind afterRole) =>
        PermissionOf(Kind) != Permissions.None && !(Kind.IsUnreserved() && Peek() == afterRole);

    // listPermissionsStatement : K_LIST permissionOrAll ( K_ON resource )? ( K_OF roleName )? ( K_NORECURSIVE )?
    // listRolesStatement : K_LIST K_ROLES ( K_OF roleName )? ( K_NORECURSIVE )?
    // listUsersStatement : K_LIST K_USERS
    private Statement ListStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.List);
        if (Accept(TokenKind.Users))
            return new ListUsersStatement(position);
        if (Accept(TokenKind.Roles))
        {
            string? member = Accept(TokenKind.Of) ? RoleName() : null;
            return new ListRolesStatement(member, !Accept(TokenKind.Norecursive), position);
        }
        Permissions permissions = PermissionOrAll();
        Resource? resource = Accept(TokenKind.On) ? Resource() : null;
        string? grantee = Accept(TokenKind.Of) ? RoleName() : null;
        return new ListPermissionsStatement(permissions, resource, grantee, !Accept(TokenKind.Norecursive), position);
    }

    // permissionOrAll : K_ALL ( K_PERMISSIONS )? | permission ( K_PERMISSION )? ( ',' permission ( K_PERMISSION )? )*
    private Permissions PermissionOrAll()
    {
        if (Accept(TokenKind.All))
        {
            Accept(TokenKind.Permissions);
            return Permissions.All;
        }
        var permissions = Permissions.None;
        do
        {
            Permissions permission = PermissionOf(Kind);
            if (permission is Permissions.None or Permissions.All)
                throw Fail();
            _index++;
            permissions |= permission;
            Accept(TokenKind.Permission);
        }
        while (Accept(TokenKind.Comma));
        return permissions;
    }

    // permission : K_CREATE | K_ALTER | K_DROP | K_SELECT | K_MODIFY | K_AUTHORIZE | K_DESCRIBE | K_EXECUTE | K_UNMASK | K_SELECT_MASKED
    private static Permissions PermissionOf(TokenKind kind) => kind switch
    {
        TokenKind.Create => Permissions.Create,
        TokenKind.Alter => Permissions.Alter,
        TokenKind.Drop => Permissions.Drop,
        TokenKind.Select => Permissions.Select,
        TokenKind.Modify => Permissions.Modify,
        TokenKind.Authorize => Permissions.Authorize,
        TokenKind.Describe => Permissions.Describe,
        TokenKind.Execute => Permissions.Execute,
        TokenKind.Unmask => Permissions.Unmask,
        TokenKind.SelectMasked => Permissions.SelectMasked,
        TokenKind.All => Permissions.All,
        _ => Permissions.None,
    };

    // resource : dataResource | roleResource | functionResource | jmxResource
    private Resource Resource()
    {
        SourcePosition position = Position;
        switch (Kind)
        {
            case TokenKind.All when AllResource(position) is { } all:
                return all;
            // dataResource : ... | K_KEYSPACE keyspaceName | ( K_COLUMNFAMILY )? columnFamilyName
            case TokenKind.Keyspace:
                _index++;
                return new DataResource(KeyspaceName(), null, IsAllTables: false, position);
            // roleResource : K_ALL K_ROLES | K_ROLE userOrRoleName
            case TokenKind.Role when Peek().IsName() || Peek() is TokenKind.StringLiteral or TokenKind.QuestionMark:
                _index++;
                return new RoleResource(RoleName(), position);
            // functionResource : K_ALL K_FUNCTIONS | K_ALL K_FUNCTIONS K_IN K_KEYSPACE keyspaceName
            //                  | K_FUNCTION functionName '(' ( comparatorType ( ',' comparatorType )* )? ')'
            case TokenKind.Function when Peek().IsFunctionName() || Peek().IsName() || Peek() == TokenKind.QuestionMark:
                _index++;
                FunctionName function = FunctionName();
                ImmutableArray<TypeSyntax> types = ArgumentTypes();
                return function.Keyspace is not null
                    ? new FunctionResource(null, function, types, position) { StatementText = _text }
                    : throw new InvalidQueryException("In this context function name must be explictly qualified by a keyspace");
            // jmxResource : K_ALL K_MBEANS | K_MBEAN mbean | K_MBEANS mbean
            case TokenKind.Mbean when Peek() == TokenKind.StringLiteral:
                _index++;
                return new JmxResource(MbeanName(enforcePattern: false), position);
            case TokenKind.Mbeans when Peek() == TokenKind.StringLiteral:
                _index++;
                return new JmxResource(MbeanName(enforcePattern: true), position);
            default:
                Accept(TokenKind.Columnfamily);
                QualifiedName table = TableName();
                return new DataResource(table.Keyspace, table.Name, IsAllTables: false, position);
        }
    }

    /// <summary>A resource that begins with ALL; null if a table of that name is meant.</summary>
    private Resource? AllResource(SourcePosition position)
    {
        TokenKind what = Peek();
        if (what is not (TokenKind.Keyspaces or TokenKind.Tables or TokenKind.Roles or TokenKind.Functions or TokenKind.Mbeans))
            return null;
        _index += 2;
        switch (what)
        {
            case TokenKind.Keyspaces:
                return new DataResource(null, null, IsAllTables: false, position);
            // dataResource : ... | K_ALL K_TABLES K_IN K_KEYSPACE keyspaceName
            case TokenKind.Tables:
                Expect(TokenKind.In, TokenKind.Keyspace);
                return new DataResource(KeyspaceName(), null, IsAllTables: true, position);
            case TokenKind.Roles:
                return new RoleResource(null, position);
            case TokenKind.Functions when Accept(TokenKind.In):
                Expect(TokenKind.Keyspace);
                return new FunctionResource(KeyspaceName(), null, [], position);
            case TokenKind.Functions:
                return new FunctionResource(null, null, [], position);
            default:
                return new JmxResource(null, position);
        }
    }

    // mbean : STRING_LITERAL
    private string MbeanName(bool enforcePattern)
    {
        SyntaxToken token = _tokens[_index];
        string name = StringLiteral();
        if (name.Length == 0)
            Object("Empty JMX object name supplied", token);
        if (name == "*:*")
            Object("Please use ALL MBEANS instead of wildcard pattern", token);
        if (!JmxObjectName.TryParse(name, out bool isPattern))
            Object($"{name} is not a valid JMX object name", token);
        else if (enforcePattern && !isPattern)
            Object($"Plural form used, but non-pattern JMX object name specified ({name})", token);
        return name;
    }

    /// <summary>Those of the permissions that the resource can have; there must be some.</summary>
    private Permissions Applicable(Permissions permissions, Resource resource, in SyntaxToken token)
    {
        Permissions applicable = permissions & ApplicableTo(resource);
        if (applicable == Permissions.None)
            Object($"Resource type {resource.GetType().Name} does not support any of the requested permissions", token);
        return applicable;
    }

    /// <summary>The permissions that a resource can have.</summary>
    private static Permissions ApplicableTo(Resource resource) => resource switch
    {
        DataResource { Table: not null } => ApplicablePermissions.OfTable,
        DataResource => ApplicablePermissions.OfTable | Permissions.Create,
        RoleResource { Role: not null } => ApplicablePermissions.OfRole,
        RoleResource => ApplicablePermissions.OfRole | Permissions.Create,
        FunctionResource { Function: not null } => ApplicablePermissions.OfFunction,
        FunctionResource => ApplicablePermissions.OfFunction | Permissions.Create,
        _ => ApplicablePermissions.OfBean,
    };
}
