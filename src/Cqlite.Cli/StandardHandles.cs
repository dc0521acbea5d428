using Cqlite.Core.Files;

namespace Cqlite.Cli;

/// <summary>
/// Standard input, output and error where the caller has closed them, as in <c>2&gt;&amp;-</c>, or where they can't be written. What is closed at the start the runtime uses
/// for files of its own: nothing may be read from there or written to it.
/// </summary>
internal static class StandardHandles
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>Whether there is a standard output.</summary>
    public static bool HasOutput { get; } = Platform.IsInherited(Output);

    /// <summary>Opens standard input: it is empty where it was closed.</summary>
    public static Stream OpenInput() => Platform.IsInherited(Input) ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>
    /// Has what is told on standard error forgotten where nobody can take it, such as a log on a full disk: that is no reason to end an export. What is printed on standard
    /// output is what was asked for: that it can't be written is an error.
    /// </summary>
    public static void Settle()
    {
        Console.SetError(Platform.IsInherited(Error) ? new Forgiving(Console.Error) : TextWriter.Null);
        if (!HasOutput)
            Console.SetOut(new StreamWriter(new ClosedOutput()) { AutoFlush = true });
    }

    /// <summary>Standard output that was closed: whoever writes to it is told.</summary>
    internal sealed class ClosedOutput : WriteOnlyStream
    {
        /// <inheritdoc/>
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!buffer.IsEmpty)
                throw new IOException("it is closed.");
        }

        /// <inheritdoc/>
        public override void Flush()
        {
            // Nothing is kept back.
        }
    }

    /// <summary>Standard error, whose loss is nobody's end.</summary>
    private sealed class Forgiving(TextWriter target) : TextWriter(target.FormatProvider)
    {
        public override System.Text.Encoding Encoding => target.Encoding;

        public override void Write(char value) => Try(() => target.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => target.Write(buffer, index, count));

        public override void Write(string? value) => Try(() => target.Write(value));

        public override void WriteLine(string? value) => Try(() => target.WriteLine(value));

        public override void Flush() => Try(target.Flush);

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // There is nobody left to tell.
            }
        }
    }
}
