using System.Security.Cryptography;
using System.Text;
using Cqlite.Core.Schema;
using Cqlite.Migration.Schemas;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;

namespace Cqlite.Migration.Copies;

/// <summary>Which ranges of a table a copy has done, in the target's notes.</summary>
/// <remarks><code>
/// copy SOURCE begun READ-AT DIGEST     the source's identity as a digest; the time at which its reading began; what rows look like
/// copy SOURCE done AFTER UP-TO         a range
/// copy SOURCE ended READ-AT DIGEST     all of the table, while other tables of the same copy are still to be done
/// </code></remarks>
internal sealed class CopyLedger
{
    private readonly ITableTarget _target;
    private readonly string _prefix;
    private readonly RangeSet _done;

    private readonly string _digest;

    private CopyLedger(ITableTarget target, string prefix, string digest, long readAtMicros, IEnumerable<TokenRange> done, bool isResumed)
    {
        _target = target;
        _prefix = prefix;
        _digest = digest;
        ReadAtMicros = readAtMicros;
        _done = new RangeSet(done);
        IsResumed = isResumed;
    }

    /// <summary>The time of what has one that the source does not tell.</summary>
    public long ReadAtMicros { get; }

    /// <summary>Whether an earlier copy is gone on with.</summary>
    public bool IsResumed { get; }

    /// <summary>Whether that copy has done all of the table.</summary>
    public bool IsEnded { get; private init; }

    /// <summary>Begins, or goes on where the same table of the same source was begun.</summary>
    public static CopyLedger Begin(ITableTarget target, IMigrationSource source, TableMetadata table, bool resume)
    {
        string prefix = PrefixOf(source);
        string digest = TableDigest.Of(table);
        string[][] lines = [.. target.DoneWork.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l.Split(' '))];
        if (resume && Array.Find(lines, l => l.Length == 5 && l[2] == "begun" && l[4] == digest) is { } begun
            && long.TryParse(begun[3], System.Globalization.CultureInfo.InvariantCulture, out long readAt))
        {
            List<TokenRange> done = [];
            foreach (string[] line in lines.Where(l => l.Length == 5 && l[2] == "done"))
            {
                if (TokenRange.TryParse(line[3], out Token after) && TokenRange.TryParse(line[4], out Token upTo))
                    done.Add(new TokenRange(after, upTo));
            }

            return new CopyLedger(target, prefix, digest, readAt, done, isResumed: true) { IsEnded = lines.Any(l => l.Length == 5 && l[2] == "ended" && l[4] == digest) };
        }

        target.ForgetWork(prefix);
        target.NoteWork(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}begun {source.ReadAtMicros} {digest}"));
        return new CopyLedger(target, prefix, digest, source.ReadAtMicros, [], isResumed: false);
    }

    /// <summary>What of ranges is still to be done.</summary>
    public IEnumerable<TokenRange> Pending(IEnumerable<TokenRange> ranges) => _done.Without(ranges);

    /// <summary>A range is done.</summary>
    public void Note(TokenRange range) => _target.NoteWork($"{_prefix}done {TokenRange.Format(range.After)} {TokenRange.Format(range.UpTo)}");

    /// <summary>All of the table is done.</summary>
    public void End() => _target.NoteWork(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_prefix}ended {ReadAtMicros} {_digest}"));

    /// <summary>All tables are done: nothing is left to go on with, and the next copy begins anew.</summary>
    public static void Forget(ITableTarget target, IMigrationSource source) => target.ForgetWork(PrefixOf(source));

    private static string PrefixOf(IMigrationSource source) =>
        $"copy {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Description.Identity)))[..16]} ";
}
