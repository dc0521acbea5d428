using System.Collections.Immutable;
using System.Text;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>Prints a term as Cassandra does where a message quotes one.</summary>
/// <remarks>Source: the getText methods of Term.Raw in src/java/org/apache/cassandra/cql3.</remarks>
internal static class TermPrinter
{
    public static string Print(Expression term)
    {
        var text = new StringBuilder();
        Append(text, term);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Expression term)
    {
        switch (term)
        {
            case Literal { Kind: LiteralKind.String } literal:
                text.Append('\'').Append(literal.Text).Append('\'');
                break;
            case Literal literal:
                text.Append(literal.Text);
                break;
            case NullLiteral:
                text.Append("NULL");
                break;
            case BindMarker:
                text.Append('?');
                break;
            case ListLiteral list:
                AppendAll(text, '[', list.Elements, ']');
                break;
            case SetLiteral set:
                AppendAll(text, '{', set.Elements, '}');
                break;
            case TupleLiteral tuple:
                AppendAll(text, '(', tuple.Elements, ')');
                break;
            case MapLiteral map:
                text.Append('{');
                foreach (MapEntry entry in map.Entries)
                {
                    Separate(text, '{');
                    Append(text, entry.Key);
                    text.Append(": ");
                    Append(text, entry.Value);
                }
                text.Append('}');
                break;
            case UserTypeLiteral userType:
                text.Append('{');
                foreach (FieldValue field in userType.Fields)
                {
                    Separate(text, '{');
                    text.Append(field.Field.Text).Append(": ");
                    Append(text, field.Value);
                }
                text.Append('}');
                break;
            case FunctionCall call:
                text.Append(call.Function);
                AppendAll(text, '(', call.Arguments, ')');
                break;
            case TypeHint hint:
                text.Append('(').Append(hint.Type).Append(')');
                Append(text, hint.Operand);
                break;
            case BinaryOperation operation:
                text.Append("system.").Append(OperatorFunction(operation.Operator));
                AppendAll(text, '(', [operation.Left, operation.Right], ')');
                break;
            case Negation negation:
                text.Append("system.\"_negate\"");
                AppendAll(text, '(', [negation.Operand], ')');
                break;
            case CastExpression cast:
                text.Append("system.cast_as_").Append(cast.Type);
                AppendAll(text, '(', [cast.Operand], ')');
                break;
        }
    }

    private static string OperatorFunction(ArithmeticOperator op) => op switch
    {
        ArithmeticOperator.Add => "\"_add\"",
        ArithmeticOperator.Subtract => "\"_substract\"",
        ArithmeticOperator.Multiply => "\"_multiply\"",
        ArithmeticOperator.Divide => "\"_divide\"",
        _ => "\"_modulo\"",
    };

    private static void AppendAll(StringBuilder text, char open, ImmutableArray<Expression> terms, char close)
    {
        text.Append(open);
        int start = text.Length;
        foreach (Expression term in terms)
        {
            if (text.Length > start)
                text.Append(", ");
            Append(text, term);
        }
        text.Append(close);
    }

    private static void Separate(StringBuilder text, char open)
    {
        if (text[^1] != open)
            text.Append(", ");
    }
}
