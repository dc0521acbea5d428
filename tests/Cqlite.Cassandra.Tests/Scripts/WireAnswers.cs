using System.Collections.Immutable;
using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Core.Tests.Query.Scripts;
using Cqlite.Testing;
using CoreChange = Cqlite.Core.Query.Definition.SchemaChange;

namespace Cqlite.Cassandra.Tests.Scripts;

/// <summary>Answers a script's statements over the protocol, each user on a connection of its own.</summary>
internal sealed class WireAnswers(IPEndPoint server, bool authenticates) : IDisposable
{
    private readonly Dictionary<string, NodeConnection> _connections = new(StringComparer.Ordinal);

    /// <summary>Executes a statement.</summary>
    public async Task<ScriptAnswer> ExecuteAsync(CqlScriptStatement statement)
    {
        ScriptAnswer answer = new();
        try
        {
            await ExecuteAsync(statement, await ConnectionOfAsync(statement), answer);
        }
        catch (AuthenticationFailedException refused)
        {
            answer.Error = ((int)ErrorCode.BadCredentials, refused.Message[(refused.Server.Length + ": ".Length)..]);
        }

        return answer;
    }

    public void Dispose()
    {
        foreach (NodeConnection connection in _connections.Values)
            connection.Dispose();
    }

    private static async Task ExecuteAsync(CqlScriptStatement statement, NodeConnection connection, ScriptAnswer answer)
    {
        CassandraOptions options = CassandraOptionsOf(statement, authenticates: false);
        PreparedResult? prepared = null;
        if (statement.Prepare)
        {
            Message message = (await connection.AskAsync(new PrepareMessage(statement.Text, statement.Keyspace), options.Timeout, default)).Message;
            if (message is ErrorMessage refused)
            {
                Refuse(answer, refused);
                return;
            }

            prepared = (PreparedResult)message;
            answer.Query = new Prepared(statement.Text, prepared);
            if (statement.Binds is null && prepared.Markers.Markers.Length > 0)
                return;
        }

        QueryParameters parameters = ParametersOf(statement);
        do
        {
            Message request = prepared is null ? new QueryMessage(statement.Text, parameters) : new ExecuteMessage(prepared.StatementId, prepared.ResultMetadataId, parameters);
            NodeAnswer page = await connection.AskAsync(request, options.Timeout, default);
            parameters = parameters with { PagingState = Take(page, answer) };
        }
        while (parameters.PagingState is not null && answer.PageCount < ScriptRun.MostPages);
    }

    /// <summary>Takes what came; the paging state of a page that is not the last.</summary>
    private static ReadOnlyMemory<byte>? Take(in NodeAnswer page, ScriptAnswer answer)
    {
        IReadOnlyList<string> warnings = page.Extras.Warnings ?? [];
        switch (page.Message)
        {
            case RowsResult rows:
                using (QueryResult cursor = rows.Open())
                    answer.Read(cursor, warnings);
                return rows.Metadata.PagingState is { } state ? state.ToArray() : default(ReadOnlyMemory<byte>?);
            case SetKeyspaceResult used:
                answer.Read($"use {CqlIdentifier.Quote(used.Keyspace)}", warnings);
                break;
            case SchemaChangeResult { Change: var change }:
                CoreChange core = new(
                    (Core.Query.Definition.SchemaChangeKind)change.Kind,
                    (Core.Query.Definition.SchemaChangeTarget)change.Target,
                    change.Keyspace,
                    change.Name ?? "",
                    [.. change.ArgumentTypes ?? []]);
                answer.Read(ScriptAnswer.TextOf(core), warnings);
                break;
            case ErrorMessage refused:
                Refuse(answer, refused);
                break;
            default:
                answer.Read("void", warnings);
                break;
        }

        return null;
    }

    private static void Refuse(ScriptAnswer answer, ErrorMessage error)
    {
        answer.Error = ((int)error.Code, error.Text);
        answer.ErrorDetails = error.Details switch
        {
            FunctionFailureDetails f => [$"'{f.Keyspace}'", $"'{f.Function}'", .. f.ArgumentTypes.Select(t => $"'{t}'")],
            UnavailableDetails r => [ScriptRun.Number((int)r.Consistency), ScriptRun.Number(r.Required), ScriptRun.Number(r.Alive)],
            _ => [],
        };
    }

    private static QueryParameters ParametersOf(CqlScriptStatement statement) => new()
    {
        Consistency = ScriptRun.LevelOf(statement.Consistency),
        SerialConsistency = statement.SerialConsistency is { } serial ? ScriptRun.LevelOf(serial) : null,
        Values = [.. (statement.Binds ?? []).Select(ValueOf)],
        Names = statement.Binds is [{ Name: not null }, ..] named ? [.. named.Select(b => b.Name!)] : null,
        PageSize = statement.PageSize,
        TimestampMicros = statement.TimestampMicros,
        NowInSeconds = statement.NowSeconds is { } now ? (uint)now : null,
        Keyspace = statement.Keyspace,
    };

    private static BoundValue ValueOf(CqlScriptBind bind) => ScriptRun.ValueOf(bind) is not { } value ? BoundValue.Null
        : BindValues.IsUnset(value) ? BoundValue.Unset : BoundValue.Of(value);

    private static CassandraOptions CassandraOptionsOf(CqlScriptStatement statement, bool authenticates) => new()
    {
        Credentials = authenticates ? new(statement.User, statement.Password) : null,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        Timeout = TimeSpan.FromSeconds(60),
    };

    private async Task<NodeConnection> ConnectionOfAsync(CqlScriptStatement statement)
    {
        if (_connections.TryGetValue(statement.User, out NodeConnection? known) && !(authenticates && statement.Password == "wrong"))
            return known;
        return _connections[statement.User] = await NodeConnection.OpenAsync(new(server, "localhost"), ProtocolVersion.V5, CassandraOptionsOf(statement, authenticates), onEvent: null, default);
    }

    /// <summary>What PREPARE has told.</summary>
    private sealed class Prepared(string text, PreparedResult told) : Core.Query.PreparedStatement
    {
        public override string Text => text;

        public override ImmutableArray<ResultColumn> Columns => told.Metadata.Columns.IsDefault ? [] : told.Metadata.Columns;

        public override ImmutableArray<ResultColumn> Markers => told.Markers.Markers;

        public override ImmutableArray<int> PartitionKeyMarkers => [.. told.Markers.PartitionKey.Select(i => (int)i)];
    }
}
