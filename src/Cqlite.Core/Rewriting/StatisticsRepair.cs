using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Rewriting;

/// <summary>Puts single wrong bits of Statistics.db right, by the checksums of its directory and of its parts (drawn on <see cref="SSTableStatistics"/>).</summary>
internal static class StatisticsRepair
{
    private const int Field = sizeof(int);
    private const int LargestFile = 1 << 28;

    /// <summary>Tries to; what stays wrong the next reader complains about.</summary>
    public static void Run(RepairedFileSystem files, SSTableDescriptor descriptor, List<ScrubRepair> repairs)
    {
        string path = descriptor.PathOf(SSTableComponent.Statistics);
        if (!descriptor.Version.HasMetadataChecksum || !files.FileExists(path) || IsSound(files, path, descriptor))
            return;
        byte[] content = files.ReadAll(path, LargestFile);
        List<ScrubRepair> done = [];
        if (content.Length < 2 * Field || !Correct(content, 0, Field, Field, done))
            return;
        int count = BinaryPrimitives.ReadInt32BigEndian(content);
        int entries = count * 2 * Field;
        if (count is < 1 or > 4 || content.Length < (3 * Field) + entries)
            return;

        // The directory's checksum goes over the number and the entries, between which the number's own checksum stands.
        byte[] directory = [.. content.AsSpan(0, Field), .. content.AsSpan(2 * Field, entries + Field)];
        if (!Correct(directory, 0, Field + entries, Field + entries, done))
            return;
        directory.AsSpan(Field).CopyTo(content.AsSpan(2 * Field));

        for (int i = 0; i < count; i++)
        {
            int start = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan((3 * Field) + (i * 2 * Field)));
            int end = i + 1 < count ? BinaryPrimitives.ReadInt32BigEndian(content.AsSpan((3 * Field) + ((i + 1) * 2 * Field))) : content.Length;
            if (start < 0 || end > content.Length || end - start < Field || !Correct(content, start, end - Field, end - Field, done))
                return;
        }

        files.Replace(path, content);
        repairs.AddRange(done);
    }

    private static bool IsSound(RepairedFileSystem files, string path, SSTableDescriptor descriptor)
    {
        try
        {
            _ = SSTableStatistics.Read(files, path, descriptor.Version);
            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    private static bool Correct(byte[] content, int start, int end, int checksum, List<ScrubRepair> repairs)
    {
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(checksum));
        uint actual = Encoding.Crc32.Compute(content.AsSpan(start, end - start));
        if (actual == expected)
            return true;
        if (BitCorrection.Find(content.AsSpan(start, end - start), expected) is not { } wrong)
            return false;
        if (wrong.Mask == 0)
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(checksum), actual);
        else
            content[start + wrong.Offset] ^= wrong.Mask;
        repairs.Add(new ScrubRepair(SSTableComponent.Statistics.Name, start, $"one bit was wrong in the {end - start:N0} bytes from here or in their checksum; it was put right by the checksum."));
        return true;
    }
}
