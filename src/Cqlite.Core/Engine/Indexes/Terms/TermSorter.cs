using Cqlite.Core.Encoding;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Indexes.Terms;

/// <summary>Sorts terms with their places, by term and then by place. What is more than fits in memory is put aside in sorted files and merged.</summary>
internal sealed class TermSorter : IDisposable
{
    private const int PieceBytes = 64 * 1024;
    private const int EntryBytes = 24;
    private readonly TermOrder _order;
    private readonly IFileSystem _files;
    private readonly string _scratchPath;
    private readonly int _memoryBytes;
    private readonly BufferWriter _terms = new();
    private readonly List<Entry> _entries = [];
    private readonly List<TermRun> _runs = [];
    private readonly List<string> _paths = [];

    /// <summary>Creates an empty sorter.</summary>
    /// <param name="order">The order of terms.</param>
    /// <param name="files">The file system.</param>
    /// <param name="scratchPath">What the names of files begin with that are put aside; <c>.1.tmp</c> and so on is added.</param>
    /// <param name="memoryBytes">How much is kept in memory.</param>
    public TermSorter(TermOrder order, IFileSystem files, string scratchPath, int memoryBytes)
    {
        _order = order;
        _files = files;
        _scratchPath = scratchPath;
        _memoryBytes = memoryBytes;
    }

    /// <summary>Adds a term.</summary>
    public void Add(ReadOnlySpan<byte> term, RowPlace place)
    {
        _entries.Add(new Entry(_terms.Length, term.Length, place));
        _terms.Write(term);
        if (_terms.Length + ((long)_entries.Count * EntryBytes) > _memoryBytes)
            PutAside();
    }

    /// <summary>All terms in order; asked for once, after the last was added.</summary>
    public IEnumerable<TermRun> Sorted()
    {
        Sort();
        _runs.Add(new MemoryRun(this));
        if (_runs.Count == 1)
        {
            while (_runs[0].MoveNext())
                yield return _runs[0];
            yield break;
        }

        PriorityQueue<TermRun, TermRun> queue = new(Comparer<TermRun>.Create(Compare));
        foreach (TermRun run in _runs)
        {
            if (run.MoveNext())
                queue.Enqueue(run, run);
        }

        while (queue.TryDequeue(out TermRun? first, out _))
        {
            yield return first;
            if (first.MoveNext())
                queue.Enqueue(first, first);
        }
    }

    /// <summary>Deletes what was put aside.</summary>
    public void Dispose()
    {
        _runs.ForEach(r => r.Dispose());
        foreach (string path in _paths)
            Stored.IndexFile.TryDelete(_files, path);
    }

    private int Compare(TermRun left, TermRun right)
    {
        int byTerm = _order.Compare(left.Term, right.Term);
        return byTerm != 0 ? byTerm : left.Place.CompareTo(right.Place);
    }

    private void Sort() => _entries.Sort((left, right) =>
    {
        int byTerm = _order.Compare(TermOf(left), TermOf(right));
        return byTerm != 0 ? byTerm : left.Place.CompareTo(right.Place);
    });

    private ReadOnlySpan<byte> TermOf(Entry entry) => _terms.WrittenSpan.Slice(entry.Offset, entry.Length);

    private void PutAside()
    {
        Sort();
        string path = $"{_scratchPath}.{_paths.Count + 1}{Stored.IndexFileName.TemporarySuffix}";
        if (_files.FileExists(path))
            _files.DeleteFile(path);
        _paths.Add(path);
        List<(long Offset, int Length)> pieces = [];
        using (IWritableFile file = _files.Create(path))
        {
            BufferWriter piece = new(PieceBytes + 1024);
            foreach (Entry entry in _entries)
            {
                StoredTermRun.Write(piece, TermOf(entry), entry.Place);
                if (piece.Length < PieceBytes)
                    continue;
                pieces.Add((file.Position, piece.Length));
                file.Write(piece.WrittenSpan);
                piece.Clear();
            }

            if (piece.Length > 0)
            {
                pieces.Add((file.Position, piece.Length));
                file.Write(piece.WrittenSpan);
            }
        }

        _runs.Add(new StoredTermRun(_files.OpenRead(path), pieces));
        _entries.Clear();
        _terms.Clear();
    }

    private readonly record struct Entry(int Offset, int Length, RowPlace Place);

    private sealed class MemoryRun(TermSorter owner) : TermRun
    {
        private int _at = -1;

        public override ReadOnlySpan<byte> Term => owner.TermOf(owner._entries[_at]);

        public override RowPlace Place => owner._entries[_at].Place;

        public override bool MoveNext() => ++_at < owner._entries.Count;

        public override void Dispose()
        {
        }
    }
}
