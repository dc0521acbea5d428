using System.Buffers.Binary;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Walks the mutations of one segment. A crash leaves the end of the last section torn: what fails there ends the walk after the last
/// whole mutation, and <see cref="TornAt"/> says where. What fails before data that were synced later was whole once, and so is damage:
/// <see cref="CorruptDataException"/>.
/// </summary>
internal sealed class CommitLogSegmentReader
{
    private readonly string _path;
    private readonly byte[] _content;
    private readonly bool _mayBeTorn;
    private readonly Compressor? _compressor;
    private byte[] _section = [];
    private int _sectionStart;
    private int _sectionEnd;
    private int _sectionLogicalStart;
    private bool _sectionIsLast;
    private bool _sectionIsCut;
    private int _next;
    private int _nextMarker;
    private int _nextLogicalStart;
    private int _mutationStart;
    private int _mutationLength;

    /// <summary>Reads a segment's head.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="path">The segment.</param>
    /// <param name="mayBeTorn">Whether it is the youngest segment, the only one that a crash can leave torn.</param>
    /// <exception cref="CorruptDataException">The head is damaged.</exception>
    /// <exception cref="UnsupportedFormatException">An unknown version or compressor, or encrypted.</exception>
    public CommitLogSegmentReader(IFileSystem files, string path, bool mayBeTorn)
    {
        _path = path;
        _mayBeTorn = mayBeTorn;
        _content = files.ReadAll(path, int.MaxValue / 2);
        SpanReader reader = new(_content, path);
        if (mayBeTorn && IsBlank(_content))
        {
            // The process died before it wrote the head: a segment without mutations.
            Descriptor = CommitLogDescriptor.Plain(CommitLogDescriptor.Version40, 0);
            _nextMarker = _content.Length;
            return;
        }

        try
        {
            Descriptor = CommitLogDescriptor.Read(ref reader);
        }
        catch (CorruptDataException) when (mayBeTorn && CommitLogDescriptor.TryParseFileName(System.IO.Path.GetFileName(path), out int version, out long id))
        {
            // The head was torn, if nothing follows it: it is synced before anything else is written.
            Descriptor = CommitLogDescriptor.Plain(version, id);
            if (HasSectionAfter(0, isHeadKnown: false))
                throw;
            TornAt = 0;
            _nextMarker = _content.Length;
            return;
        }

        if (CommitLogDescriptor.TryParseFileName(System.IO.Path.GetFileName(path), out _, out long named) && named != Descriptor.Id)
            throw new CorruptDataException(path, 4, $"the segment's head has the id {Descriptor.Id}, its file name {named}.");
        if (Descriptor.CompressionClass is { } name)
        {
            if (!CompressorFactory.TryCreate(name, Descriptor.CompressionOptions, out _compressor, out string? problem))
                throw new UnsupportedFormatException(path, problem);
        }

        _nextMarker = reader.Position;
        _nextLogicalStart = reader.Position;
    }

    /// <summary>The segment's head.</summary>
    public CommitLogDescriptor Descriptor { get; }

    /// <summary>The current mutation's bytes; valid until the next step.</summary>
    public ReadOnlySpan<byte> Mutation => _section.AsSpan(_mutationStart, _mutationLength);

    /// <summary>Uncompressed position of the byte after the current mutation, as flushed intervals of SSTables count them.</summary>
    public int PositionAfter => _sectionLogicalStart + (_next - _sectionStart);

    /// <summary>Where the segment was found torn; -1 when it ended in order.</summary>
    public long TornAt { get; private set; } = -1;

    /// <summary>Goes to the next mutation; false at the end.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (TornAt >= 0)
                return false;
            if (_next < _sectionEnd && TryReadMutation())
                return true;
            if (TornAt >= 0 || !MoveToNextSection())
                return false;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> content) => !content.ContainsAnyExcept((byte)0);

    private bool TryReadMutation()
    {
        ReadOnlySpan<byte> left = _section.AsSpan(_next, _sectionEnd - _next);
        if (left.Length < 4)
            return EndSection();
        int size = BinaryPrimitives.ReadInt32BigEndian(left);
        if (size == 0)
            return EndSection();
        if (size < CommitLogFormat.MinimumMutationLength)
            return Fail($"a mutation of {size:N0} bytes can't be.");
        if (left.Length < 8)
            return Fail("the section ends within a mutation's head.");
        uint checksum = CommitLogFormat.SizeChecksum(size);
        if (BinaryPrimitives.ReadUInt32BigEndian(left[4..]) != checksum)
            return Fail("the checksum of a mutation's size does not match.");
        if (size > left.Length - CommitLogFormat.MutationOverhead)
            return Fail($"a mutation of {size:N0} bytes runs past its section, which has {left.Length - 8:N0} left.");
        if (BinaryPrimitives.ReadUInt32BigEndian(left[(8 + size)..]) != Crc32.Update(checksum, left.Slice(8, size)))
            return Fail("a mutation's checksum does not match.");

        _mutationStart = _next + 8;
        _mutationLength = size;
        _next += size + CommitLogFormat.MutationOverhead;
        return true;
    }

    private bool EndSection()
    {
        _next = _sectionEnd;
        return false;
    }

    private bool MoveToNextSection()
    {
        if (_sectionIsCut)
            return Fail("the section ends with the file, before its end.");
        int marker = _nextMarker;
        if (marker > _content.Length - CommitLogFormat.MarkerLength)
            return false;

        SpanReader reader = new(_content.AsSpan(marker), _path, marker);
        int end = reader.ReadInt32();
        uint stored = reader.ReadUInt32();
        if (end == 0 && stored == 0)
            return false;

        // Everything up to the marker was synced before the marker was written; only what it begins can be torn.
        _sectionIsLast = true;
        _next = _sectionStart = _sectionEnd = marker;
        _sectionLogicalStart = marker;
        if (stored != CommitLogFormat.MarkerChecksum(Descriptor.Id, marker))
            return Fail("a sync marker's checksum does not match.");
        if (end < marker + CommitLogFormat.MarkerLength)
            return Fail($"a sync marker points back, to byte {end:N0}.");
        bool isCut = end > _content.Length;
        if (isCut && !_mayBeTorn)
            return Fail($"a sync marker points to byte {end:N0}, past the end of the file.");

        _sectionIsLast = isCut || !HasMarkerAt(end);
        _sectionIsCut = isCut;
        int dataStart = marker + CommitLogFormat.MarkerLength;
        int dataEnd = Math.Min(end, _content.Length);
        _nextMarker = end;
        if (_compressor is null)
        {
            _section = _content;
            _next = _sectionStart = _sectionLogicalStart = dataStart;
            _sectionEnd = dataEnd;
            return true;
        }

        return Decompress(dataStart, dataEnd);
    }

    private bool Decompress(int dataStart, int dataEnd)
    {
        _next = _sectionStart = _sectionEnd = dataStart;
        if (dataEnd - dataStart < 4)
            return Fail("the section is too short for a compressed one.");
        int length = BinaryPrimitives.ReadInt32BigEndian(_content.AsSpan(dataStart));
        int compressed = dataEnd - dataStart - 4;

        // No compressor of Cassandra's does better than this, so that a larger length is not worth the memory.
        if (length < 0 || length > (compressed + 64L) * 32_768)
            return Fail($"a section of {length:N0} bytes can't come out of {compressed:N0} compressed ones.");
        byte[] section = new byte[length];
        int produced = _compressor!.Decompress(_content.AsSpan(dataStart + 4, compressed), section);
        if (produced != length)
        {
            string problem = produced < 0 ? DecompressionFailure.Describe(produced) : $"{produced:N0} bytes came out instead of {length:N0}";
            return Fail($"the section does not decompress: {problem}.");
        }

        _section = section;
        _next = _sectionStart = 0;
        _sectionEnd = length;
        _sectionLogicalStart = _nextLogicalStart + CommitLogFormat.MarkerLength;
        _nextLogicalStart = _sectionLogicalStart + length;
        return true;
    }

    private bool HasMarkerAt(int position) => position <= _content.Length - CommitLogFormat.MarkerLength
        && BinaryPrimitives.ReadUInt32BigEndian(_content.AsSpan(position + 4)) == CommitLogFormat.MarkerChecksum(Descriptor.Id, position);

    /// <summary>
    /// Whether another section follows somewhere, though a marker does not lead there: a marker's own checksum does not cover where it
    /// points to. A false find is as good as impossible, since marker, its end and what it begins with must all fit.
    /// </summary>
    private bool HasSectionAfter(int offset, bool isHeadKnown = true)
    {
        for (int at = offset + 1; at <= _content.Length - CommitLogFormat.MarkerLength - 4; at++)
        {
            int end = BinaryPrimitives.ReadInt32BigEndian(_content.AsSpan(at));
            if (end < at + CommitLogFormat.MarkerLength || end > _content.Length || !HasMarkerAt(at))
                continue;
            int size = BinaryPrimitives.ReadInt32BigEndian(_content.AsSpan(at + CommitLogFormat.MarkerLength));
            if (_compressor is not null || !isHeadKnown
                ? size >= 0
                : at + 16 <= _content.Length && BinaryPrimitives.ReadUInt32BigEndian(_content.AsSpan(at + 12)) == CommitLogFormat.SizeChecksum(size))
                return true;
        }

        return false;
    }

    private bool Fail(string problem)
    {
        long offset = _compressor is null ? _next : _nextMarker;
        if (!_mayBeTorn || !_sectionIsLast || HasSectionAfter((int)offset))
            throw new CorruptDataException(_path, offset, $"{problem} What follows was synced after it, so that this is damage and not the end of the log.");
        TornAt = offset;
        return false;
    }
}
