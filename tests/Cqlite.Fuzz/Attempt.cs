using System.Diagnostics.CodeAnalysis;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Inspection;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Fuzz;

/// <summary>What came of reading a damaged SSTable.</summary>
internal enum Outcome
{
    /// <summary>Every read gave the right data, and verification found the damage.</summary>
    EqualAndFound,

    /// <summary>Every read gave the right data, and verification found nothing.</summary>
    EqualAndNotFound,

    /// <summary>At least one read failed with a typed error; the others gave the right data.</summary>
    Refused,

    /// <summary>A read gave other data, which nothing in the format protects from; verification found the damage.</summary>
    Unprotected,

    /// <summary>The same, and verification found nothing either: the damage left another SSTable that is as sound as the first.</summary>
    UnprotectedAndNotFound,

    /// <summary>What must not be.</summary>
    Failed,
}

/// <summary>Opens, reads and verifies one SSTable again and again, each time with one damage. Belongs to one thread.</summary>
internal sealed class Attempt
{
    /// <summary>The most that one attempt may allocate, all reads and the verification together.</summary>
    public const long MostAllocatedBytes = 64L << 20;

    private const int MostKeys = 5;

    private readonly FuzzTarget _target;
    private readonly MemoryFiles _files;
    private readonly BufferWriter _output = new(1 << 16);
    private readonly byte[] _scan;
    private readonly List<(byte[] Key, byte[] Content)> _lookups = [];
    private readonly byte[]? _strange;

    /// <summary>Reads the SSTable as it is.</summary>
    public Attempt(FuzzTarget target)
    {
        _target = target;
        _files = new MemoryFiles(target.Descriptor.Directory, target.Descriptor.FilePrefix);
        using SSTable sstable = SSTable.Open(_files, target.Descriptor);
        ContentReader.Scan(sstable, _output);
        _scan = _output.ToArray();
        List<byte[]> keys = [];
        using (UnfilteredCursor cursor = sstable.Read(ReadRequest.All))
        {
            while (cursor.MoveToNextPartition())
                keys.Add(cursor.PartitionKey.ToArray());
        }

        for (int i = 0; i < Math.Min(MostKeys, keys.Count); i++)
        {
            byte[] key = keys[(int)((long)i * (keys.Count - 1) / Math.Max(1, Math.Min(MostKeys, keys.Count) - 1))];
            _output.Clear();
            ContentReader.Lookup(sstable, key, _output);
            _lookups.Add((key, _output.ToArray()));
        }

        _strange = StrangeKey(keys);
        int findings = 0;
        new SSTableVerifier(_files, target.Descriptor, new SSTableVerifierOptions { Depth = VerificationDepth.Extended }).Verify(_ => findings++);
        if (findings > 0)
            throw new InvalidOperationException($"{target} does not verify as it is.");
    }

    /// <summary>Tries one damage.</summary>
    /// <param name="damage">The damage.</param>
    /// <param name="problem">What must not be; null else.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What is not a typed error is what is looked for.")]
    public Outcome Try(in Damage damage, out string? problem)
    {
        problem = null;
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _files.Apply(damage);
            List<string> different = [];
            bool isRefused = Read(different);
            int findings = 0;
            new SSTableVerifier(_files, _target.Descriptor, new SSTableVerifierOptions { Depth = VerificationDepth.Extended }).Verify(_ => findings++);

            long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            if (allocated > MostAllocatedBytes)
            {
                problem = $"{allocated:N0} bytes were allocated";
                return Outcome.Failed;
            }

            if (different.Count > 0)
            {
                if (Unprotected.ReasonOf(_target.Descriptor.Version, damage, different) is not null)
                    return findings > 0 ? Outcome.Unprotected : Outcome.UnprotectedAndNotFound;
                problem = $"{string.Join(" and ", different)} gave other data; verification found {findings}";
                return Outcome.Failed;
            }

            if (isRefused && findings == 0)
            {
                problem = "a read failed, but verification found nothing";
                return Outcome.Failed;
            }

            return isRefused ? Outcome.Refused : findings > 0 ? Outcome.EqualAndFound : Outcome.EqualAndNotFound;
        }
        catch (Exception exception)
        {
            problem = exception.ToString();
            return Outcome.Failed;
        }
        finally
        {
            _files.Restore();
        }
    }

    /// <summary>A key of no partition, as long as one that is there; null where there seems to be none.</summary>
    private static byte[]? StrangeKey(List<byte[]> keys)
    {
        const int mostTries = 1000;
        HashSet<string> taken = [.. keys.Select(Convert.ToHexString)];
        Random random = new(keys.Count);
        for (int i = 0; i < mostTries; i++)
        {
            byte[] key = keys[0].AsSpan().ToArray();
            key[random.Next(key.Length)] = (byte)random.Next(256);
            key[^1] = (byte)random.Next(256);
            if (!taken.Contains(Convert.ToHexString(key)))
                return key;
        }

        return null;
    }

    /// <summary>Reads in every way; tells whether one was refused, and which gave other data.</summary>
    private bool Read(List<string> different)
    {
        SSTable sstable;
        try
        {
            sstable = SSTable.Open(_files, _target.Descriptor);
        }
        catch (CqliteException)
        {
            return true;
        }

        using (sstable)
        {
            bool isRefused = false;
            try
            {
                _output.Clear();
                ContentReader.Scan(sstable, _output);
                if (!_output.WrittenSpan.SequenceEqual(_scan))
                    different.Add(Unprotected.ScanName);
            }
            catch (CqliteException)
            {
                isRefused = true;
            }

            foreach ((byte[] key, byte[] content) in _lookups)
            {
                try
                {
                    _output.Clear();
                    ContentReader.Lookup(sstable, key, _output);
                    if (!_output.WrittenSpan.SequenceEqual(content))
                        different.Add(Unprotected.LookupName);
                }
                catch (CqliteException)
                {
                    isRefused = true;
                }
            }

            try
            {
                if (_strange is not null && ContentReader.Has(sstable, _strange))
                    different.Add("a lookup of no partition");
            }
            catch (CqliteException)
            {
                isRefused = true;
            }

            return isRefused;
        }
    }
}
