using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Appends sections to one segment. A section and the marker that begins it go out in one write, so that what is written always ends
/// with a whole section or a torn one, never with a marker that promises what will be written later. Not thread-safe.
/// </summary>
internal sealed class CommitLogSegmentWriter : IDisposable
{
    private readonly IWritableFile _file;

    /// <summary>Creates a segment and writes its head; the head is durable with the first sync.</summary>
    public CommitLogSegmentWriter(IFileSystem files, string directory, CommitLogDescriptor descriptor)
    {
        Descriptor = descriptor;
        Path = System.IO.Path.Combine(directory, descriptor.FileName);
        _file = files.CreateLog(Path);
        BufferWriter head = new();
        descriptor.Write(head);
        _file.Write(head.WrittenSpan);
    }

    /// <summary>The segment's head.</summary>
    public CommitLogDescriptor Descriptor { get; }

    /// <summary>The segment's file.</summary>
    public string Path { get; }

    /// <summary>Position of the next section's marker.</summary>
    public int Position => checked((int)_file.Position);

    /// <summary>Writes a section: its bytes begin with room for the marker, which is filled in here.</summary>
    /// <param name="markerAndMutations">Eight bytes for the marker, then framed mutations.</param>
    public void WriteSection(Span<byte> markerAndMutations)
    {
        int position = Position;
        BinaryPrimitives.WriteInt32BigEndian(markerAndMutations, position + markerAndMutations.Length);
        BinaryPrimitives.WriteUInt32BigEndian(markerAndMutations[4..], CommitLogFormat.MarkerChecksum(Descriptor.Id, position));
        _file.Write(markerAndMutations);
    }

    /// <summary>Makes all sections durable.</summary>
    public void Sync() => _file.Sync();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
