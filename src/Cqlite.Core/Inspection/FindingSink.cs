using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>Places findings, passes each on once, and counts them.</summary>
internal sealed class FindingSink(SSTableDescriptor descriptor, Action<VerificationFinding> found)
{
    /// <summary>Enough to know again what another step comes upon; more would only grow.</summary>
    private const int MostRemembered = 10_000;

    private readonly HashSet<(string Component, long Offset, string Text)> _known = [];
    private readonly BufferWriter _text = new();

    /// <summary>The current step.</summary>
    public VerificationStep Step { get; set; }

    /// <summary>Errors so far.</summary>
    public long ErrorCount { get; private set; }

    /// <summary>Warnings so far.</summary>
    public long WarningCount { get; private set; }

    /// <summary>Type of partition keys, once it is known.</summary>
    public CqlType? KeyType { get; set; }

    /// <summary>Adds an error.</summary>
    public void Error(SSTableComponent component, long offset, string text, ReadOnlySpan<byte> key = default) =>
        Add(FindingSeverity.Error, component, offset, text, key);

    /// <summary>Adds a warning.</summary>
    public void Warning(SSTableComponent component, long offset, string text, ReadOnlySpan<byte> key = default) =>
        Add(FindingSeverity.Warning, component, offset, text, key);

    /// <summary>Adds what an exception tells.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="component">The component that was read, for exceptions that name none.</param>
    /// <param name="key">The partition, where there is one.</param>
    public void Error(CqliteException exception, SSTableComponent component, ReadOnlySpan<byte> key = default)
    {
        switch (exception)
        {
            case CorruptDataException corrupt:
                Error(ComponentOf(corrupt.File, component), corrupt.Offset, corrupt.Problem, key);
                break;
            case StorageException storage:
                Error(ComponentOf(storage.Path, component), -1, WithoutPath(storage.Message, storage.Path), key);
                break;
            case UnsupportedFormatException { File: { } file } unsupported:
                Error(ComponentOf(file, component), -1, WithoutPath(unsupported.Message, file), key);
                break;
            default:
                Error(component, -1, exception.Message, key);
                break;
        }
    }

    private static string WithoutPath(string message, string path) =>
        message.StartsWith(path + ": ", StringComparison.Ordinal) ? message[(path.Length + 2)..] : message;

    private SSTableComponent ComponentOf(string file, SSTableComponent other)
    {
        string name = Path.GetFileName(file);
        return name.StartsWith(descriptor.FilePrefix, StringComparison.Ordinal) ? new SSTableComponent(name[descriptor.FilePrefix.Length..]) : other;
    }

    private void Add(FindingSeverity severity, SSTableComponent component, long offset, string text, ReadOnlySpan<byte> key)
    {
        if (_known.Contains((component.Name, offset, text)))
            return;
        if (_known.Count < MostRemembered)
            _known.Add((component.Name, offset, text));
        if (severity == FindingSeverity.Error)
            ErrorCount++;
        else
            WarningCount++;
        found(new VerificationFinding(severity, Step, component.Name, descriptor.PathOf(component), offset, TextOf(key), text));
    }

    private string? TextOf(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return null;
        if (KeyType is null)
            return "0x" + Convert.ToHexStringLower(key);
        try
        {
            _text.Clear();
            KeyType.WriteText(key, _text);
            return _text.ToString();
        }
        catch (InvalidQueryException)
        {
            return "0x" + Convert.ToHexStringLower(key);
        }
    }
}
