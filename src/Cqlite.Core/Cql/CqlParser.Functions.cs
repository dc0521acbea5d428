using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>CREATE and DROP of functions and aggregates.</summary>
internal sealed partial class CqlParser
{
    // createFunctionStatement : K_CREATE (K_OR K_REPLACE)? K_FUNCTION (K_IF K_NOT K_EXISTS)? functionName
    //                           '(' ( noncol_ident comparatorType ( ',' noncol_ident comparatorType )* )? ')'
    //                           ( (K_RETURNS K_NULL) | (K_CALLED) ) K_ON K_NULL K_INPUT
    //                           K_RETURNS comparatorType K_LANGUAGE IDENT K_AS STRING_LITERAL
    private CreateFunctionStatement CreateFunction(SourcePosition position, bool orReplace)
    {
        Expect(TokenKind.Function);
        bool ifNotExists = IfNotExists();
        FunctionName name = FunctionName();
        var arguments = new ArrayBuilder<FunctionArgument>();
        Expect(TokenKind.LeftParenthesis);
        if (Kind != TokenKind.RightParenthesis)
        {
            do
            {
                Identifier argument = Name();
                arguments.Add(new FunctionArgument(argument, ComparatorType()));
            }
            while (Accept(TokenKind.Comma));
        }
        Expect(TokenKind.RightParenthesis);
        bool calledOnNullInput = Accept(TokenKind.Called);
        if (!calledOnNullInput)
            Expect(TokenKind.Returns, TokenKind.Null);
        Expect(TokenKind.On, TokenKind.Null);
        Expect(TokenKind.Input, TokenKind.Returns);
        TypeSyntax returnType = ComparatorType();
        Expect(TokenKind.Language);
        SyntaxToken language = _tokens[_index];
        Expect(TokenKind.Identifier, TokenKind.As);
        return new CreateFunctionStatement(position)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Name = name,
            Arguments = arguments.ToImmutable(),
            CalledOnNullInput = calledOnNullInput,
            ReturnType = returnType,
            Language = LowerCase(TextOf(language)),
            Body = StringLiteral(),
        };
    }

    // createAggregateStatement : K_CREATE (K_OR K_REPLACE)? K_AGGREGATE (K_IF K_NOT K_EXISTS)? functionName
    //                            '(' ( comparatorType ( ',' comparatorType )* )? ')'
    //                            K_SFUNC allowedFunctionName K_STYPE comparatorType ( K_FINALFUNC allowedFunctionName )? ( K_INITCOND term )?
    private CreateAggregateStatement CreateAggregate(SourcePosition position, bool orReplace)
    {
        Expect(TokenKind.Aggregate);
        bool ifNotExists = IfNotExists();
        FunctionName name = FunctionName();
        ImmutableArray<TypeSyntax> argumentTypes = ArgumentTypes();
        Expect(TokenKind.Sfunc);
        string stateFunction = AllowedFunctionName();
        Expect(TokenKind.Stype);
        TypeSyntax stateType = ComparatorType();
        return new CreateAggregateStatement(position)
        {
            OrReplace = orReplace,
            IfNotExists = ifNotExists,
            Name = name,
            ArgumentTypes = argumentTypes,
            StateFunction = stateFunction,
            StateType = stateType,
            FinalFunction = Accept(TokenKind.Finalfunc) ? AllowedFunctionName() : null,
            InitialCondition = Accept(TokenKind.Initcond) ? Term() : null,
        };
    }

    // '(' ( comparatorType ( ',' comparatorType )* )? ')'
    private ImmutableArray<TypeSyntax> ArgumentTypes()
    {
        Expect(TokenKind.LeftParenthesis);
        ImmutableArray<TypeSyntax> types = Kind == TokenKind.RightParenthesis ? [] : TypesAfter(ComparatorType());
        Expect(TokenKind.RightParenthesis);
        return types;
    }

    // dropFunctionStatement : K_DROP K_FUNCTION (K_IF K_EXISTS)? functionName ( '(' ( comparatorType ( ',' comparatorType )* )? ')' )?
    private DropFunctionStatement DropFunction(SourcePosition position)
    {
        Expect(TokenKind.Function);
        bool ifExists = IfExists();
        FunctionName name = FunctionName();
        return new DropFunctionStatement(name, ifExists, Kind == TokenKind.LeftParenthesis ? ArgumentTypes() : default, position);
    }

    // dropAggregateStatement : K_DROP K_AGGREGATE (K_IF K_EXISTS)? functionName ( '(' ( comparatorType ( ',' comparatorType )* )? ')' )?
    private DropAggregateStatement DropAggregate(SourcePosition position)
    {
        Expect(TokenKind.Aggregate);
        bool ifExists = IfExists();
        FunctionName name = FunctionName();
        return new DropAggregateStatement(name, ifExists, Kind == TokenKind.LeftParenthesis ? ArgumentTypes() : default, position);
    }
}
