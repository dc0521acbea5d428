using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Walks the payloads of a trie in the order of their keys, either way, from the place where a key belongs. A node's own payload
/// comes before those of its children.
/// </summary>
/// <remarks>Source of the order: org/apache/cassandra/io/tries/{Walker,ValueIterator,ReverseValueIterator}.java.</remarks>
internal sealed class TrieCursor
{
    private readonly PagedFile _file;
    private readonly long _root;
    private readonly BufferWriter _path = new(64);
    private TrieReader _reader;
    private Frame[] _frames = new Frame[16];
    private int _depth;
    private long _visitsLeft;

    /// <summary>Creates a cursor before the first payload.</summary>
    public TrieCursor(PagedFile file, long root)
    {
        _file = file;
        _root = root;
        _reader = new TrieReader(file);
    }

    /// <summary>Offset of the current node; -1 for none.</summary>
    public long Position => _depth == 0 ? -1 : _frames[_depth - 1].Position;

    /// <summary>The bytes that lead to the current node.</summary>
    public ReadOnlySpan<byte> Path => _path.WrittenSpan;

    /// <summary>The current node, which has a payload.</summary>
    public TrieNode Node => _reader.At(Position);

    /// <summary>Goes to the first payload; false where there is none.</summary>
    public bool MoveToFirst()
    {
        Start();
        TrieNode root = Push(_root);
        return root.PayloadBits != 0 || MoveNext();
    }

    /// <summary>Goes to the last payload.</summary>
    public void MoveToLast()
    {
        Start();
        DescendToLast(_root);
    }

    /// <summary>Goes to the last payload whose key is not after one given; false where all are after it.</summary>
    public bool MoveToFloor(ReadOnlySpan<byte> key)
    {
        Start();
        TrieNode node = Push(_root);

        // The best so far: the payload of the node at a depth, or of the last below the child that is before the key.
        int foundDepth = 0;
        int foundChild = -1;
        for (int i = 0; ; i++)
        {
            int index = i < key.Length ? node.Search(key[i]) : ~0;
            int lesser = node.PreviousChild((index < 0 ? ~index : index) - 1);
            if (lesser >= 0)
            {
                foundDepth = _depth;
                foundChild = lesser;
            }
            else if (node.PayloadBits != 0)
            {
                foundDepth = _depth;
                foundChild = -1;
            }

            if (index < 0)
                break;
            node = PushChild(node, index);
        }

        _depth = foundDepth;
        _path.Truncate(Math.Max(0, foundDepth - 1));
        if (foundDepth == 0)
            return false;
        _frames[_depth - 1].Child = -1;
        if (foundChild >= 0)
        {
            node = _reader.At(Position);
            _frames[_depth - 1].Child = foundChild;
            _path.WriteByte(node.ChildByte(foundChild));
            DescendToLast(node.Child(foundChild));
        }

        return true;
    }

    /// <summary>Goes to the next payload; false at the end, where the cursor is on none.</summary>
    public bool MoveNext()
    {
        while (_depth > 0)
        {
            TrieNode node = _reader.At(Position);
            int child = node.NextChild(_frames[_depth - 1].Child + 1);
            if (child < 0)
            {
                Pop();
                continue;
            }

            node = PushChild(node, child);
            if (node.PayloadBits != 0)
                return true;
            if (!node.HasChildren)
                node.Throw("a leaf has no payload.");
        }

        return false;
    }

    /// <summary>Goes to the payload before; false at the beginning, where the cursor is on none.</summary>
    public bool MovePrevious()
    {
        Pop();
        while (_depth > 0)
        {
            TrieNode node = _reader.At(Position);
            ref Frame frame = ref _frames[_depth - 1];
            int child = node.PreviousChild(frame.Child - 1);
            if (child >= 0)
            {
                frame.Child = child;
                _path.WriteByte(node.ChildByte(child));
                DescendToLast(node.Child(child));
                return true;
            }

            frame.Child = -1;
            if (node.PayloadBits != 0)
                return true;
            Pop();
        }

        return false;
    }

    private void Start()
    {
        _depth = 0;
        _path.Clear();

        // Each node takes a byte at least and has one parent: more visits than that mean that branches share children.
        _visitsLeft = _file.Length;
    }

    private void DescendToLast(long position)
    {
        TrieNode node = Push(position);
        while (node.HasChildren)
        {
            int child = node.PreviousChild(node.ChildRange - 1);
            if (child < 0)
                node.Throw("a dense node has no children.");
            node = PushChild(node, child);
        }

        if (node.PayloadBits == 0)
            node.Throw("a leaf has no payload.");
    }

    private TrieNode PushChild(TrieNode node, int child)
    {
        _frames[_depth - 1].Child = child;
        _path.WriteByte(node.ChildByte(child));
        return Push(node.Child(child));
    }

    private TrieNode Push(long position)
    {
        if (--_visitsLeft < 0)
            throw new CorruptDataException(_file.Path, _root, "branches of the trie that begins here share nodes, which no trie of Cassandra's does.");
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, _depth * 2);
        _frames[_depth++] = new Frame { Position = position, Child = -1 };
        return _reader.At(position);
    }

    private void Pop()
    {
        _depth--;
        _path.Truncate(Math.Max(0, _depth - 1));
    }

    /// <summary>A node on the way from the root, and the child that the way goes on with: -1 while it stands on the node itself.</summary>
    private struct Frame
    {
        public long Position;
        public int Child;
    }
}
