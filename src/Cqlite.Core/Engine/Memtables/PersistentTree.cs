namespace Cqlite.Core.Engine.Memtables;

/// <summary>The order of a <see cref="PersistentTree{TItem, TKey, TOrder}"/>: where an item stands against a key.</summary>
/// <typeparam name="TItem">What the tree holds.</typeparam>
/// <typeparam name="TKey">What it is searched by; may be a view on somebody's bytes.</typeparam>
internal interface ITreeOrder<TItem, TKey>
    where TKey : allows ref struct
{
    /// <summary>Negative, zero or positive: the item comes before, at or after the key.</summary>
    int Compare(TItem item, in TKey key);
}

/// <summary>
/// A sorted tree that never changes: an insertion makes another tree that shares all but one path of nodes with this one.
/// Writers swap the root under their lock, readers keep the root that they found: that is all there is to a consistent
/// snapshot. A B+ tree, unlike the textbook's without deletion, because a memtable's content only grows.
/// </summary>
/// <remarks>
/// Inserting at the end, as sorted loads do, leaves full nodes behind: a full node then splits off only what is new.
/// </remarks>
internal sealed class PersistentTree<TItem, TKey, TOrder>
    where TItem : class
    where TKey : allows ref struct
    where TOrder : ITreeOrder<TItem, TKey>
{
    private const int Fanout = 32;

    private readonly Node? _root;

    private PersistentTree(Node? root, int count)
    {
        _root = root;
        Count = count;
    }

    /// <summary>The tree without items.</summary>
    public static PersistentTree<TItem, TKey, TOrder> Empty { get; } = new(null, 0);

    /// <summary>Number of items.</summary>
    public int Count { get; }

    /// <summary>The item at the key, or null.</summary>
    public TItem? Find(in TKey key, TOrder order)
    {
        Node? node = _root;
        if (node is null)
            return null;
        while (node.Children is { } children)
            node = children[ChildOf(node, key, order)];
        int index = LowerBound(node, key, order, out bool found);
        return found ? node.Items[index] : null;
    }

    /// <summary>A tree in which the item stands at the key: added, or in place of the one that was there.</summary>
    public PersistentTree<TItem, TKey, TOrder> With(in TKey key, TItem item, TOrder order)
    {
        if (_root is null)
            return new PersistentTree<TItem, TKey, TOrder>(new Node([item], null), 1);

        Node changed = Insert(_root, key, item, order, out Node? split, out bool replaced);
        if (split is not null)
            changed = new Node([changed.Items[0], split.Items[0]], [changed, split]);
        return new PersistentTree<TItem, TKey, TOrder>(changed, replaced ? Count : Count + 1);
    }

    /// <summary>A cursor before the first item, or after the last one.</summary>
    public Cursor Walk(bool reversed) => new(_root, reversed);

    private static Node Insert(Node node, in TKey key, TItem item, TOrder order, out Node? split, out bool replaced)
    {
        split = null;
        if (node.Children is not { } children)
        {
            int index = LowerBound(node, key, order, out replaced);
            if (replaced)
                return new Node(Replaced(node.Items, index, item), null);
            if (node.Items.Length < Fanout)
                return new Node(Inserted(node.Items, index, item), null);
            int cut = index == Fanout ? Fanout : Fanout / 2;
            TItem[] all = Inserted(node.Items, index, item);
            split = new Node(all[cut..], null);
            return new Node(all[..cut], null);
        }

        int child = ChildOf(node, key, order);
        Node changed = Insert(children[child], key, item, order, out Node? childSplit, out replaced);
        TItem[] firsts = ReferenceEquals(node.Items[child], changed.Items[0]) ? node.Items : Replaced(node.Items, child, changed.Items[0]);
        Node[] changedChildren = Replaced(children, child, changed);
        if (childSplit is null)
            return new Node(firsts, changedChildren);

        firsts = Inserted(firsts, child + 1, childSplit.Items[0]);
        changedChildren = Inserted(changedChildren, child + 1, childSplit);
        if (firsts.Length <= Fanout)
            return new Node(firsts, changedChildren);
        int cutAt = child + 1 == Fanout ? Fanout : Fanout / 2;
        split = new Node(firsts[cutAt..], changedChildren[cutAt..]);
        return new Node(firsts[..cutAt], changedChildren[..cutAt]);
    }

    private static T[] Replaced<T>(T[] source, int index, T value)
    {
        T[] copy = source.AsSpan().ToArray();
        copy[index] = value;
        return copy;
    }

    private static T[] Inserted<T>(T[] source, int index, T value)
    {
        T[] copy = new T[source.Length + 1];
        Array.Copy(source, copy, index);
        copy[index] = value;
        Array.Copy(source, index, copy, index + 1, source.Length - index);
        return copy;
    }

    /// <summary>The child that holds the key: the last whose first item is not after it.</summary>
    private static int ChildOf(Node node, in TKey key, TOrder order)
    {
        int low = 1;
        int high = node.Items.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (order.Compare(node.Items[middle], key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    private static int LowerBound(Node leaf, in TKey key, TOrder order, out bool found)
    {
        int low = 0;
        int high = leaf.Items.Length;
        found = false;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int compared = order.Compare(leaf.Items[middle], key);
            if (compared < 0)
            {
                low = middle + 1;
            }
            else
            {
                found |= compared == 0;
                high = middle;
            }
        }

        return low;
    }

    /// <summary>A leaf with its items, or a branch with its children and the first item below each.</summary>
    internal sealed class Node(TItem[] items, Node[]? children)
    {
        public readonly TItem[] Items = items;
        public readonly Node[]? Children = children;
    }

    /// <summary>Walks a tree in one direction; cheap to make, for one reader.</summary>
    internal struct Cursor
    {
        private readonly Node? _root;
        private readonly bool _reversed;
        private readonly List<(Node Node, int Index)> _path;

        internal Cursor(Node? root, bool reversed)
        {
            _root = root;
            _reversed = reversed;
            _path = new List<(Node, int)>(4);
            if (root is not null)
                Descend(root);
        }

        /// <summary>The item that the next <see cref="MoveNext"/> returns, or null at the end.</summary>
        public readonly TItem? Peek => _path.Count == 0 ? null : _path[^1].Node.Items[_path[^1].Index];

        /// <summary>The next item in the direction of the walk; false at the end.</summary>
        public readonly bool MoveNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TItem? item)
        {
            item = Peek;
            if (item is null)
                return false;
            Advance();
            return true;
        }

        /// <summary>
        /// Places the cursor at the first item, in the direction of the walk, that is not before the key.
        /// </summary>
        public readonly void Seek(in TKey key, TOrder order)
        {
            _path.Clear();
            Node? node = _root;
            if (node is null)
                return;
            while (node.Children is { } children)
            {
                int child = ChildOf(node, key, order);
                _path.Add((node, child));
                node = children[child];
            }

            int index = LowerBound(node, key, order, out bool found);
            if (_reversed && !found)
                index--;
            _path.Add((node, index));
            if (index < 0 || index >= node.Items.Length)
                Settle();
        }

        private readonly void Advance()
        {
            (Node node, int index) = _path[^1];
            index += _reversed ? -1 : 1;
            _path[^1] = (node, index);
            if (index < 0 || index >= node.Items.Length)
                Settle();
        }

        /// <summary>Climbs from a leaf that is used up to the next branch that has more, and descends there.</summary>
        private readonly void Settle()
        {
            _path.RemoveAt(_path.Count - 1);
            while (_path.Count > 0)
            {
                (Node node, int index) = _path[^1];
                index += _reversed ? -1 : 1;
                if (index >= 0 && index < node.Items.Length)
                {
                    _path[^1] = (node, index);
                    Descend(node.Children![index]);
                    return;
                }

                _path.RemoveAt(_path.Count - 1);
            }
        }

        private readonly void Descend(Node node)
        {
            while (true)
            {
                int index = _reversed ? node.Items.Length - 1 : 0;
                _path.Add((node, index));
                if (node.Children is null)
                    return;
                node = node.Children[index];
            }
        }
    }
}
