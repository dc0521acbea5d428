using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>Reads serialized mutations of one messaging version, one after the other. One for each thread.</summary>
/// <param name="version">How they are laid out.</param>
/// <param name="findTable">Finds a table by its id; null for one that is not known, such as one that was dropped.</param>
internal sealed class MutationDecoder(MessagingVersion version, Func<Guid, TableMetadata?> findTable)
{
    private readonly DataWindow _window = new();
    private readonly Dictionary<Guid, PartitionUpdateCursor?> _cursors = [];

    /// <summary>The id of the first table that a mutation updates, without decoding it; null when it is too short to have one.</summary>
    public static Guid? FirstTable(ReadOnlySpan<byte> mutation) =>
        VInt.TryReadUnsigned(mutation, out _, out int length) && mutation.Length >= length + PartitionUpdate.TableIdLength
            ? new Guid(mutation.Slice(length, PartitionUpdate.TableIdLength), bigEndian: true)
            : null;

    /// <summary>Decodes a mutation and hands over its updates, each a cursor that stands before its one partition.</summary>
    /// <param name="mutation">The bytes.</param>
    /// <param name="source">What errors name as their file.</param>
    /// <param name="apply">Takes an update; what it leaves unread is passed over.</param>
    /// <returns>
    /// Null; or the id of a table that is not known, and then nothing was handed over: where an update ends only its table tells, and
    /// half a mutation is no mutation.
    /// </returns>
    /// <exception cref="CorruptDataException">The bytes are no mutation.</exception>
    public Guid? Read(ReadOnlySpan<byte> mutation, string source, Action<PartitionUpdateCursor> apply)
    {
        _window.Fill(mutation, source);
        SpanReader reader = new(mutation, source);
        int count = reader.ReadUnsignedVInt32();
        reader.CheckCount(count, PartitionUpdate.TableIdLength);
        if (count == 0)
            reader.Throw("a mutation without updates.");
        int start = reader.Position;
        if (count > 1)
        {
            // All tables must be known before the first update is handed over.
            for (int i = 0; i < count; i++)
            {
                if (!TryBegin(ref start, mutation, source, out PartitionUpdateCursor? cursor, out Guid unknown))
                    return unknown;
                cursor.SkipRest();
                start = _window.Position;
            }

            start = reader.Position;
        }

        for (int i = 0; i < count; i++)
        {
            if (!TryBegin(ref start, mutation, source, out PartitionUpdateCursor? cursor, out Guid unknown))
                return unknown;
            apply(cursor);
            cursor.SkipRest();
            start = _window.Position;
        }

        if (start != mutation.Length)
            throw new CorruptDataException(source, start, $"the mutation ends here, but has {mutation.Length:N0} bytes.");
        return null;
    }

    /// <summary>A cursor that stands before the partition of one update, which is no whole mutation.</summary>
    /// <param name="update">The bytes, the table's id first; its table must be known.</param>
    /// <param name="source">What errors name as their file.</param>
    public PartitionUpdateCursor BeginUpdate(ReadOnlySpan<byte> update, string source)
    {
        _window.Fill(update, source);
        int start = 0;
        return TryBegin(ref start, update, source, out PartitionUpdateCursor? cursor, out Guid unknown)
            ? cursor
            : throw new ArgumentException($"table {unknown} is not known.", nameof(update));
    }

    private bool TryBegin(ref int start, ReadOnlySpan<byte> mutation, string source, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PartitionUpdateCursor? cursor, out Guid id)
    {
        SpanReader reader = new(mutation[start..], source, start);
        id = new Guid(reader.ReadBytes(PartitionUpdate.TableIdLength), bigEndian: true);
        if (!_cursors.TryGetValue(id, out cursor))
            _cursors.Add(id, cursor = findTable(id) is { } table ? new PartitionUpdateCursor(table, version, _window) : null);
        if (cursor is null)
            return false;
        _window.Position = start + PartitionUpdate.TableIdLength;
        cursor.Begin();
        return true;
    }
}
