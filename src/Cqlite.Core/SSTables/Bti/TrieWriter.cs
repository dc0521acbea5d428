using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Writes a trie from sorted keys as they come, packed into pages so that a lookup touches few: a branch stays in memory until it no
/// longer fits a page; then its children's branches, each smaller than a page, are laid out, the largest that fits first. The root
/// comes last. Memory is bounded by the branches that are not written yet, whatever the number of keys.
/// </summary>
/// <remarks>
/// The layout is decided as Cassandra decides it, byte for byte. Source:
/// org/apache/cassandra/io/tries/{IncrementalTrieWriterBase,IncrementalTrieWriterPageAware}.java. Where those recurse, this keeps a
/// stack of its own, since keys (and so branches) may be hundreds of thousands of nodes deep.
/// </remarks>
internal sealed class TrieWriter(PagedWriter output)
{
    private const int MaxSpareNodes = 16 * 1024;

    private readonly List<TrieBuildNode> _path = [];
    private readonly BufferWriter _previous = new();
    private readonly Stack<TrieBuildNode> _spare = new();
    private readonly List<Step> _steps = [];

    /// <summary>Number of keys added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a key, which must be greater than the one before and may be longer than it, but not a prefix of it.</summary>
    /// <param name="key">The bytes that lead to the payload.</param>
    /// <param name="payload">The payload.</param>
    public void Add(ReadOnlySpan<byte> key, in TriePayload payload)
    {
        ReadOnlySpan<byte> previous = _previous.WrittenSpan;
        int common = key.CommonPrefixLength(previous);
        if (Count > 0 && (common == key.Length || (common < previous.Length && key[common] < previous[common])))
            throw new InvalidOperationException("keys of a trie must be added in their order.");
        if (_path.Count == 0)
            _path.Add(NewNode(0));

        while (_path.Count > common + 1)
            CompleteLast();
        TrieBuildNode node = _path[^1];
        foreach (byte next in key[common..])
        {
            TrieBuildNode child = NewNode(next);
            node.Add(child);
            node = child;
            _path.Add(node);
        }

        node.Payload = payload;
        _previous.Truncate(common);
        _previous.Write(key[common..]);
        Count++;
    }

    /// <summary>Writes what is left, and returns the root's position. The trie is then at its end; <see cref="Reset"/> begins another.</summary>
    public long Complete()
    {
        if (_path.Count == 0)
            _path.Add(NewNode(0));
        TrieBuildNode root = _path[0];
        while (_path.Count > 0)
            CompleteLast();

        int bytes = Measure(root, output.Position);
        int bytesLeft = output.BytesLeftInPage;
        if (bytes > bytesLeft && bytes <= PageCache.PageBytes)
        {
            output.PadPage();
            bytesLeft = PageCache.PageBytes;
            bytes = Measure(root, output.Position);
        }

        if (bytes > bytesLeft)
        {
            LayOutChildren(root);
            if (root.NodeBytes > output.BytesLeftInPage)
            {
                output.PadPage();
                Measure(root, output.Position);
            }
        }

        long position = WriteBranch(root);
        Recycle(root);
        return position;
    }

    /// <summary>Forgets the trie, written or not, and begins another.</summary>
    public void Reset()
    {
        _path.Clear();
        _previous.Clear();
        Count = 0;
    }

    private void CompleteLast()
    {
        TrieBuildNode node = _path[^1];
        _path.RemoveAt(_path.Count - 1);

        int branchBytes = 0;
        bool hasWrittenChildren = false;
        bool hasWrittenBelow = false;
        for (int i = 0; i < node.ChildCount; i++)
        {
            if (node.Child(i) is not { } child)
            {
                hasWrittenChildren = true;
                continue;
            }

            branchBytes += child.TotalBytes;
            hasWrittenBelow |= child.HasWrittenChildren || child.HasWrittenBelow;
        }

        node.BranchBytes = branchBytes;

        int nodeBytes = node.BytesAt(output.Position);
        if (nodeBytes + branchBytes >= PageCache.PageBytes)
        {
            LayOutChildren(node);
            return;
        }

        node.NodeBytes = nodeBytes;
        node.HasWrittenChildren = hasWrittenChildren;
        node.HasWrittenBelow = hasWrittenBelow;
    }

    private void LayOutChildren(TrieBuildNode node)
    {
        List<int> waiting = [];
        for (int i = 0; i < node.ChildCount; i++)
        {
            if (node.Child(i) is not null)
                waiting.Add(i);
        }

        int bytesLeft = output.BytesLeftInPage;
        while (waiting.Count > 0)
        {
            int index = TakeLargest(node, waiting, bytesLeft);
            if (index < 0)
            {
                output.PadPage();
                bytesLeft = PageCache.PageBytes;
                index = TakeLargest(node, waiting, int.MaxValue);
            }

            TrieBuildNode child = node.Child(index)!;

            // Pointers out of the page may have become longer than they were when the branch was measured.
            if ((child.HasWrittenChildren || child.HasWrittenBelow) && Measure(child, output.Position) > bytesLeft)
            {
                if (bytesLeft == PageCache.PageBytes)
                {
                    LayOutChildren(child);
                    bytesLeft = output.BytesLeftInPage;
                }

                waiting.Add(index);
                continue;
            }

            node.SetWritten(index, WriteBranch(child));
            Recycle(child);
            bytesLeft = output.BytesLeftInPage;
        }

        node.BranchBytes = 0;
        node.HasWrittenChildren = true;
        node.HasWrittenBelow = false;
        node.NodeBytes = node.BytesAt(output.Position);
    }

    /// <summary>Takes out the index of the largest branch that fits, of several the last; -1 where none does.</summary>
    private static int TakeLargest(TrieBuildNode node, List<int> waiting, int bytesLeft)
    {
        int best = -1;
        int bestBytes = -1;
        for (int i = 0; i < waiting.Count; i++)
        {
            int bytes = node.Child(waiting[i])!.TotalBytes;
            if (bytes > bytesLeft || bytes < bestBytes || (bytes == bestBytes && waiting[i] < waiting[best]))
                continue;
            best = i;
            bestBytes = bytes;
        }

        if (best < 0)
            return -1;
        int taken = waiting[best];
        waiting.RemoveAt(best);
        return taken;
    }

    /// <summary>Measures a branch again as if it were written at a position, as far as its size depends on that.</summary>
    private int Measure(TrieBuildNode root, long position)
    {
        int bottom = _steps.Count;
        _steps.Add(new Step(root, 0, 0));
        while (true)
        {
            Step step = _steps[^1];
            TrieBuildNode node = step.Node;
            if (node.HasWrittenBelow && step.NextChild < node.ChildCount)
            {
                _steps[^1] = step with { NextChild = step.NextChild + 1 };
                if (node.Child(step.NextChild) is { } child)
                    _steps.Add(new Step(child, 0, 0));
                continue;
            }

            if (node.HasWrittenBelow)
                node.BranchBytes = step.Bytes;
            if (node.HasWrittenChildren || node.HasWrittenBelow)
                node.NodeBytes = node.BytesAt(position + (node.HasWrittenBelow ? 0 : node.BranchBytes));
            _steps.RemoveAt(_steps.Count - 1);
            if (_steps.Count == bottom)
                return node.TotalBytes;
            Step parent = _steps[^1];
            _steps[^1] = parent with { Bytes = parent.Bytes + node.TotalBytes };

            // What lay below the node has moved the position already.
            position += node.HasWrittenBelow ? node.NodeBytes : node.TotalBytes;
        }
    }

    /// <summary>Writes a branch, children first, and returns its root's position.</summary>
    private long WriteBranch(TrieBuildNode root)
    {
        int bottom = _steps.Count;
        _steps.Add(new Step(root, 0, 0));
        while (true)
        {
            Step step = _steps[^1];
            TrieBuildNode node = step.Node;
            if (step.NextChild < node.ChildCount)
            {
                _steps[^1] = step with { NextChild = step.NextChild + 1 };
                if (node.Child(step.NextChild) is { } child)
                    _steps.Add(new Step(child, 0, 0));
                continue;
            }

            long position = output.Position;
            node.Write(output.Next(), position);
            if (output.Position != position + node.NodeBytes)
                throw new InvalidOperationException($"a node of {output.Position - position} bytes was measured as one of {node.NodeBytes}.");
            _steps.RemoveAt(_steps.Count - 1);
            if (_steps.Count == bottom)
                return position;
            Step parent = _steps[^1];
            parent.Node.SetWritten(parent.NextChild - 1, position);
            Recycle(node);
        }
    }

    private TrieBuildNode NewNode(byte value)
    {
        if (!_spare.TryPop(out TrieBuildNode? node))
            node = new TrieBuildNode();
        node.Byte = value;
        return node;
    }

    private void Recycle(TrieBuildNode node)
    {
        if (_spare.Count >= MaxSpareNodes)
            return;
        node.Reset();
        _spare.Push(node);
    }

    /// <summary>Where a walk over a branch is: a node, which of its children comes next, and bytes of those before it.</summary>
    private readonly record struct Step(TrieBuildNode Node, int NextChild, int Bytes);
}
