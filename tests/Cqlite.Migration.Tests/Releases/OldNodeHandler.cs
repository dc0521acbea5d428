using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>Answers from a database as a node of an older release would: its system tables have the columns of that release, and what it does not know is refused in its words.</summary>
internal sealed partial class OldNodeHandler(QueryEngine engine, OldRelease release) : IRequestHandler
{
    private readonly DatabaseRequestHandler _handler = new(engine, ServerOptions.Default);
    private readonly ConcurrentDictionary<string, bool> _ofSystemTables = new(StringComparer.Ordinal);

    /// <summary>What was refused.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (TextOf(request) is { } text)
        {
            if (Refuse(text) is { } error)
            {
                Refused.Enqueue(text);
                response.Write(error);
                return;
            }

            if (SystemTable().IsMatch(text))
            {
                string known = WithKnownColumns(text);
                if (request is PrepareMessage prepare)
                {
                    _ofSystemTables[Convert.ToHexString(PreparedResult.ComputeId(known, null))] = true;
                    request = prepare with { Query = known };
                }
                else
                {
                    await AnswerAsync(session, ((QueryMessage)request) with { Query = known }, extras, response, cancellation);
                    return;
                }
            }
        }
        else if (request is ExecuteMessage execute && _ofSystemTables.ContainsKey(Convert.ToHexString(execute.StatementId.Span)))
        {
            await AnswerAsync(session, request, extras, response, cancellation);
            return;
        }

        await _handler.ExecuteAsync(session, request, extras, response, cancellation);
    }

    private static string? TextOf(Message request) => request switch
    {
        QueryMessage query => query.Query,
        PrepareMessage prepare => prepare.Query,
        _ => null,
    };

    private ErrorMessage? Refuse(string text)
    {
        if (text.StartsWith("DESC", StringComparison.OrdinalIgnoreCase) && !release.Is4)
            return new ErrorMessage(ErrorCode.SyntaxError, $"line 1:0 no viable alternative at input '{text.Split(' ')[0]}' ([{text.Split(' ')[0]}]...)");
        if (SystemTable().Match(text) is { Success: true } system && !release.HasSystemTable(system.Groups["keyspace"].Value, system.Groups["table"].Value))
            return release.UnknownTable(system.Groups["table"].Value);
        if (Definition().Match(text) is { Success: true } definition)
        {
            foreach (Match option in Option().Matches(definition.Groups["options"].Value))
            {
                if (release.RefuseOption(option.Groups["name"].Value, option.Groups["value"].Value) is { } unknown)
                    return unknown;
            }
        }

        return From().Match(text) is { Success: true } from && engine.Database.Schema.Table(Name(from.Groups["keyspace"].Value), Name(from.Groups["table"].Value)) is { } table ? RefuseTimes(text, table) : null;
    }

    private ErrorMessage? RefuseTimes(string text, TableMetadata table)
    {
        foreach (Match time in Time().Matches(text))
        {
            if (table.Column(Name(time.Groups["column"].Value)) is { } column
                && release.RefuseTime(time.Groups["function"].Value == "TTL" ? "ttl" : "writeTime", column.Name, column.Type.Unreversed is CollectionType, column.IsComplex) is { } refusal)
                return refusal;
        }

        return null;
    }

    private string WithKnownColumns(string text)
    {
        Match system = SystemTable().Match(text);
        string name = system.Groups["table"].Value;
        return text.StartsWith("SELECT * ", StringComparison.Ordinal) && engine.Database.Schema.Table(system.Groups["keyspace"].Value, name) is { } table
            ? $"SELECT {string.Join(", ", table.ColumnsInSelectOrder().Where(c => release.HasSystemColumn(name, c.Name)).Select(c => c.Name))} {text["SELECT * ".Length..]}"
            : text;
    }

    /// <summary>Answers with rows in which the release's own values stand.</summary>
    private async Task AnswerAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        using ServerResponse scratch = new(session.Version);
        await _handler.ExecuteAsync(session, request, extras, scratch, cancellation);
        byte[] body = scratch.Body(out EnvelopeFlags flags).ToArray();
        Message answer = Message.Read(new Envelope(new(session.Version, IsResponse: true, flags, 0, scratch.Opcode, (uint)body.Length), body), out _);
        response.Write(answer is RowsResult { Metadata.Columns.IsDefault: false } rows ? rows with { Content = Exchange(rows) } : answer);
    }

    private byte[] Exchange(RowsResult rows)
    {
        BufferWriter output = new();
        ReadOnlySpan<byte> content = rows.Content.Span;
        int position = 0;
        for (int i = 0; i < rows.RowCount * rows.Metadata.ColumnCount; i++)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(content[position..]);
            position += sizeof(int);
            byte[]? value = length < 0 ? null : content.Slice(position, length).ToArray();
            position += Math.Max(length, 0);
            if (release.ValueOf(rows.Metadata.Columns[i % rows.Metadata.ColumnCount].Name, value) is { } exchanged)
                output.WriteIntBytes(exchanged);
            else
                output.WriteInt32(-1);
        }

        return output.ToArray();
    }

    private static string Name(string identifier) => identifier.StartsWith('"') ? identifier[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : identifier;

    [GeneratedRegex(@" FROM (?<keyspace>system\w*)\.(?<table>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex SystemTable();

    [GeneratedRegex("""\sFROM (?<keyspace>\w+|"([^"]|"")+")\.(?<table>\w+|"([^"]|"")+")""", RegexOptions.ExplicitCapture)]
    private static partial Regex From();

    [GeneratedRegex("""(?<function>WRITETIME|TTL)\((?<column>\w+|"([^"]|"")+")\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Time();

    [GeneratedRegex(@"^CREATE (TABLE|MATERIALIZED VIEW) .*\) WITH (?<options>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"(^|\sAND )(?<name>\w+) = '?(?<value>[^'\r\n]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Option();
}
