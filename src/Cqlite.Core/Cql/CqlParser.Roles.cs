using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>Roles, users and identities.</summary>
internal sealed partial class CqlParser
{
    // createRoleStatement : K_CREATE K_ROLE (K_IF K_NOT K_EXISTS)? userOrRoleName ( K_WITH roleOptions )?
    private CreateRoleStatement CreateRole(SourcePosition position)
    {
        Expect(TokenKind.Role);
        bool ifNotExists = IfNotExists();
        string role = RoleName();
        RoleOptions options = Accept(TokenKind.With) ? RoleOptions() : new RoleOptions();
        options = options with { CanLogin = options.CanLogin ?? false, IsSuperuser = options.IsSuperuser ?? false };
        CheckPasswords(options);
        return new CreateRoleStatement(role, ifNotExists, options, position);
    }

    // alterRoleStatement : K_ALTER K_ROLE (K_IF K_EXISTS)? userOrRoleName ( K_WITH roleOptions )?
    private AlterRoleStatement AlterRole(SourcePosition position)
    {
        Expect(TokenKind.Role);
        bool ifExists = IfExists();
        string role = RoleName();
        RoleOptions options = Accept(TokenKind.With) ? RoleOptions() : new RoleOptions();
        CheckPasswords(options);
        return new AlterRoleStatement(role, ifExists, options, position);
    }

    // createUserStatement : K_CREATE K_USER (K_IF K_NOT K_EXISTS)? username ( K_WITH userPassword )? ( K_SUPERUSER | K_NOSUPERUSER )?
    private CreateRoleStatement CreateUser(SourcePosition position)
    {
        Expect(TokenKind.User);
        bool ifNotExists = IfNotExists();
        string role = UserName();
        RoleOptions options = UserOptions();
        options = options with { CanLogin = true, IsSuperuser = options.IsSuperuser ?? false };
        return new CreateRoleStatement(role, ifNotExists, options, position);
    }

    // alterUserStatement : K_ALTER K_USER (K_IF K_EXISTS)? username ( K_WITH userPassword )? ( K_SUPERUSER | K_NOSUPERUSER )?
    private AlterRoleStatement AlterUser(SourcePosition position)
    {
        Expect(TokenKind.User);
        bool ifExists = IfExists();
        string role = UserName();
        return new AlterRoleStatement(role, ifExists, UserOptions(), position);
    }

    // userPassword : K_PASSWORD STRING_LITERAL | K_HASHED K_PASSWORD STRING_LITERAL
    private RoleOptions UserOptions()
    {
        var options = new RoleOptions();
        if (Accept(TokenKind.With))
        {
            bool isHashed = Accept(TokenKind.Hashed);
            Expect(TokenKind.Password);
            string password = StringLiteral();
            options = isHashed ? options with { HashedPassword = password } : options with { Password = password };
        }
        if (Accept(TokenKind.Superuser))
            return options with { IsSuperuser = true };
        return Accept(TokenKind.Nosuperuser) ? options with { IsSuperuser = false } : options;
    }

    private void CheckPasswords(RoleOptions options)
    {
        if (options.Password is not null && options.HashedPassword is not null)
            throw Refuse("Options 'password' and 'hashed password' are mutually exclusive", _tokens[_index]);
    }

    // roleOptions : roleOption (K_AND roleOption)*
    private RoleOptions RoleOptions()
    {
        var options = new RoleOptions();
        var datacenters = new AccessCollector("DCs");
        var cidrs = new AccessCollector("CIDR Groups");
        do
        {
            options = RoleOption(options, datacenters, cidrs);
        }
        while (Accept(TokenKind.And));
        return options with { Datacenters = datacenters.ToAccess(), Cidrs = cidrs.ToAccess() };
    }

    // roleOption : K_PASSWORD '=' STRING_LITERAL | K_HASHED K_PASSWORD '=' STRING_LITERAL | K_OPTIONS '=' fullMapLiteral
    //            | K_SUPERUSER '=' BOOLEAN | K_LOGIN '=' BOOLEAN | K_ACCESS K_TO ... | K_ACCESS K_FROM ...
    private RoleOptions RoleOption(RoleOptions options, AccessCollector datacenters, AccessCollector cidrs)
    {
        SyntaxToken token = _tokens[_index++];
        switch (token.Kind)
        {
            case TokenKind.Password:
                Expect(TokenKind.Equal);
                return options with { Password = Once(options.Password, StringLiteral(), "PASSWORD", token) };
            case TokenKind.Hashed:
                Expect(TokenKind.Password, TokenKind.Equal);
                return options with { HashedPassword = Once(options.HashedPassword, StringLiteral(), "HASHED_PASSWORD", token) };
            case TokenKind.Options:
                Expect(TokenKind.Equal);
                ImmutableArray<KeyValuePair<string, string>> custom = PropertyMap(FullMapLiteral(), token);
                if (!options.CustomOptions.IsDefault)
                    throw DuplicateOption("OPTIONS", token);
                return options with { CustomOptions = custom };
            case TokenKind.Superuser:
                return options with { IsSuperuser = OnceFlag(options.IsSuperuser, "SUPERUSER", token) };
            case TokenKind.Login:
                return options with { CanLogin = OnceFlag(options.CanLogin, "LOGIN", token) };
            case TokenKind.Access when Kind == TokenKind.To:
                _index++;
                Access(datacenters, TokenKind.Datacenters, token);
                return options;
            case TokenKind.Access when Kind == TokenKind.From:
                _index++;
                Access(cidrs, TokenKind.Cidrs, token);
                return options;
            case TokenKind.Access:
                throw Fail();
            default:
                _index--;
                throw Fail();
        }
    }

    private static string Once(string? earlier, string value, string option, in SyntaxToken token) =>
        earlier is null ? value : throw DuplicateOption(option, token);

    private bool OnceFlag(bool? earlier, string option, in SyntaxToken token)
    {
        Expect(TokenKind.Equal);
        ref readonly SyntaxToken value = ref _tokens[_index];
        Expect(TokenKind.BooleanLiteral);
        if (earlier is not null)
            throw DuplicateOption(option, token);
        return value.End - value.Start == "true".Length;
    }

    private static Errors.CqlSyntaxException DuplicateOption(string option, in SyntaxToken token) =>
        Refuse($"Multiple definition for property '{option}'", token);

    // K_ACCESS K_TO K_ALL K_DATACENTERS | K_ACCESS K_TO K_DATACENTERS '{' dcPermission (',' dcPermission)* '}', and so for CIDRs
    private void Access(AccessCollector access, TokenKind what, in SyntaxToken token)
    {
        bool isAll = Accept(TokenKind.All);
        Expect(what);
        if (isAll)
        {
            if (access.Names.Count > 0)
                throw RefuseAsJava($"IllegalArgumentException {access.What} have already been set", token);
            access.IsAll = true;
            return;
        }
        Expect(TokenKind.LeftBrace);
        do
        {
            string name = StringLiteral();
            if (access.IsAll)
                throw RefuseAsJava("IllegalArgumentException All has been set", token);
            access.Names.Add(name);
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightBrace);
    }

    /// <summary>Collects the names of ACCESS TO or ACCESS FROM, which may be given more than once.</summary>
    private sealed class AccessCollector(string what)
    {
        public string What { get; } = what;

        public bool IsAll { get; set; }

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public RoleAccess? ToAccess() => IsAll || Names.Count > 0 ? new RoleAccess([.. Names]) : null;
    }

    // addIdentityStatement : K_ADD K_IDENTITY (K_IF K_NOT K_EXISTS)? identity K_TO K_ROLE identity
    private AddIdentityStatement AddIdentityStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Add, TokenKind.Identity);
        bool ifNotExists = IfNotExists();
        string identity = IdentityName();
        Expect(TokenKind.To, TokenKind.Role);
        return new AddIdentityStatement(identity, IdentityName(), ifNotExists, position);
    }
}
