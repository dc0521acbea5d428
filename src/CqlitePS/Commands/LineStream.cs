using System.Text;
using Cqlite.Core.Files;

namespace CqlitePS.Commands;

/// <summary>Gives text that is written as UTF-8 to the pipeline, a line at a time, without gathering it.</summary>
internal sealed class LineStream(Action<object> write) : WriteOnlyStream
{
    private readonly MemoryStream _rest = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (int end = buffer.IndexOf((byte)'\n'); end >= 0; end = buffer.IndexOf((byte)'\n'))
        {
            _rest.Write(buffer[..end]);
            Emit();
            buffer = buffer[(end + 1)..];
        }

        _rest.Write(buffer);
    }

    /// <summary>Writes the last line, which may have no end, unless it is empty.</summary>
    public void Complete()
    {
        if (_rest.Length > 0)
            Emit();
    }

    public override void Flush()
    {
    }

    private void Emit()
    {
        ReadOnlySpan<byte> line = _rest.GetBuffer().AsSpan(0, (int)_rest.Length);
        string text = Encoding.UTF8.GetString(line);
        _rest.SetLength(0);
        write(text);
    }
}
