using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>Files to be read, of which every byte of data counts as progress and against the limit of throughput.</summary>
internal sealed class MeteredFileSystem(IFileSystem below, ThroughputLimit limit, Action<long> onRead, CancellationToken cancellation) : ReadOnlyFileSystem(below)
{
    /// <inheritdoc/>
    public override IReadableFile OpenRead(string path)
    {
        IReadableFile file = base.OpenRead(path);
        return path.EndsWith(SSTableComponent.Data.Name, StringComparison.Ordinal) ? new MeteredFile(file, this) : file;
    }

    private sealed class MeteredFile(IReadableFile file, MeteredFileSystem owner) : IReadableFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination)
        {
            owner.Meter(destination.Length);
            return file.Read(offset, destination);
        }

        public void Dispose() => file.Dispose();
    }

    private void Meter(int bytes)
    {
        limit.Take(bytes, cancellation);
        onRead(bytes);
    }
}
