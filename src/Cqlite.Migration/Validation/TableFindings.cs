using System.Globalization;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Schemas;

namespace Cqlite.Migration.Validation;

/// <summary>What the comparison of a table has found so far, range by range, those of an earlier one that it goes on with included. For one thread at a time.</summary>
internal sealed class TableFindings
{
    private readonly ITableSource _source;
    private readonly ITableSource _target;
    private readonly ComparisonPlan _plan;
    private readonly ValidationSettings _settings;
    private readonly DifferenceList _differences;
    private readonly RangeSet _done;
    private readonly RangeSet _differing;
    private readonly string _sourceDefinition;
    private readonly string _targetDefinition;
    private readonly double _earlierSeconds;
    private RangeDigest _sourceDigest;
    private RangeDigest _targetDigest;

    /// <summary>Begins.</summary>
    /// <param name="source">What is right.</param>
    /// <param name="target">What is compared with it.</param>
    /// <param name="plan">What is compared.</param>
    /// <param name="settings">How it is judged.</param>
    /// <param name="earlier">What an earlier comparison of the same has found that did not come to its end; null for none.</param>
    public TableFindings(ITableSource source, ITableSource target, ComparisonPlan plan, ValidationSettings settings, TableValidation? earlier)
    {
        _source = source;
        _target = target;
        _plan = plan;
        _settings = settings;
        _differences = new DifferenceList(settings.MaxDifferences);
        _sourceDefinition = TableDigest.Of(source.Table);
        _targetDefinition = TableDigest.Of(target.Table);
        _done = new RangeSet(earlier?.Unfinished?.Done.Select(r => r.Range) ?? []);
        _differing = new RangeSet(earlier?.Unfinished?.Differing.Select(r => r.Range) ?? []);
        if (earlier is null)
            return;
        _differences.Add(earlier);
        _earlierSeconds = earlier.Seconds;
        _sourceDigest = new RangeDigest(Number(earlier.SourceDigest), earlier.SourcePartitions ?? 0, earlier.SourceRows ?? 0);
        _targetDigest = new RangeDigest(Number(earlier.TargetDigest), earlier.TargetPartitions ?? 0, earlier.TargetRows ?? 0);
    }

    /// <summary>Rows of the source so far.</summary>
    public long Rows => _sourceDigest.Rows;

    /// <summary>Whether any range was compared.</summary>
    public bool IsBegun => _done.Ranges.Count > 0;

    /// <summary>A digest as reports have it.</summary>
    public static string Text(UInt128 digest) => digest.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>How many differences of a range can come to be listed.</summary>
    public int RoomIn(TokenRange range) => _differences.RoomBehind(range.After.Value);

    /// <summary>What of ranges was not compared yet.</summary>
    public IEnumerable<TokenRange> Pending(IEnumerable<TokenRange> ranges) => _done.Without(ranges);

    /// <summary>Takes what a range came to.</summary>
    public void Add(RangeFindings range)
    {
        _sourceDigest += range.Source;
        _targetDigest += range.Target;
        _differences.Add(range.Differences);
        _done.Add(range.Range);
        foreach (TokenRange part in range.Differing)
            _differing.Add(part);
    }

    /// <summary>What was found so far, of a comparison that has not come to its end.</summary>
    /// <param name="message">Why it has not.</param>
    /// <param name="seconds">How long it has taken.</param>
    public TableValidation Unfinished(string message, double seconds)
    {
        double coverage = _done.Share(_plan.Table.Partitioner);
        return Found(coverage, seconds) with
        {
            Message = message,
            NotChecked = [string.Create(CultureInfo.InvariantCulture, $"The table: {1 - coverage:P2} of the ring was not read.")],
            Unfinished = new UnfinishedTable([.. _done.Ranges.Select(ReportedRange.Of)], [.. _differing.Ranges.Select(ReportedRange.Of)]),
        };
    }

    /// <summary>Judges a comparison that has come to its end.</summary>
    /// <param name="isWhole">Whether it was of all rows, and not of a sample.</param>
    /// <param name="seconds">How long it has taken.</param>
    public TableValidation Judge(bool isWhole, double seconds)
    {
        double coverage = isWhole ? 1 : _done.Share(_plan.Table.Partitioner);
        TableValidation result = Found(coverage, seconds) with
        {
            Count = _settings.Checks.HasFlag(ValidationChecks.Count) ? Status(Math.Abs(_sourceDigest.Rows - _targetDigest.Rows)) : CheckStatus.NotChecked,
        };
        if (!_settings.Checks.HasFlag(ValidationChecks.Data))
            return result with { NotChecked = ["Values: rows were counted."] };
        List<string> notChecked = [.. _plan.Terms.NotChecked(_source, _target)];
        if (!isWhole)
            notChecked.Insert(0, string.Create(CultureInfo.InvariantCulture, $"{1 - coverage:P2} of the ring, which the sample leaves out."));
        return result with { Data = Status(_differences.Rows), NotChecked = notChecked };
    }

    private TableValidation Found(double coverage, double seconds)
    {
        TableValidation found = new(_plan.Table.Keyspace, _plan.Table.Name)
        {
            SourceRows = _sourceDigest.Rows,
            TargetRows = _targetDigest.Rows,
            SourcePartitions = _sourceDigest.Partitions,
            TargetPartitions = _targetDigest.Partitions,
            Coverage = coverage,
            Terms = _plan.Terms,
            Seconds = _earlierSeconds + seconds,
            SourceDefinition = _sourceDefinition,
            TargetDefinition = _targetDefinition,
        };
        return !_settings.Checks.HasFlag(ValidationChecks.Data) ? found : found with
        {
            MissingRows = _differences.MissingRows,
            ExtraRows = _differences.ExtraRows,
            DifferentRows = _differences.DifferentRows,
            DifferentCells = _differences.DifferentCells,
            SourceDigest = Text(_sourceDigest.Sum),
            TargetDigest = Text(_targetDigest.Sum),
            Differences = _differences.Listed,
            IsTruncated = _differences.IsTruncated,
            DifferingRanges = [.. _differing.Ranges],
        };
    }

    private CheckStatus Status(long wrong) => wrong == 0 ? CheckStatus.Passed
        : wrong <= _settings.Tolerance && !_settings.Strict ? CheckStatus.Warning
        : CheckStatus.Failed;

    private static UInt128 Number(string? digest) => digest is null ? 0 : UInt128.Parse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
