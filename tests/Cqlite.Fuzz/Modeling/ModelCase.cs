using System.Globalization;

namespace Cqlite.Fuzz.Modeling;

/// <summary>
/// A random table and random operations on it, made of a seed: writes, deletions of every kind, TTLs, flushes, compactions, reopenings, crashes,
/// changes of the schema, and SELECTs. A case that fails is reduced to the operations that it takes.
/// </summary>
internal sealed class ModelCase
{
    /// <summary>When it begins, in seconds since 1970.</summary>
    public const long StartSeconds = 1_700_000_000;

    private const int MostOperations = 60;
    private readonly int _seed;
    private readonly ModelTable _table;
    private readonly ModelOperation[] _operations;

    private ModelCase(int seed)
    {
        Random random = new(seed);
        _seed = seed;
        _table = ModelTable.Random(random);
        long seconds = StartSeconds;
        _operations = [.. Enumerable.Range(0, random.Next(10, MostOperations)).Select(i => Next(random, i, ref seconds))];
    }

    /// <summary>Runs the case of a seed; null if the database agrees with the model, otherwise the reduced case with what is wrong.</summary>
    public static string? Run(int seed) => new ModelCase(seed).Run();

    /// <summary>A value for a column of a key.</summary>
    public static object Key(ValueKind kind, Random random, bool isPartition) =>
        kind == ValueKind.Int ? random.Next(4) - 1 : ((string[])["a", "b", "ab", isPartition ? "c" : ""])[random.Next(4)];

    private string? Run()
    {
        if (Problem(_operations, out _) is null)
            return null;
        List<ModelOperation> left = [.. _operations];
        for (int size = left.Count / 2; size > 0; size /= 2)
        {
            for (int start = 0; start < left.Count;)
            {
                List<ModelOperation> fewer = [.. left[..start], .. left[Math.Min(left.Count, start + size)..]];
                if (Problem(fewer, out _) is not null)
                    left = fewer;
                else
                    start += size;
            }
        }

        string problem = Problem(left, out List<string> log)!;
        return $"seed {_seed}, {left.Count} of {_operations.Length} operations, version {_table.Version}:\n  {string.Join(";\n  ", log)}\n{problem}\n";
    }

    private string? Problem(IReadOnlyList<ModelOperation> operations, out List<string> log)
    {
        log = [];
        try
        {
            using ModelRun run = new(_table);
            log = run.Log;
            run.Run(operations);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e.ToString();
        }
    }

    private ModelOperation Next(Random random, int number, ref long seconds)
    {
        switch (random.Next(24))
        {
            case 0 or 1:
                int passed = random.Next(1, 30);
                seconds += passed;
                return new TickOperation(passed);
            case 2 or 3:
                return new StorageOperation(StorageAction.Flush, 0);
            case 4:
                return new StorageOperation(StorageAction.Compact, random.Next());
            case 5:
                seconds++;
                return new StorageOperation(random.Next(2) == 0 ? StorageAction.Reopen : StorageAction.Crash, random.Next());
            case 6:
                return new SchemaOperation((SchemaAction)random.Next(4), random.Next(100));
            case 7 or 8 or 9 or 10 or 11:
                return new SelectOperation(random.Next());
            case 12:
                return new CounterOperation(random.Next(3), random.Next(4) == 0 ? null : random.Next(3), random.Next(-5, 6));
            case 13:
                long now = seconds;
                object[] partition = Partition(random);
                return new BatchOperation([.. Enumerable.Range(0, random.Next(2, 5)).Select(i => Write(random, (number * 10) + i, now) with { Partition = partition })]);
            default:
                return Write(random, number * 10, seconds);
        }
    }

    private WriteOperation Write(Random random, int number, long seconds)
    {
        int ttl = random.Next(5) == 0 ? random.Next(5, 60) : 0;

        // Where tombstones go at once, what comes later must be later; elsewhere times are mixed, and often equal. What
        // expires has a time of its own: of two such cells of one time, which one holds depends on when that is asked.
        long at = _table.PurgesAtOnce
            ? (seconds * 1_000_000) + 500_000 + number
            : ((StartSeconds + random.Next(-3, 4)) * 1_000_000) + 500_000 + (ttl > 0 || _table.DefaultTtlSeconds > 0 ? number + 1 : 0);
        if (!_table.PurgesAtOnce && random.Next(3) == 0)
            at += (seconds - StartSeconds) * 1_000_000;
        object[] row = [.. _table.Clustering.Select(c => Key(c.Kind, random, isPartition: false))];
        WriteOperation write = new() { Verb = "UPDATE", Partition = Partition(random), Row = row, At = at, TtlSeconds = ttl };
        ModelColumn[] columns = [.. _table.Columns.Where(_ => random.Next(3) == 0).DefaultIfEmpty(_table.Columns[0])];
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                return write with { Verb = "INSERT", Assignments = [.. columns.Select(c => new ModelAssignment(c, AssignmentKind.Set, Value(c.Kind, random), null))] };
            case 3:
                return write with { Verb = "DELETE", TtlSeconds = 0, Assignments = [.. columns.Select(c => new ModelAssignment(c, AssignmentKind.Set, null, Element(c.Kind, random)))] };
            case 4:
                int given = random.Next(row.Length + 1);
                write = write with { Verb = "DELETE", TtlSeconds = 0, Row = row[..given] };
                if (given == row.Length || random.Next(2) == 0)
                    return write;
                object end = Key(_table.Clustering[given].Kind, random, isPartition: false);
                object other = Key(_table.Clustering[given].Kind, random, isPartition: false);
                (object low, object high) = ModelValue.Compare(end, other) <= 0 ? (end, other) : (other, end);
                return write with
                {
                    Ends = random.Next(3) switch
                    {
                        0 => [(random.Next(2) == 0 ? ">" : ">=", low)],
                        1 => [(random.Next(2) == 0 ? "<" : "<=", low)],
                        _ => [(random.Next(2) == 0 ? ">" : ">=", low), (random.Next(2) == 0 ? "<" : "<=", high)],
                    },
                };
            default:
                return write with { Assignments = [.. columns.Select(c => Assign(c, random))] };
        }
    }

    private object[] Partition(Random random) => [.. _table.Partition.Select(k => Key(k, random, isPartition: true))];

    private static ModelAssignment Assign(ModelColumn column, Random random)
    {
        object? element = Element(column.Kind, random);
        object value = Value(column.Kind, random) ?? "";
        bool isCollection = column.Kind is ValueKind.Set or ValueKind.Map or ValueKind.List && value is not "";
        return random.Next(4) switch
        {
            0 when isCollection => new(column, AssignmentKind.Add, value, null),
            1 when isCollection && column.Kind == ValueKind.List => new(column, AssignmentKind.Prepend, value, null),
            1 when element is not null && column.Kind != ValueKind.Fields => new(column, AssignmentKind.Remove, null, element),
            2 when element is not null && column.Kind != ValueKind.Set => new(column, AssignmentKind.Put, random.Next(3) == 0 ? null : column.Kind == ValueKind.Fields && (string)element == "b" ? "x" : random.Next(4), element),
            _ => new(column, AssignmentKind.Set, Value(column.Kind, random), null),
        };
    }

    private static object? Element(ValueKind kind, Random random) => random.Next(3) == 0
        ? null
        : kind switch
        {
            ValueKind.Set => random.Next(4),
            ValueKind.Map => ((string[])["a", "b", "c"])[random.Next(3)],
            ValueKind.Fields => ((string[])["a", "b", "c"])[random.Next(3)],
            _ => null,
        };

    private static object? Value(ValueKind kind, Random random)
    {
        if (random.Next(8) == 0)
            return null;
        List<int> numbers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4)).Distinct().Order()];
        return kind switch
        {
            ValueKind.Int => random.Next(6) - 1,
            ValueKind.Text => ((string[])["a", "b", "ab", ""])[random.Next(4)],
            ValueKind.List => numbers.Append(random.Next(4)).ToList(),
            ValueKind.Map => numbers.ToDictionary(n => ((char)('a' + n)).ToString(CultureInfo.InvariantCulture), _ => random.Next(4)),
            ValueKind.Fields => new Dictionary<string, object> { ["a"] = random.Next(4), ["b"] = "y" },
            _ => numbers,
        };
    }
}
