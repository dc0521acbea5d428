using System.Security.Cryptography;
using System.Text;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;

namespace Cqlite.Migration.Clusters;

/// <summary>How a cluster is written. Immutable.</summary>
public sealed record ClusterWriting
{
    /// <summary>The defaults.</summary>
    public static ClusterWriting Default { get; } = new();

    /// <summary>Requests of one range that are under way at once. Default 32.</summary>
    public int InFlight { get; init; } = 32;

    /// <summary>Statements of one partition that are sent as one unlogged batch at most; 1 for each by itself. Default 30.</summary>
    public int BatchStatements { get; init; } = 30;

    /// <summary>Bytes of values from which on a batch is sent. Default 16 KiB, below what Cassandra refuses.</summary>
    public int BatchBytes { get; init; } = 16 << 10;

    /// <summary>How often a write that may be done twice is sent again when nodes are busy, slow or lost, beside what the connection itself tries. Default 6.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>How many replicas must have written; null, the default, for what the connection says.</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>A file that takes the rows that the cluster refuses, with the reason, as lines of JSON; null, the default: the first one ends the work.</summary>
    public string? RejectPath { get; init; }

    /// <summary>A folder for what is done, so that the work can be gone on with; null, the default, for none.</summary>
    public string? StatePath { get; init; }

    /// <summary>What tells who writes how late it is.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Where a user's work on a cluster is noted where no other folder is named, so that the same user goes on with it from wherever, and by command or cmdlet.
    /// </summary>
    /// <param name="connection">The cluster.</param>
    public static string DefaultStatePath(CassandraConnection connection)
    {
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data, "cqlite", "clusters", StateName(connection));
    }

    /// <summary>
    /// The name of a cluster's folder of notes: clusters may have one name, and a name may stand for another cluster later. A port counts alike, wherever it is given.
    /// </summary>
    /// <param name="connection">The cluster.</param>
    public static string StateName(CassandraConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        IEnumerable<string> points = connection.Options.ContactPoints.Select(point => NodeAddress.Split(point, connection.Options.Port)).Select(p => $"{p.Host.ToLowerInvariant()}:{p.Port}");
        string place = $"{connection.ClusterName}\n{string.Join(",", points.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..16];
    }

    /// <summary>Takes notes away that say nothing any more.</summary>
    /// <param name="folder">A cluster's folder of notes.</param>
    internal static void Tidy(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
                return;
            foreach (string file in Directory.EnumerateFiles(folder, "*.done").Where(f => new FileInfo(f).Length == 0).ToArray())
                File.Delete(file);
            foreach (string empty in (string[])[folder, Path.GetDirectoryName(folder)!])
            {
                if (!Directory.EnumerateFileSystemEntries(empty).Any())
                    Directory.Delete(empty);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another copy uses them.
        }
    }
}
