using System.Diagnostics;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Output;

/// <summary>Prints results as UTF-8 while they are read: the first row at once, then whenever a buffer is full.</summary>
public abstract class ResultWriter
{
    private const int FlushAtBytes = 64 << 10;

    private protected ResultWriter()
    {
    }

    /// <summary>The writer of a format.</summary>
    public static ResultWriter For(ResultFormat format) => format switch
    {
        ResultFormat.Table => new TableResultWriter(),
        ResultFormat.Csv => new CsvResultWriter(),
        ResultFormat.Json => new JsonResultWriter(asLines: false),
        ResultFormat.JsonLines => new JsonResultWriter(asLines: true),
        ResultFormat.Line => new LineResultWriter(),
        ResultFormat.Expanded => new ExpandedResultWriter(),
        ResultFormat.Wire => new WireResultWriter(),
        _ => new CountingResultWriter(),
    };

    /// <summary>Reads and prints all rows; returns how many there were.</summary>
    public long Write(QueryResult result, Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        long started = Stopwatch.GetTimestamp();
        var buffer = new BufferWriter(FlushAtBytes * 2);
        long rows = 0;
        Begin(result, buffer);
        while (result.MoveNext())
        {
            WriteRow(result, rows, buffer);
            rows++;
            if (rows == 1 || buffer.Length >= FlushAtBytes)
                Flush(buffer, output);
            if ((rows & 0xFF) == 0)
                cancellation.ThrowIfCancellationRequested();
        }

        End(result, rows, Stopwatch.GetElapsedTime(started), buffer);
        Flush(buffer, output);
        return rows;
    }

    private protected virtual void Begin(QueryResult result, BufferWriter output)
    {
    }

    private protected abstract void WriteRow(QueryResult result, long index, BufferWriter output);

    private protected virtual void End(QueryResult result, long rows, TimeSpan elapsed, BufferWriter output)
    {
    }

    private static void Flush(BufferWriter buffer, Stream output)
    {
        if (buffer.Length == 0)
            return;
        output.Write(buffer.WrittenSpan);
        output.Flush();
        buffer.Clear();
    }

    /// <summary>Reads rows and prints their number and the time it took.</summary>
    private sealed class CountingResultWriter : ResultWriter
    {
        private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
        {
            for (int i = 0; i < result.Columns.Length; i++)
                result.GetValue(i, out _);
        }

        private protected override void End(QueryResult result, long rows, TimeSpan elapsed, BufferWriter output) =>
            output.WriteText($"{rows} rows in {elapsed.TotalMilliseconds.ToString("F1", System.Globalization.CultureInfo.InvariantCulture)} ms\n");
    }
}
