using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>Gathers what a statement or batch writes, by partition and table. Each thread has one, whose builders serve again.</summary>
internal sealed class UpdateCollector
{
    private const int KeptTables = 64;

    [ThreadStatic]
    private static UpdateCollector? s_own;

    private readonly Dictionary<TableMetadata, Stack<PartitionTarget>> _spare = new(ReferenceEqualityComparer.Instance);
    private readonly List<PartitionTarget> _targets = [];
    private readonly Dictionary<(Guid Table, string Key), PartitionTarget> _byKey = [];

    /// <summary>The thread's own writer.</summary>
    public RowWriter Writer { get; } = new();

    /// <summary>What is written so far.</summary>
    public IReadOnlyList<PartitionTarget> Targets => _targets;

    /// <summary>The thread's collector, emptied.</summary>
    public static UpdateCollector Begin()
    {
        UpdateCollector own = s_own ??= new UpdateCollector();
        own.Clear();
        return own;
    }

    /// <summary>The partition of a table to write to; the same for the same key.</summary>
    public PartitionTarget For(TableMetadata table, in DecoratedKey key)
    {
        // One partition is by far the commonest: it needs no lookup.
        foreach (PartitionTarget target in _targets.Count <= 4 ? _targets : [])
        {
            if (ReferenceEquals(target.Table, table) && target.Key.Key.Span.SequenceEqual(key.Key.Span))
                return target;
        }

        if (_targets.Count <= 4)
            return Add(table, key);
        if (_byKey.Count == 0)
        {
            foreach (PartitionTarget target in _targets)
                _byKey.Add(Id(target.Table, target.Key), target);
        }

        if (!_byKey.TryGetValue(Id(table, key), out PartitionTarget? found))
            _byKey.Add(Id(table, key), found = Add(table, key));
        return found;
    }

    /// <summary>The mutations of what was gathered: one for each keyspace and key.</summary>
    /// <param name="change">Makes another update of one, as counters and conditional writes need; null for none.</param>
    public Mutation[] Build(Func<PartitionUpdate, PartitionUpdate>? change = null)
    {
        if (_targets.Count == 1)
            return [new Mutation(Update(_targets[0], change))];
        var groups = new Dictionary<(string, string), List<PartitionUpdate>>();
        foreach (PartitionTarget target in _targets)
        {
            (string, string) id = (target.Table.Keyspace, Convert.ToHexString(target.Key.Key.Span));
            if (!groups.TryGetValue(id, out List<PartitionUpdate>? updates))
                groups.Add(id, updates = []);
            updates.Add(Update(target, change));
        }

        return [.. groups.Values.Select(updates => new Mutation(updates))];
    }

    private static PartitionUpdate Update(PartitionTarget target, Func<PartitionUpdate, PartitionUpdate>? change)
    {
        PartitionUpdate update = target.Build();
        return change is null ? update : change(update);
    }

    private static (Guid Table, string Key) Id(TableMetadata table, in DecoratedKey key) => (table.Id, Convert.ToHexString(key.Key.Span));

    private PartitionTarget Add(TableMetadata table, in DecoratedKey key)
    {
        PartitionTarget target = _spare.TryGetValue(table, out Stack<PartitionTarget>? spare) && spare.TryPop(out PartitionTarget? used)
            ? used
            : new PartitionTarget(table);
        target.Begin(key);
        _targets.Add(target);
        return target;
    }

    private void Clear()
    {
        if (_spare.Count > KeptTables)
            _spare.Clear();
        foreach (PartitionTarget target in _targets)
        {
            if (!_spare.TryGetValue(target.Table, out Stack<PartitionTarget>? spare))
                _spare.Add(target.Table, spare = new Stack<PartitionTarget>());
            if (spare.Count < KeptTables)
                spare.Push(target);
        }

        _targets.Clear();
        _byKey.Clear();
    }
}

/// <summary>What is written to one partition of one table.</summary>
internal sealed class PartitionTarget(TableMetadata table)
{
    private readonly PartitionUpdateBuilder _builder = new(table);
    private readonly Row _scratch = new();
    private RowMerger? _staticMerger;
    private Row? _static;

    /// <summary>The table.</summary>
    public TableMetadata Table => table;

    /// <summary>The partition.</summary>
    public DecoratedKey Key { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Begin(in DecoratedKey key)
    {
        Key = key;
        _static = null;
        _builder.Begin(key);
    }

    /// <summary>A row that is part of the update from now on, and so must not stay empty.</summary>
    public Row AddRow() => _builder.AddRow();

    /// <summary>A row to be filled in, which is added by <see cref="EndRow"/> unless it is empty.</summary>
    public Row BeginRow(bool isStatic)
    {
        _scratch.ResetToArena(isStatic);
        return _scratch;
    }

    /// <summary>Adds the row that was begun.</summary>
    public void EndRow()
    {
        if (_scratch.IsEmpty)
            return;
        if (!_scratch.IsStatic)
            _builder.Add(_scratch);
        else
            AddStatic();
    }

    /// <summary>Deletes a range of rows.</summary>
    public void Add(RangeTombstone range) => _builder.Add(range);

    /// <summary>Deletes the partition.</summary>
    public void Delete(in DeletionTime deletion)
    {
        if (deletion.Supersedes(_builder.Deletion))
            _builder.Deletion = deletion;
    }

    /// <summary>The update.</summary>
    public PartitionUpdate Build()
    {
        if (_static is not null)
            _builder.Add(_static);
        return _builder.Build();
    }

    // Several statements of a batch may write the static row.
    private void AddStatic()
    {
        var row = new Row();
        if (_static is null)
        {
            row.CopyFrom(_scratch);
        }
        else
        {
            _staticMerger ??= new RowMerger(table, 2, isStatic: true);
            _staticMerger.Clear();
            _staticMerger.Add(_static);
            _staticMerger.Add(_scratch);
            row.CopyFrom(_staticMerger.Merge(DeletionTime.Live) ?? _scratch);
        }

        _static = row;
    }
}
