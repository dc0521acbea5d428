using System.Globalization;

namespace Cqlite.Core.Schema.Options;

/// <summary>The keyspace option <c>replication</c>: the strategy's class and its replication factors.</summary>
/// <remarks>Source: org/apache/cassandra/schema/ReplicationParams.java, locator/{SimpleStrategy,NetworkTopologyStrategy,ReplicationFactor}.java.</remarks>
internal static class ReplicationOptions
{
    private const string Package = "org.apache.cassandra.locator.";
    private const string Class = "class";
    private const string Factor = "replication_factor";
    private const string Simple = Package + "SimpleStrategy";
    private const string Topology = Package + "NetworkTopologyStrategy";
    private const string LocalStrategy = Package + "LocalStrategy";

    /// <summary>Replication of keyspaces that only this node has.</summary>
    public static IReadOnlyDictionary<string, string> Local { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal) { [Class] = LocalStrategy };

    /// <summary>Replication of keyspaces that what was read does not tell of.</summary>
    public static IReadOnlyDictionary<string, string> Untold { get; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal) { [Class] = Simple, [Factor] = "1" };

    /// <summary>Whether it is that of keyspaces that only a node itself has.</summary>
    public static bool IsLocal(IReadOnlyDictionary<string, string> map) => string.Equals(map.GetValueOrDefault(Class), LocalStrategy, StringComparison.Ordinal);

    /// <summary>The options as Cassandra keeps them: class in full, defaults filled in.</summary>
    /// <param name="map">What the statement says.</param>
    /// <param name="previous">What the keyspace had; null for a new one.</param>
    /// <param name="datacenters">The data centers that there are.</param>
    public static IReadOnlyDictionary<string, string> Parse(
        IReadOnlyDictionary<string, string> map,
        IReadOnlyDictionary<string, string>? previous,
        IReadOnlyCollection<string> datacenters)
    {
        var options = new Dictionary<string, string>(map, StringComparer.Ordinal);
        if (!options.Remove(Class, out string? className))
            throw OptionErrors.Configuration("Missing replication strategy class");
        string fullName = FullName(className);
        if (fullName is not (Simple or Topology or LocalStrategy))
        {
            throw string.Equals(fullName, Package + "OldNetworkTopologyStrategy", StringComparison.Ordinal)
                ? OptionErrors.Configuration(
                    "The support for the OldNetworkTopologyStrategy has been removed in C* version 4.0. The keyspace strategy should be switch to NetworkTopologyStrategy")
                : OptionErrors.Configuration($"Unable to find replication strategy class '{fullName}'");
        }

        string? previousFactor = previous?.GetValueOrDefault(Factor);
        if (string.Equals(fullName, Simple, StringComparison.Ordinal))
            options.TryAdd(Factor, previousFactor ?? "1");
        else if (string.Equals(fullName, Topology, StringComparison.Ordinal))
            PrepareTopology(options, previous, previousFactor, datacenters);
        return Sorted(options, fullName);
    }

    /// <summary>The options with the class in full, of whatever class.</summary>
    public static IReadOnlyDictionary<string, string> Keep(IReadOnlyDictionary<string, string> map)
    {
        var options = new Dictionary<string, string>(map, StringComparer.Ordinal);
        options.Remove(Class, out string? className);
        return Sorted(options, FullName(className ?? "SimpleStrategy"));
    }

    /// <summary>Checks what <see cref="Parse"/> gave.</summary>
    /// <returns>Warnings.</returns>
    public static IReadOnlyList<string> Validate(string keyspace, IReadOnlyDictionary<string, string> map, IReadOnlyCollection<string> datacenters)
    {
        var warnings = new List<string>();
        bool simple = string.Equals(map[Class], Simple, StringComparison.Ordinal);
        string[] names = [.. JavaHashOrder.OfStrings([.. map.Keys.Where(k => !string.Equals(k, Class, StringComparison.Ordinal))], map.Count)];
        if (simple)
            _ = FactorOf(map[Factor]);
        if (!simple && names.Length == 0 && string.Equals(map[Class], Topology, StringComparison.Ordinal))
            throw OptionErrors.Configuration("Configuration for at least one datacenter must be present");

        foreach (string name in names)
        {
            if (simple ? !string.Equals(name, Factor, StringComparison.Ordinal) : !datacenters.Contains(name, StringComparer.Ordinal))
            {
                string strategy = map[Class][Package.Length..];
                throw OptionErrors.Configuration($"Unrecognized strategy option {{{name}}} passed to {strategy} for keyspace {keyspace}");
            }
        }

        foreach (string name in names)
        {
            int factor = FactorOf(map[name]);
            if (factor > 1)
            {
                warnings.Add($"Your replication factor {factor} for keyspace {keyspace} is higher than the number of nodes 1"
                    + (simple ? "" : $" for datacenter {name}"));
            }
        }

        return warnings;
    }

    /// <summary>Copies of each row, over all data centers.</summary>
    public static int TotalFactor(IReadOnlyDictionary<string, string> map) => map
        .Where(option => !string.Equals(option.Key, Class, StringComparison.Ordinal))
        .Sum(option => int.TryParse(option.Value.Split('/')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int factor) ? factor : 0);

    private static string FullName(string className) => className.Contains('.', StringComparison.Ordinal) ? className : Package + className;

    private static void PrepareTopology(
        Dictionary<string, string> options,
        IReadOnlyDictionary<string, string>? previous,
        string? previousFactor,
        IReadOnlyCollection<string> datacenters)
    {
        if (options.Count == 0)
            options[Factor] = previousFactor ?? "1";
        if (!options.Remove(Factor, out string? factor))
            return;
        foreach ((string name, string value) in previous ?? Local)
        {
            if (name is not (Factor or Class))
                options.TryAdd(name, value);
        }

        FactorOf(factor);
        foreach (string datacenter in datacenters)
            options.TryAdd(datacenter, factor);
        foreach (string name in options.Keys.Where(name => string.Equals(options[name], "0", StringComparison.Ordinal)).ToArray())
            options.Remove(name);
    }

    private static int FactorOf(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2)
            throw OptionErrors.Configuration("Replication factor format is <replicas> or <replicas>/<transient>");
        int[] numbers = [.. parts.Select(Number)];
        if (numbers[0] < 0)
            throw OptionErrors.Configuration($"Replication factor must be non-negative, found {numbers[0]}");
        if (numbers.Length == 2 && numbers[1] != 0)
        {
            throw numbers[1] >= numbers[0]
                ? OptionErrors.Configuration($"Transient replicas must be zero, or less than total replication factor. For {numbers[0]}/{numbers[1]}")
                : OptionErrors.Configuration("Transient nodes are not allowed with multiple tokens");
        }

        return numbers[0];
    }

    private static int Number(string text) => JavaNumber.TryParseInt(text, out int value)
        ? value
        : throw OptionErrors.Configuration($"For input string: \"{text}\"");

    private static SortedDictionary<string, string> Sorted(Dictionary<string, string> options, string fullName) =>
        new(options, StringComparer.Ordinal) { [Class] = fullName };
}
