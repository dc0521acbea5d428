
namespace Cqlite.Core.Query.Planning;
internal static class TypeNames { public static bool TryResolve(Cql.Syntax.TypeSyntax s, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Types.CqlType? t) { t = null; return false; } }
