using System.Buffers.Binary;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Execution;

/// <summary>The tests that rows must pass once read, with markers bound.</summary>
/// <remarks>Source: org/apache/cassandra/db/filter/RowFilter.java and cql3/Operator.java.</remarks>
internal sealed class RowFilter
{
    private readonly List<Condition> _ofPartition = [];
    private readonly List<Condition> _ofRow = [];

    // Those by whose terms texts are compared.
    private readonly IReadOnlyList<ColumnIndex> _analyzing;

    private RowFilter(IReadOnlyList<ColumnIndex> analyzing) => _analyzing = analyzing;

    /// <summary>Whether rows are tested, beyond their partition.</summary>
    public bool TestsRows => _ofRow.Count > 0;

    /// <summary>Binds a plan's filters; null when there are none.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="values">The markers' values.</param>
    /// <param name="indexes">The table's indexes, where the caller has made sense of them before.</param>
    public static RowFilter? Bind(WherePlan plan, BindValues values, IReadOnlyList<ColumnIndex>? indexes = null)
    {
        if (plan.Filters.Count == 0)
            return null;
        var filter = new RowFilter(plan is { UsesIndex: true, Table.Indexes.Count: > 0 } ? indexes ?? [.. ColumnIndex.Of(plan.Table)] : []);
        foreach (Restriction restriction in plan.Filters)
            filter.Add(plan.Table, restriction, values);
        return filter;
    }

    /// <summary>Binds all restrictions of a plan that do not bound the rows read; null when there are none.</summary>
    public static RowFilter? BindAll(WherePlan plan, BindValues values)
    {
        var filter = new RowFilter([]);
        Restriction[] all = [.. plan.Keys.All, .. plan.Clustering.All.Except(plan.Bounds), .. plan.Others.All];
        foreach (Restriction restriction in all)
            filter.Add(plan.Table, restriction, values);
        return all.Length == 0 ? null : filter;
    }

    /// <summary>The conditions that an index of a table can look up: whatever passes the filter has a term that each of them looks for.</summary>
    /// <param name="indexes">The indexes.</param>
    public IEnumerable<IndexPredicate> Predicates(IReadOnlyList<ColumnIndex> indexes)
    {
        foreach (Condition condition in _ofPartition.Concat(_ofRow))
        {
            foreach (ColumnIndex index in indexes.Where(i => i.Column.Equals(condition.Column.Column)))
            {
                foreach (TermQuery query in condition.Queries(index))
                    yield return new IndexPredicate(index, query);
            }
        }
    }

    /// <summary>Whether the partition's key and static columns pass.</summary>
    public bool PassesPartition(RowView row) => Passes(_ofPartition, row);

    /// <summary>Whether the row's own columns pass.</summary>
    public bool PassesRow(RowView row) => Passes(_ofRow, row);

    private static bool Passes(List<Condition> conditions, RowView row)
    {
        foreach (Condition condition in conditions)
        {
            if (!condition.Test(row))
                return false;
        }

        return true;
    }

    private void Add(TableMetadata table, Restriction restriction, BindValues values)
    {
        switch (restriction)
        {
            case EqualRestriction { IsTuple: true } equal:
                byte[]?[] elements = RestrictionValues.Of(equal, values)[0];
                for (int i = 0; i < elements.Length; i++)
                    Add(new Comparison(ColumnSource.Of(table, equal.Columns[i]), elements[i], true, elements[i], true));
                break;
            case LikeRestriction like:
                Add(PatternTest(ColumnSource.Of(table, like.First), Required(like.Pattern.Bind(values), like.First)));
                break;
            case EqualRestriction equal when AnalysisOf(equal.First, i => i.FindsEqual) is { } analysis:
                byte[] text = Required(equal.Value.Bind(values), equal.First);
                Add(new TermTest(ColumnSource.Of(table, equal.First), analysis, LikeForm.Matches, analysis.Terms(text)));
                break;
            case EqualRestriction equal:
                byte[] value = Required(equal.Value.Bind(values), equal.First);
                Add(new Comparison(ColumnSource.Of(table, equal.First), value, true, value, true));
                break;
            case InRestriction { IsTuple: true }:
                throw new InvalidQueryException("Multicolumn IN filters are not supported");
            case InRestriction listed:
                Add(new Membership(ColumnSource.Of(table, listed.First), [.. RestrictionValues.Of(listed, values).Select(v => v[0]!)]));
                break;
            case SliceRestriction { IsTuple: true }:
                throw new InvalidQueryException("Multi-column slice restrictions cannot be used for filtering.");
            case SliceRestriction slice:
                Add(new Comparison(
                    ColumnSource.Of(table, slice.First),
                    slice.Lower is null ? null : Required(slice.Lower.Value.Bind(values), slice.First),
                    slice.Lower is { IsInclusive: true },
                    slice.Upper is null ? null : Required(slice.Upper.Value.Bind(values), slice.First),
                    slice.Upper is { IsInclusive: true }));
                break;
            case ContainsRestriction contains:
                AddContains(ColumnSource.Of(table, contains.First), contains, values);
                break;
        }
    }

    private TextAnalysis? AnalysisOf(ColumnMetadata column, Predicate<ColumnIndex> serves) =>
        _analyzing.FirstOrDefault(i => i.Analysis is not null && i.Column.Equals(column) && serves(i))?.Analysis;

    // Wildcards stand at the ends of a pattern, and nowhere else.
    private TermTest PatternTest(ColumnSource column, byte[] pattern)
    {
        const byte wildcard = (byte)'%';
        ReadOnlySpan<byte> text = pattern;
        bool endsOpen = text is [.., wildcard];
        bool beginsOpen = text is [wildcard, ..];
        LikeForm form = (beginsOpen, endsOpen) switch
        {
            (true, true) => LikeForm.Contains,
            (false, true) => LikeForm.Prefix,
            (true, false) => LikeForm.Suffix,
            _ => LikeForm.Matches,
        };
        text = text is [wildcard] ? [] : text[(beginsOpen ? 1 : 0)..(endsOpen ? ^1 : ^0)];
        if (text.IsEmpty)
            throw new InvalidQueryException("LIKE value can't be empty.");
        if (_analyzing.FirstOrDefault(i => i.Column.Equals(column.Column) && i.Finds(form)) is not { } index)
        {
            string operation = $"{(beginsOpen ? "%" : "")}<term>{(endsOpen ? "%" : "")}";
            throw new InvalidQueryException($"{column.Column.Name} LIKE '{operation}' {System.Text.Encoding.UTF8.GetString(text)} is only supported on properly indexed columns");
        }

        return new TermTest(column, index.Analysis, form, index.Analysis?.Terms(text) ?? [text.ToArray()]);
    }

    private void AddContains(ColumnSource column, ContainsRestriction contains, BindValues values)
    {
        TextAnalysis? ofValues = AnalysisOf(column.Column, i => i.Part == IndexPart.Elements);
        TextAnalysis? ofKeys = AnalysisOf(column.Column, i => i.Part == IndexPart.Keys);
        foreach (Term term in contains.Values)
            Add(new Containment(column, null, Required(term.Bind(values), column.Column), ofValues));
        foreach (Term term in contains.Keys)
            Add(new Containment(column, Required(term.Bind(values), column.Column), null, ofKeys));
        foreach ((Term key, Term value) in contains.Entries)
            Add(new Containment(column, Required(key.Bind(values), column.Column, " map key"), Required(value.Bind(values), column.Column, " map value"), null));
    }

    private void Add(Condition condition) =>
        (condition.Column.Kind is ColumnKind.PartitionKey or ColumnKind.Static ? _ofPartition : _ofRow).Add(condition);

    private static byte[] Required(byte[]? value, ColumnMetadata column, string part = " value")
    {
        if (BindValues.IsUnset(value))
            throw new InvalidQueryException($"Unsupported unset{part} for column {column.Name}");
        return value ?? throw new InvalidQueryException($"Unsupported null{part} for column {column.Name}");
    }

    private abstract class Condition(ColumnSource column)
    {
        public ColumnSource Column { get; } = column;

        protected CqlType Type { get; } = column.Column.Type.IsCounter ? CqlTypes.BigInt : column.Column.Type.Unreversed;

        public abstract bool Test(RowView row);

        /// <summary>What rows that pass have in an index of the column; none where the index has not what is compared here.</summary>
        public abstract IEnumerable<TermQuery> Queries(ColumnIndex index);
    }

    private sealed class Comparison(ColumnSource column, byte[]? lower, bool lowerInclusive, byte[]? upper, bool upperInclusive) : Condition(column)
    {
        public override bool Test(RowView row)
        {
            ReadOnlySpan<byte> value = row.Value(Column, out bool isNull);
            if (isNull)
                return false;
            if (lower is not null)
            {
                int order = Type.Compare(value, lower);
                if (order < 0 || (order == 0 && !lowerInclusive))
                    return false;
            }

            if (upper is null)
                return true;
            int toUpper = Type.Compare(value, upper);
            return toUpper < 0 || (toUpper == 0 && upperInclusive);
        }

        public override IEnumerable<TermQuery> Queries(ColumnIndex index) =>
            index is { Part: IndexPart.Value or IndexPart.Full, Analysis: null } ? [TermQuery.Between(lower, lowerInclusive, upper, upperInclusive)] : [];
    }

    /// <summary>Each term of a pattern or of an analyzed value is found in one of the terms of the column's text.</summary>
    private sealed class TermTest(ColumnSource column, TextAnalysis? analysis, LikeForm form, IReadOnlyList<byte[]> terms) : Condition(column)
    {
        public override bool Test(RowView row)
        {
            ReadOnlySpan<byte> value = row.Value(Column, out bool isNull);
            if (isNull)
                return false;
            List<byte[]> found = analysis is null ? [value.ToArray()] : analysis.Terms(value);
            foreach (byte[] term in terms)
            {
                if (!found.Exists(f => Matches(f, term)))
                    return false;
            }

            return terms.Count > 0;
        }

        private bool Matches(ReadOnlySpan<byte> found, ReadOnlySpan<byte> term) => form switch
        {
            LikeForm.Prefix => found.StartsWith(term),
            LikeForm.Suffix => found.EndsWith(term),
            LikeForm.Contains => found.IndexOf(term) >= 0,
            _ => found.SequenceEqual(term),
        };

        // Bytes are compared here; and where there is an analysis it must be the index's own.
        public override IEnumerable<TermQuery> Queries(ColumnIndex index) =>
            index.Part == IndexPart.Value && ReferenceEquals(index.Analysis, analysis) && TermOrder.Of(index).IsByteOrdered
                ? terms.Select(t => TermQuery.Like(form, t))
                : [];
    }

    private sealed class Membership(ColumnSource column, byte[][] values) : Condition(column)
    {
        public override bool Test(RowView row)
        {
            ReadOnlySpan<byte> value = row.Value(Column, out bool isNull);
            if (isNull)
                return false;
            foreach (byte[] candidate in values)
            {
                if (Type.Compare(value, candidate) == 0)
                    return true;
            }

            return false;
        }

        // A look at each of several values is not what an index is asked for.
        public override IEnumerable<TermQuery> Queries(ColumnIndex index) =>
            values.Length == 1 && index is { Part: IndexPart.Value or IndexPart.Full, Analysis: null } ? [TermQuery.Equal(values[0])] : [];
    }

    /// <summary>A collection has an element: a value, a key, or a key with its value.</summary>
    private sealed class Containment(ColumnSource column, byte[]? key, byte[]? value, TextAnalysis? analysis) : Condition(column)
    {
        private readonly byte[]? _term = analysis?.Terms(key ?? value)[0];

        private readonly CqlType? _keyType = (column.Column.Type.Unreversed as MapType)?.Keys;

        private readonly CqlType _valueType = column.Column.Type.Unreversed switch
        {
            MapType map => map.Values,
            SetType set => set.Elements,
            ListType list => list.Elements,
            CqlType other => other,
        };

        public override bool Test(RowView row) => Column.Column.IsComplex ? TestCells(row) : TestFrozen(row);

        public override IEnumerable<TermQuery> Queries(ColumnIndex index)
        {
            IndexPart part = key is null ? IndexPart.Elements : value is null ? IndexPart.Keys : IndexPart.Entries;
            if (index.Part != part || !ReferenceEquals(index.Analysis, analysis))
                return [];
            return [TermQuery.Equal(_term ?? (part == IndexPart.Entries ? TermOrder.EntryOf(key, value) : (key ?? value)!))];
        }

        private bool TestCells(RowView row)
        {
            bool isSet = Type is SetType;
            foreach (ref readonly Cell cell in row.CellsOf(Column, out Row? holder))
            {
                if (cell.IsLive(row.NowSeconds) && Matches(holder!.Path(cell), isSet ? holder.Path(cell) : holder.Value(cell)))
                    return true;
            }

            return false;
        }

        private bool TestFrozen(RowView row)
        {
            ReadOnlySpan<byte> bytes = row.Value(Column, out bool isNull);
            if (isNull || bytes.Length < sizeof(int))
                return false;
            int count = BinaryPrimitives.ReadInt32BigEndian(bytes);
            bytes = bytes[sizeof(int)..];
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> first = Next(ref bytes);
                if (Matches(first, Type is MapType ? Next(ref bytes) : first))
                    return true;
            }

            return false;
        }

        private bool Matches(ReadOnlySpan<byte> foundKey, ReadOnlySpan<byte> foundValue) => analysis is not null
            ? analysis.Terms(key is null ? foundValue : foundKey)[0].AsSpan().SequenceEqual(_term)
            : (key is null || _keyType!.Compare(foundKey, key) == 0) && (value is null || _valueType.Compare(foundValue, value) == 0);

        private ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> bytes)
        {
            int length = bytes.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (length < 0 || length > bytes.Length - sizeof(int))
                throw new CorruptDataException(Column.Column.Name, -1, "a collection's length does not fit its bytes.");
            ReadOnlySpan<byte> element = bytes.Slice(sizeof(int), length);
            bytes = bytes[(sizeof(int) + length)..];
            return element;
        }
    }
}
