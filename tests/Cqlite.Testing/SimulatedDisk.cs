using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Testing;

/// <summary>A kind of call to the file system, at which a fault can be injected.</summary>
public enum DiskCall
{
    /// <summary>A file is opened for reading.</summary>
    Open,

    /// <summary>Bytes are read.</summary>
    Read,

    /// <summary>A file or folder is created.</summary>
    Create,

    /// <summary>Bytes are appended.</summary>
    Write,

    /// <summary>A file is synced.</summary>
    Sync,

    /// <summary>A folder is synced.</summary>
    SyncDirectory,

    /// <summary>A file is renamed or linked.</summary>
    Rename,

    /// <summary>A file or folder is deleted.</summary>
    Delete,
}

/// <summary>
/// A disk in memory that behaves as badly as a real one may: what was not synced can be lost, torn or written out of order when the
/// plug is pulled (<see cref="Crash"/>), any call can fail (<see cref="Fault"/>), and space can run out (<see cref="CapacityBytes"/>). Names of
/// files are durable only after their folder was synced.
/// </summary>
public sealed class SimulatedDisk : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Inode> _files;
    private readonly SortedSet<string> _directories;
    private readonly HashSet<string> _locks;
    private readonly StringComparison _names;

    /// <summary>What the platter's directories say: as of the last sync of each folder.</summary>
    private readonly SortedDictionary<string, Inode> _durableFiles;
    private readonly SortedSet<string> _durableDirectories;
    private readonly List<(string From, string To)> _moves = [];
    private bool _unplugged;

    /// <summary>An empty disk.</summary>
    public SimulatedDisk()
        : this(new(StringComparer.Ordinal), new(StringComparer.Ordinal) { "/" })
    {
    }

    private SimulatedDisk(SortedDictionary<string, Inode> files, SortedSet<string> directories, StringComparison names = StringComparison.Ordinal)
    {
        _names = names;
        _locks = new HashSet<string>(StringComparer.FromComparison(names));
        _files = files;
        _directories = directories;
        _durableFiles = new SortedDictionary<string, Inode>(files, StringComparer.Ordinal);
        _durableDirectories = new SortedSet<string>(directories, StringComparer.Ordinal);
    }

    /// <summary>An empty disk for which names that differ in case are one, as on Windows: it keeps the case of whoever came first, and lists a folder by the name it is asked for.</summary>
    public static SimulatedDisk IgnoringCase() =>
        new(new(StringComparer.OrdinalIgnoreCase), new(StringComparer.OrdinalIgnoreCase) { "/" }, StringComparison.OrdinalIgnoreCase);

    /// <summary>Called before each call takes effect, with the call's kind, its path and its number; an exception thrown here is the call's failure.</summary>
    public Action<DiskCall, string, int>? Fault { get; set; }

    /// <summary>Called after somebody was refused a lock.</summary>
    public Action? LockRefused { get; set; }

    /// <summary>Number of calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Bytes that fit; writes beyond fail as a full disk does.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    private long UsedBytes => _files.Values.Distinct().Sum(f => (long)f.Length);

    /// <summary>A fault that fails one call, by its number.</summary>
    public static Action<DiskCall, string, int> FailAt(int number) => (call, path, current) =>
    {
        if (current == number)
            throw new StorageException(path, $"injected failure of {call}, call {number}.", new IOException("injected"));
    };

    /// <summary>
    /// Pulls the plug: this disk fails every later call, and the one returned holds what a platter may hold then. Of what was not
    /// synced each write may be there, not there, or there in part; each unsynced name may be there or not.
    /// </summary>
    public SimulatedDisk Crash(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        lock (_gate)
        {
            _unplugged = true;
            foreach ((string from, string to) in _moves)
            {
                // A folder's renaming is there with all that is below it, or not at all.
                if (random.Next(2) == 0)
                    Move(_durableFiles, _durableDirectories, from, to);
                else
                    Move(_files, _directories, to, from);
            }

            SortedSet<string> directories = new(_durableDirectories, StringComparer.Ordinal);
            foreach (string directory in _directories)
            {
                if (random.Next(2) == 0 && (Parent(directory) is not { } parent || directories.Contains(parent)))
                    directories.Add(directory);
            }

            // A folder that is durable can be reached: as with a journal, the folders above it are there as well.
            foreach (string directory in directories.ToArray())
            {
                for (string? above = Parent(directory); above is not null && directories.Add(above);)
                    above = Parent(above);
            }

            SortedDictionary<string, Inode> files = new(StringComparer.Ordinal);
            Dictionary<Inode, Inode> survivors = [];
            foreach (string path in _durableFiles.Keys.Union(_files.Keys, StringComparer.Ordinal))
            {
                Inode? durable = _durableFiles.GetValueOrDefault(path);
                Inode? current = _files.GetValueOrDefault(path);
                Inode? chosen = ReferenceEquals(durable, current) || random.Next(2) == 0 ? durable : current;
                if (chosen is null || !directories.Contains(Parent(path)!))
                    continue;
                if (!survivors.TryGetValue(chosen, out Inode? survivor))
                    survivors.Add(chosen, survivor = chosen.AfterCrash(random));
                files[path] = survivor;
            }

            return new SimulatedDisk(files, directories);
        }
    }

    /// <summary>Everything as it is now, as if all had been synced; an independent copy.</summary>
    public SimulatedDisk Clone()
    {
        lock (_gate)
        {
            Dictionary<Inode, Inode> copies = [];
            SortedDictionary<string, Inode> files = new(StringComparer.Ordinal);
            foreach ((string path, Inode inode) in _files)
            {
                if (!copies.TryGetValue(inode, out Inode? copy))
                    copies.Add(inode, copy = inode.Copy());
                files[path] = copy;
            }

            return new SimulatedDisk(files, new SortedSet<string>(_directories, StringComparer.Ordinal));
        }
    }

    /// <summary>Puts a durable file on the disk, with its folders.</summary>
    public void Put(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (_gate)
        {
            AddDirectory(Parent(path)!);
            foreach (string directory in _directories)
                _durableDirectories.Add(directory);
            _files[path] = _durableFiles[path] = new Inode(content);
        }
    }

    /// <inheritdoc/>
    public IReadableFile OpenRead(string path)
    {
        lock (_gate)
        {
            Enter(DiskCall.Open, path);
            return new Reader(this, path, Find(path));
        }
    }

    /// <inheritdoc/>
    public IWritableFile Create(string path)
    {
        lock (_gate)
        {
            Enter(DiskCall.Create, path);
            if (!_directories.Contains(Parent(path)!))
                throw new StorageException(path, "no such folder.", new DirectoryNotFoundException());
            if (_files.ContainsKey(path))
                throw new StorageException(path, "can't be created: it exists.", new IOException("exists"));
            Inode inode = new([]);
            _files.Add(path, inode);
            return new Writer(this, path, inode);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (_gate)
            return _files.ContainsKey(path);
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path)
    {
        lock (_gate)
            return _directories.Contains(path);
    }

    /// <inheritdoc/>
    public long GetLength(string path)
    {
        lock (_gate)
            return Find(path).Length;
    }

    /// <inheritdoc/>
    public long GetAvailableBytes(string directory)
    {
        lock (_gate)
            return CapacityBytes == long.MaxValue ? long.MaxValue : Math.Max(0, CapacityBytes - UsedBytes);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (_gate)
            return In(directory, _files.Keys);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory)
    {
        lock (_gate)
            return In(directory, _directories);
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        lock (_gate)
        {
            if (_directories.Contains(path))
                return;
            Enter(DiskCall.Create, path);
            AddDirectory(path);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Enter(DiskCall.Rename, to);
            if (_directories.Contains(from))
            {
                if (_directories.Contains(to) || _files.ContainsKey(to))
                    throw new StorageException(to, $"can't be renamed from '{from}': it exists.", new IOException("exists"));
                Move(_files, _directories, from, to);
                _moves.Add((from, to));
                return;
            }

            Inode inode = Find(from);
            _files.Remove(from);
            _files[to] = inode;
        }
    }

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link)
    {
        lock (_gate)
        {
            Enter(DiskCall.Rename, link);
            if (!_files.TryAdd(link, Find(existing)))
                throw new StorageException(link, "can't be linked: it exists.", new IOException("exists"));
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        lock (_gate)
        {
            Enter(DiskCall.Delete, path);
            _files.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        lock (_gate)
        {
            Enter(DiskCall.Delete, path);
            _directories.Remove(path);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Enter(DiskCall.SyncDirectory, path);
            foreach ((string from, string to) in _moves.Where(m => Parent(m.To) == path).ToArray())
            {
                Move(_durableFiles, _durableDirectories, from, to);
                _moves.Remove((from, to));
            }

            foreach (string durable in _durableFiles.Keys.Where(f => Parent(f) == path && !_files.ContainsKey(f)).ToArray())
                _durableFiles.Remove(durable);
            foreach ((string file, Inode inode) in _files.Where(f => Parent(f.Key) == path))
                _durableFiles[file] = inode;
            _durableDirectories.RemoveWhere(d => Parent(d) == path && !_directories.Contains(d));
            _durableDirectories.UnionWith(_directories.Where(d => Parent(d) == path));
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            if (_locks.Add(path))
            {
                if (!_files.ContainsKey(path))
                    _files.Add(path, new Inode([]));
                return new HeldLock(this, path);
            }
        }

        LockRefused?.Invoke();
        return null;
    }

    private string[] In(string directory, IEnumerable<string> paths) =>
        [.. paths.Where(p => string.Equals(Parent(p), directory, _names)).Select(p => directory == "/" ? p : directory + p[directory.Length..]).Order(StringComparer.Ordinal)];

    private static string? Parent(string path)
    {
        if (path == "/")
            return null;
        int slash = path.LastIndexOf('/');
        return slash == 0 ? "/" : path[..slash];
    }

    private static void Move(SortedDictionary<string, Inode> files, SortedSet<string> directories, string from, string to)
    {
        foreach (string file in files.Keys.Where(f => f.StartsWith(from + "/", StringComparison.Ordinal)).ToArray())
        {
            files[to + file[from.Length..]] = files[file];
            files.Remove(file);
        }

        foreach (string directory in directories.Where(d => d == from || d.StartsWith(from + "/", StringComparison.Ordinal)).ToArray())
        {
            directories.Remove(directory);
            directories.Add(to + directory[from.Length..]);
        }
    }

    private void AddDirectory(string path)
    {
        for (string? directory = path; directory is not null && _directories.Add(directory);)
            directory = Parent(directory);
    }

    private Inode Find(string path) => _files.TryGetValue(path, out Inode? inode)
        ? inode
        : throw new StorageException(path, "no such file.", new FileNotFoundException());

    private void Enter(DiskCall call, string path)
    {
        if (_unplugged)
            throw new StorageException(path, "the disk is unplugged.", new IOException("unplugged"));
        Calls++;
        Fault?.Invoke(call, path, Calls);
    }

    private sealed class Inode(byte[] content)
    {
        private readonly List<(int Offset, int Length)> _unsynced = [];
        private byte[] _content = content;
        private int _durableLength = content.Length;

        public int Length { get; private set; } = content.Length;

        public int Read(long offset, Span<byte> destination)
        {
            int length = (int)Math.Clamp(Length - offset, 0, destination.Length);
            if (length > 0)
                _content.AsSpan((int)offset, length).CopyTo(destination);
            return length;
        }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (Length + bytes.Length > _content.Length)
                Array.Resize(ref _content, Math.Max(_content.Length * 2, Length + bytes.Length));
            bytes.CopyTo(_content.AsSpan(Length));
            _unsynced.Add((Length, bytes.Length));
            Length += bytes.Length;
        }

        public void Sync()
        {
            _unsynced.Clear();
            _durableLength = Length;
        }

        /// <summary>What a failed sync leaves: the pages count as clean, though they never reached the platter.</summary>
        public void FailSync() => _unsynced.Clear();

        public Inode Copy() => new(_content.AsSpan(0, Length).ToArray());

        public Inode AfterCrash(Random random)
        {
            byte[] after = new byte[Length];
            _content.AsSpan(0, _durableLength).CopyTo(after);
            int length = _durableLength;
            foreach ((int offset, int written) in _unsynced)
            {
                int survives = random.Next(3) switch { 0 => 0, 1 => written, _ => random.Next(written + 1) };
                if (survives == 0)
                    continue;
                _content.AsSpan(offset, survives).CopyTo(after.AsSpan(offset));
                length = Math.Max(length, offset + survives);
            }

            return new Inode(after.AsSpan(0, length).ToArray());
        }
    }

    private sealed class Reader(SimulatedDisk disk, string path, Inode inode) : IReadableFile
    {
        public string Path => path;

        public long Length { get; } = inode.Length;

        public int Read(long offset, Span<byte> destination)
        {
            lock (disk._gate)
            {
                disk.Enter(DiskCall.Read, path);
                return inode.Read(offset, destination);
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class Writer(SimulatedDisk disk, string path, Inode inode) : IWritableFile
    {
        public string Path => path;

        public long Position => inode.Length;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            lock (disk._gate)
            {
                disk.Enter(DiskCall.Write, path);
                if (disk.CapacityBytes != long.MaxValue && disk.UsedBytes + bytes.Length > disk.CapacityBytes)
                    throw new StorageException(path, "can't be written: no space left on device.", new IOException("full", unchecked((int)0x80070070)));
                inode.Append(bytes);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Enter(DiskCall.Sync, path);
                }
                catch (StorageException)
                {
                    inode.FailSync();
                    throw;
                }

                inode.Sync();
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class HeldLock(SimulatedDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
                disk._locks.Remove(path);
        }
    }
}
