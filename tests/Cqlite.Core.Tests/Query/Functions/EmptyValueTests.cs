using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Values of no bytes, of every type that may have them, in every function and operator: a result comes, or one of our errors.</summary>
public sealed class EmptyValueTests : IDisposable
{
    private static readonly string[] Functions =
    [
        "abs", "exp", "log", "log10", "round", "min", "max", "sum", "avg", "count", "to_json", "to_date", "to_timestamp", "to_unix_timestamp", "min_timeuuid",
        "max_timeuuid", "mask_null", "mask_default", "mask_hash", "token", "-",
    ];

    private readonly TemporaryDatabase _database = new();
    private readonly QuerySession _session;
    private readonly string[] _types = [.. CqlTypes.ByName.Keys.Where(name => name is not "counter" and not "empty").Order(StringComparer.Ordinal)];

    public EmptyValueTests()
    {
        _session = new QuerySession(_database.Queries);
        Read("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Read("USE ks");
        Read($"CREATE TABLE t (k int PRIMARY KEY, {string.Join(", ", _types.Select(t => $"c_{t} {t}"))})");
        foreach (string type in _types)
            Read($"UPDATE t SET c_{type} = {(type == "blob" ? "0x" : $"blob_as_{type}(0x)")} WHERE k = 1");
    }

    public void Dispose() => _database.Dispose();

    [Fact]
    public void AnyFunctionTakesThem()
    {
        foreach (string column in _types.Select(t => "c_" + t).Concat(["0x", "0x0102", "0x010203040506070809"]))
        {
            foreach (string function in Functions)
                Read($"SELECT {function}({column}) FROM t");
            foreach (string type in _types)
                Read($"SELECT CAST({column} AS {type}) FROM t");
            foreach (string call in new[] { "floor({0}, 1d)", "floor({0}, 1d, {0})", "mask_inner({0}, c_int, c_int, c_text)", "mask_replace({0}, {0})", "[{0}]", "({0}, {0})", "{{{0}: {0}}}" })
                Read($"SELECT {string.Format(System.Globalization.CultureInfo.InvariantCulture, call, column)} FROM t");
        }
    }

    [Fact]
    public void AnyOperatorTakesThem()
    {
        string[] operands = [.. _types.Select(t => "c_" + t), "0x", "0x0102", "0x010203040506070809", "k"];
        foreach (string left in operands)
        {
            foreach (string right in operands)
                Read(string.Concat("SELECT ", string.Join(", ", "+-*/%".Select(op => $"{left} {op} {right}")), " FROM t"));
        }
    }

    // Anything but an error of ours fails the test.
    private void Read(string statement)
    {
        try
        {
            using QueryResult result = _session.Execute(statement);
            while (result.MoveNext())
            {
                for (int i = 0; i < result.Columns.Length; i++)
                    _ = result.GetValue(i, out _);
            }
        }
        catch (InvalidQueryException)
        {
        }
        catch (CqlSyntaxException)
        {
        }
    }
}
