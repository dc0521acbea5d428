using Cqlite.Core.Engine.Backups;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// Takes SSTables into a table that is open for writing: whole ones, by hard links where the disk has them, else by copies; or rows that come in order. They
/// count all at once with <see cref="Publish"/>; without it nothing stays of them.
/// </summary>
internal sealed class SSTableIngestion : IDisposable
{
    private const string Operation = "write";
    private readonly IFileSystem _files;
    private readonly DatabaseWriter _writer;
    private readonly TableStore _store;
    private readonly SSTableTransaction _transaction;
    private readonly List<SSTableDescriptor> _adopted = [];
    private SSTableSetWriter? _rows;

    /// <summary>Begins.</summary>
    public SSTableIngestion(IFileSystem files, DatabaseWriter writer, TableStore store)
    {
        _files = files;
        _writer = writer;
        _store = store;
        writer.Folders.Ensure(store.Directory!);
        _transaction = new SSTableTransaction(files, store.Directory!, writer.Folders.WriterOptions(store.Table, default).Version, Operation);
    }

    /// <summary>Takes a whole SSTable, whose files stay where they are.</summary>
    /// <param name="sstable">The SSTable, of the same table and partitioner. Nobody may change its files from now on.</param>
    /// <param name="cancellation">Ends a copy.</param>
    public void Adopt(SSTableDescriptor sstable, CancellationToken cancellation)
    {
        SSTableDescriptor adopted = SSTableDescriptor.Create(_transaction.Directory, sstable.Version, _writer.Folders.NextId(_store));
        _transaction.Add(adopted);
        FileDigest copier = new(_files, progress: null, cancellation);
        foreach (SSTableComponent component in SSTable.ListComponents(_files, sstable))
        {
            string from = sstable.PathOf(component);
            string to = adopted.PathOf(component);
            if (!TryLink(from, to))
                copier.Copy(from, to);
        }

        _files.SyncDirectory(_transaction.Directory);
        _adopted.Add(adopted);
    }

    /// <summary>Where rows go that come in the order of partitions and clusterings.</summary>
    /// <param name="stats">The times that those of rows are relative to.</param>
    public SSTableSetWriter OpenRows(EncodingStats stats) =>
        _rows ??= new SSTableSetWriter(_files, _transaction, () => _writer.Folders.NextId(_store), _store.Table, _writer.Folders.WriterOptions(_store.Table, stats), long.MaxValue);

    /// <summary>Makes all that was taken count.</summary>
    /// <exception cref="SchemaChangedException">The table was defined anew or dropped meanwhile; nothing stays.</exception>
    public void Publish(CancellationToken cancellation)
    {
        _rows?.Finish();
        List<SSTable> opened = [];
        bool isPublished = false;
        try
        {
            foreach (SSTableDescriptor sstable in _adopted.Concat(_rows?.Finished ?? []))
                opened.Add(_writer.Open(_store, sstable));
            isPublished = _writer.TryReplace(_store, [], opened, _transaction.Publish, cancellation);
            if (!isPublished)
                throw new SchemaChangedException(_store.Table.ToString());
        }
        finally
        {
            if (!isPublished)
                opened.ForEach(s => s.Dispose());
        }

        _transaction.Tidy();
        _writer.Compactor.Wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows?.Dispose();
        _transaction.Dispose();
    }

    private bool TryLink(string existing, string link)
    {
        try
        {
            _files.CreateHardLink(existing, link);
            return true;
        }
        catch (StorageException)
        {
            // Another disk, or one without links: a copy does as well, and tells if it can't be made either.
            return false;
        }
    }
}
