using System.Buffers.Binary;
using System.Collections.Concurrent;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Serving;

/// <summary>A page of a table that a client asked for.</summary>
/// <param name="Number">Which one it is of all, from 1.</param>
/// <param name="After">The token behind which its range begins.</param>
/// <param name="UpTo">The last token of its range.</param>
/// <param name="PageSize">Rows that were asked for.</param>
/// <param name="IsFirst">Whether it is the range's first one.</param>
/// <param name="Text">The statement.</param>
internal sealed record AskedPage(int Number, long After, long UpTo, int PageSize, bool IsFirst, string Text);

/// <summary>A write that a client asked for.</summary>
/// <param name="Number">Which one it is of all, from 1.</param>
/// <param name="Text">The statement; empty for a batch.</param>
internal sealed record AskedWrite(int Number, string Text);

/// <summary>Answers from a database, but for the requests at which a test has something else happen: pages of ranges that are read, and writes.</summary>
internal sealed class FaultyHandler(QueryEngine engine) : IRequestHandler
{
    private readonly DatabaseRequestHandler _handler = new(engine, ServerOptions.Default);
    private readonly ConcurrentDictionary<string, string> _prepared = new(StringComparer.Ordinal);
    private int _pages;
    private int _writes;

    /// <summary>Called before a page is answered; an error that it gives is the answer in place of the page.</summary>
    public Func<AskedPage, ErrorMessage?>? OnPage { get; set; }

    /// <summary>Called before a write; an error that it gives is the answer, and nothing is written.</summary>
    public Func<AskedWrite, ErrorMessage?>? OnWrite { get; set; }

    /// <summary>Called after a write; an error that it gives is the answer, though all is written.</summary>
    public Func<AskedWrite, ErrorMessage?>? OnWritten { get; set; }

    /// <summary>All pages that were asked for.</summary>
    public ConcurrentQueue<AskedPage> Pages { get; } = [];

    /// <summary>Writes that were asked for.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (request is PrepareMessage prepare)
            _prepared[Convert.ToHexString(PreparedResult.ComputeId(prepare.Query, null))] = prepare.Query;
        if (PageOf(request) is { } page)
        {
            Pages.Enqueue(page);
            if (OnPage?.Invoke(page) is { } error)
                response.Write(error);
            else
                await _handler.ExecuteAsync(session, request, extras, response, cancellation);
            return;
        }

        AskedWrite? write = WriteOf(request);
        if (write is not null && OnWrite?.Invoke(write) is { } refusal)
        {
            response.Write(refusal);
            return;
        }

        await _handler.ExecuteAsync(session, request, extras, response, cancellation);
        if (write is not null && OnWritten?.Invoke(write) is { } lost)
            response.Write(lost);
    }

    private AskedPage? PageOf(Message request)
    {
        if (request is not ExecuteMessage { Parameters: { PageSize: { } size, Values: [var after, var upTo] } parameters } execute)
            return null;
        string text = TextOf(execute);
        if (!text.Contains("WHERE token(", StringComparison.Ordinal))
            return null;
        return new AskedPage(
            Interlocked.Increment(ref _pages),
            BinaryPrimitives.ReadInt64BigEndian(after.Bytes.Span),
            BinaryPrimitives.ReadInt64BigEndian(upTo.Bytes.Span),
            size,
            parameters.PagingState is null,
            text);
    }

    private AskedWrite? WriteOf(Message request)
    {
        string? text = request is BatchMessage ? "" : request is ExecuteMessage execute ? TextOf(execute) : null;
        return text is null || text.StartsWith("SELECT", StringComparison.Ordinal) ? null : new AskedWrite(Interlocked.Increment(ref _writes), text);
    }

    private string TextOf(ExecuteMessage execute) => _prepared.GetValueOrDefault(Convert.ToHexString(execute.StatementId.Span), "");
}
