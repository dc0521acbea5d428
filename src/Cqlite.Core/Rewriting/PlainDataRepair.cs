using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>Checks data that is not compressed against CRC.db, or where that is of no use against Digest.crc32, and puts single wrong bits right.</summary>
internal static class PlainDataRepair
{
    private const int Field = sizeof(int);
    private const int LargestPart = 1 << 20;

    /// <summary>Checks every part.</summary>
    public static void Run(RepairedFileSystem files, SSTableDescriptor descriptor, bool omitUnverified, List<ScrubRepair> repairs, CancellationToken cancellation)
    {
        string dataPath = descriptor.PathOf(SSTableComponent.Data);
        string crcPath = descriptor.PathOf(SSTableComponent.Crc);
        byte[] crc = files.FileExists(crcPath) ? files.ReadAll(crcPath, int.MaxValue - 64) : [];
        using IReadableFile data = files.OpenRead(dataPath);
        int partLength = crc.Length >= Field ? BinaryPrimitives.ReadInt32BigEndian(crc) : 0;
        long parts = partLength is > 0 and <= LargestPart && BitOperations.IsPow2(partLength) ? (data.Length + partLength - 1) / partLength : -1;
        if (parts < 0 || crc.Length != Field + (parts * Field))
        {
            if (crc.Length > 0 || files.FileExists(crcPath))
                repairs.Add(new ScrubRepair(SSTableComponent.Crc.Name, -1, "it does not fit the data and was not used."));
            files.Hide(crcPath);
            if (!DigestHolds(files, descriptor, data, cancellation))
                repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, -1, "there is no checksum that holds for it: whatever decodes was kept, unverified."));
            return;
        }

        byte[] buffer = new byte[partLength];
        byte[] repaired = [.. crc];
        bool allHold = true;
        for (int part = 0; part < parts; part++)
        {
            cancellation.ThrowIfCancellationRequested();
            long offset = (long)part * partLength;
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(partLength, data.Length - offset));
            data.ReadExactly(offset, bytes);
            Span<byte> stored = repaired.AsSpan(Field + (part * Field));
            uint expected = BinaryPrimitives.ReadUInt32BigEndian(stored);
            uint actual = Crc32.Compute(bytes);
            if (actual == expected)
                continue;
            if (BitCorrection.Find(bytes, expected) is not { } wrong)
            {
                allHold = false;
                repairs.Add(new ScrubRepair(
                    SSTableComponent.Data.Name,
                    offset,
                    $"the {bytes.Length:N0} bytes from here do not have the checksum that CRC.db says; {(omitUnverified ? "they were left out" : "whatever decodes was kept, unverified")}."));
            }
            else if (wrong.Mask == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(stored, actual);
                repairs.Add(new ScrubRepair(SSTableComponent.Crc.Name, Field + ((long)part * Field), "one bit of the checksum was wrong."));
            }
            else
            {
                files.Flip(dataPath, offset + wrong.Offset, wrong.Mask);
                repairs.Add(new ScrubRepair(SSTableComponent.Data.Name, offset + wrong.Offset, $"bit {wrong.Mask:x2} was wrong; it was put right by the checksum."));
            }
        }

        if (allHold || omitUnverified)
            files.Replace(crcPath, repaired);
        else
            files.Hide(crcPath);
    }

    private static bool DigestHolds(RepairedFileSystem files, SSTableDescriptor descriptor, IReadableFile data, CancellationToken cancellation)
    {
        string path = descriptor.PathOf(SSTableComponent.Digest);
        if (!files.FileExists(path) || files.GetLength(path) is 0 or > 64)
            return false;
        if (!uint.TryParse(System.Text.Encoding.UTF8.GetString(files.ReadAll(path, 64)), NumberStyles.None, CultureInfo.InvariantCulture, out uint expected))
            return false;
        byte[] buffer = new byte[LargestPart];
        uint crc = 0;
        for (long offset = 0; offset < data.Length; offset += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, data.Length - offset));
            data.ReadExactly(offset, bytes);
            crc = Crc32.Update(crc, bytes);
        }

        return crc == expected;
    }
}
