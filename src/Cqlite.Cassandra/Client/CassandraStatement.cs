using System.Collections.Immutable;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;

namespace Cqlite.Cassandra.Client;

/// <summary>A statement that a cluster knows: to be executed any number of times, by any thread. A node that has forgotten it is told again.</summary>
public sealed class CassandraStatement : PreparedStatement
{
    private PreparedResult? _prepared;

    internal CassandraStatement(string text, string? keyspace, StatementNature nature, PreparedResult? prepared)
    {
        Text = text;
        Keyspace = keyspace;
        Nature = nature;
        _prepared = prepared;
        Markers = prepared?.Markers.Markers ?? [];
        IsExecutedOnce = Markers.Any(m => m.Type.IsCounter);
        PartitionKeyMarkers = prepared is null ? [] : [.. prepared.Markers.PartitionKey.Select(m => (int)m)];
    }

    /// <inheritdoc/>
    public override string Text { get; }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => Prepared is { Metadata.Columns: { IsDefault: false } columns } ? columns : [];

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Markers { get; }

    /// <inheritdoc/>
    public override ImmutableArray<int> PartitionKeyMarkers { get; }

    /// <summary>Whether executing it twice does what once does, so that it is tried again after a failure. What is added may be to a counter, which only its type tells.</summary>
    public bool IsIdempotent => Nature.IsIdempotent && !IsExecutedOnce;

    /// <summary>Whether it does more each time, which its text may not tell: it then has no timestamp of the client's either.</summary>
    internal bool IsExecutedOnce { get; set; }

    /// <summary>What its text tells.</summary>
    internal StatementNature Nature { get; }

    /// <summary>The keyspace of names without one.</summary>
    internal string? Keyspace { get; }

    /// <summary>What the server made of it; null for what is sent as text.</summary>
    internal PreparedResult? Prepared
    {
        get => Volatile.Read(ref _prepared);
        set => Volatile.Write(ref _prepared, value);
    }

    /// <summary>The partition's key; null where the values do not give it.</summary>
    internal byte[]? KeyOf(BindValues values)
    {
        if (PartitionKeyMarkers.IsEmpty)
            return null;
        byte[]?[] components = new byte[]?[PartitionKeyMarkers.Length];
        for (int i = 0; i < components.Length; i++)
        {
            components[i] = values[PartitionKeyMarkers[i]];
            if (components[i] is null || BindValues.IsUnset(components[i]) || components[i]!.Length > PartitionKeys.MaxLength)
                return null;
        }

        return PartitionKeys.Serialize(components);
    }
}
