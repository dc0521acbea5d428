using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.Query;

/// <summary>The values that a recorded statement was executed with, serialized.</summary>
internal static class RecordedBinds
{
    public static BindValues Of(CqlScriptStatement statement, Statement parsed)
    {
        IReadOnlyList<CqlScriptBind> binds = statement.Binds ?? [];
        byte[]?[] values = [.. binds.Select(Value)];
        if (binds.Count == 0 || binds[0].Name is null)
            return new BindValues(values);

        // Values by name go where their markers are.
        return new BindValues([.. parsed.BindMarkers.Select(m => binds.ToList().FindIndex(b => b.Name == m.Name?.Text)).Where(i => i >= 0).Select(i => values[i])]);
    }

    private static byte[]? Value(CqlScriptBind bind) => bind.Kind switch
    {
        CqlScriptBindKind.Null => null,
        CqlScriptBindKind.Unset => BindValues.Unset,
        CqlScriptBindKind.Raw => bind.Bytes,
        _ => new TermPlanner(0).Prepare(CqlParser.ParseTerm(bind.Literal!), new Receiver("bound", TypeParser.ParseCql(bind.Type!))).Bind(BindValues.None),
    };
}
