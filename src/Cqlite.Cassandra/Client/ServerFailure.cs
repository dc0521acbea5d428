using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Client;

/// <summary>The exception that a server's ERROR becomes: by what can be done about it.</summary>
internal static partial class ServerFailure
{
    /// <summary>The exception.</summary>
    public static CqliteException Of(ErrorMessage error, NodeAddress node)
    {
        int code = (int)error.Code;
        switch (error.Code)
        {
            case ErrorCode.BadCredentials:
                return new AuthenticationFailedException(node.ToString(), error.Text);
            case ErrorCode.Unavailable when error.Details is UnavailableDetails replicas:
                return new OverloadedException(Describe(error.Text, replicas, node), code);
            case ErrorCode.Overloaded or ErrorCode.IsBootstrapping or ErrorCode.Unavailable:
                return new OverloadedException(error.Text, code);
            case ErrorCode.WriteTimeout or ErrorCode.ReadTimeout or ErrorCode.CasWriteUnknown or ErrorCode.WriteFailure or ErrorCode.TruncateError:
                return new OutcomeUnknownException(error.Text, code);
            case ErrorCode.SyntaxError:
                Match place = Place().Match(error.Text);
                return place.Success && int.TryParse(place.ValueSpan(1), out int line) && int.TryParse(place.ValueSpan(2), out int column)
                    ? new CqlSyntaxException(error.Text, line, column)
                    : new CqlSyntaxException(error.Text, 1, 0);
            case ErrorCode.FunctionFailure when error.Details is FunctionFailureDetails function:
                return new InvalidQueryException(error.Text, new FailedFunction(function.Keyspace, function.Function, function.ArgumentTypes));
            case ErrorCode.AlreadyExists when error.Details is AlreadyExistsDetails existing:
                return new InvalidQueryException(error.Text, new ExistingObject(existing.Keyspace, existing.Table));
            case ErrorCode.Invalid or ErrorCode.ConfigError or ErrorCode.AlreadyExists or ErrorCode.Unauthorized or ErrorCode.ProtocolError or ErrorCode.Unprepared:
                return new InvalidQueryException(error.Text, code);
            default:
                return new ServerErrorException($"{node}: {error.Text}", code);
        }
    }

    /// <summary>What is missing, and what can be done about it: a single node, such as one that serves a copy of a cluster's files, never has a quorum of several.</summary>
    private static string Describe(string text, UnavailableDetails replicas, NodeAddress node)
    {
        string missing = string.Create(CultureInfo.InvariantCulture, $"{text.TrimEnd('.')}. {node} needs {replicas.Required} and has {replicas.Alive}.");
        return replicas is { Alive: > 0, Consistency: not ConsistencyLevel.One }
            ? missing + " Where what is there is enough, ask with a lower consistency: --consistency ONE, -Consistency One, or CASSANDRA_CONSISTENCY=ONE."
            : missing;
    }

    private static ReadOnlySpan<char> ValueSpan(this Match match, int group) => match.Groups[group].ValueSpan;

    /// <summary>Where a syntax error is, as Cassandra's parser says it.</summary>
    [GeneratedRegex(@"^line (?<line>\d{1,9}):(?<column>\d{1,9}) ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Place();
}
