using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables;

/// <summary>
/// The log of a flush or compaction that was under way: which SSTables it was making and which it was replacing. Until it
/// is committed the new ones do not count; once it is, the old ones do not, though their files may still be there.
/// </summary>
/// <remarks>
/// <code>
/// nb_txn_compaction_UUID.log      (before 4.0 ma_txn_..., BTI bti-da_txn_...)
/// ADD:[/path/nb-3-big-,0,8][2817301284]               text lines: kind, path, last change in ms, number of files; CRC-32
/// REMOVE:[/path/nb-1-big-,1463733000000,8][1372047449]
/// COMMIT:[,0,0][2613697770]                           or ABORT
/// </code>
/// The CRC covers the path, the kind, both halves (low first) of the time, and the number. Files are matched by name within the log's
/// own folder, so that a copied directory means the same. Source: org/apache/cassandra/db/lifecycle/{LogFile,LogRecord}.java.
/// </remarks>
internal sealed partial class TransactionLog
{
    private readonly string _path;
    private readonly List<Record> _records;

    private TransactionLog(string path, List<Record> records)
    {
        _path = path;
        _records = records;
    }

    private enum Outcome
    {
        Unfinished,
        Committed,
        Aborted,
    }

    /// <summary>Whether a file's name is that of such a log.</summary>
    public static bool IsLogName(string name) => LogName().IsMatch(name);

    /// <summary>Reads a log. A last line that was cut off while it was written is left out.</summary>
    public static TransactionLog Read(IFileSystem files, string path)
    {
        string[] lines = System.Text.Encoding.UTF8.GetString(files.ReadAll(path, 64 << 20))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        List<Record> records = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            if (TryParse(lines[i], out Record record))
                records.Add(record);
            else if (i < lines.Length - 1)
                throw new CorruptDataException(path, -1, $"line {i + 1} of the transaction log does not match its checksum: '{lines[i]}'.");
        }

        return new TransactionLog(path, records);
    }

    /// <summary>File prefixes (<c>nb-3-big-</c>) of the SSTables that do not count.</summary>
    /// <param name="paths">The files in the log's folder.</param>
    public IEnumerable<string> VoidPrefixes(IReadOnlyList<string> paths)
    {
        Outcome outcome = _records.Count == 0 ? Outcome.Unfinished : _records[^1].Kind switch
        {
            "COMMIT" => Outcome.Committed,
            "ABORT" => Outcome.Aborted,
            _ => Outcome.Unfinished,
        };
        if (outcome == Outcome.Unfinished)
        {
            foreach (Record record in _records.Where(r => r.Kind == "REMOVE"))
            {
                int present = paths.Count(p => Path.GetFileName(p).StartsWith(record.Prefix, StringComparison.Ordinal));
                if (present < record.FileCount)
                {
                    throw new CorruptDataException(
                        _path,
                        -1,
                        $"the transaction is not committed, yet of {record.Prefix}* only {present} of {record.FileCount} files are left.");
                }
            }
        }

        string voided = outcome == Outcome.Committed ? "REMOVE" : "ADD";
        return _records.Where(r => r.Kind == voided).Select(r => r.Prefix);
    }

    /// <summary>A line of the log, without its end.</summary>
    /// <param name="kind">ADD, REMOVE, COMMIT or ABORT.</param>
    /// <param name="path">What the names of an SSTable's components begin with; empty where the kind has none.</param>
    /// <param name="lastChangeMillis">Of an SSTable that is replaced, when it was last changed; else 0.</param>
    /// <param name="fileCount">Number of its files.</param>
    public static string FormatRecord(string kind, string path, long lastChangeMillis, int fileCount) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}:[{path},{lastChangeMillis},{fileCount}][{ChecksumOf(kind, path, lastChangeMillis, fileCount)}]");

    private static uint ChecksumOf(string kind, string path, long time, int count)
    {
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(numbers, (int)time);
        BinaryPrimitives.WriteInt32BigEndian(numbers[4..], (int)(time >> 32));
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], count);
        uint crc = Crc32.Update(0, System.Text.Encoding.UTF8.GetBytes(path));
        crc = Crc32.Update(crc, System.Text.Encoding.UTF8.GetBytes(kind));
        return Crc32.Update(crc, numbers);
    }

    private static bool TryParse(string line, out Record record)
    {
        record = default;
        Match match = Line().Match(line);
        if (!match.Success
            || !long.TryParse(match.Groups["time"].ValueSpan, CultureInfo.InvariantCulture, out long time)
            || !int.TryParse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture, out int count)
            || !long.TryParse(match.Groups["crc"].ValueSpan, CultureInfo.InvariantCulture, out long checksum))
        {
            return false;
        }

        string kind = match.Groups["kind"].Value.ToUpperInvariant();
        string path = match.Groups["path"].Value;
        record = new Record(kind, path[(path.LastIndexOfAny(['/', '\\']) + 1)..], count);
        return ChecksumOf(kind, path, time, count) == checksum;
    }

    [GeneratedRegex("^(?:(?:[a-z]+-)?.{2}_)?txn_.*_.*\\.log$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex LogName();

    [GeneratedRegex("^(?<kind>add|remove|commit|abort):\\[(?<path>[^,]*),?(?<time>[^,]*),?(?<count>[^,]*)\\]\\[(?<crc>\\d*)\\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Line();

    private readonly record struct Record(string Kind, string Prefix, int FileCount);
}
