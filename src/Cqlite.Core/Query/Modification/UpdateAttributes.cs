using System.Buffers.Binary;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>What USING says.</summary>
/// <param name="Timestamp">The timestamp, a bigint; null where it is not given.</param>
/// <param name="TimeToLive">The TTL in seconds, an int; null where it is not given.</param>
/// <remarks>Source: org/apache/cassandra/cql3/Attributes.java, db/ExpirationDateOverflowHandling.java.</remarks>
internal sealed record UpdateAttributes(Term? Timestamp, Term? TimeToLive)
{
    /// <summary>The longest TTL: 20 years.</summary>
    public const int MaxTtlSeconds = 20 * 365 * 24 * 60 * 60;

    /// <summary>Nothing.</summary>
    public static UpdateAttributes None { get; } = new(null, null);

    /// <summary>Plans a clause.</summary>
    public static UpdateAttributes Plan(UsingClause? clause, TermPlanner terms)
    {
        if (clause is null)
            return None;
        return new UpdateAttributes(
            clause.Timestamp is { } timestamp ? terms.Prepare(timestamp, new Receiver("[timestamp]", CqlTypes.BigInt)) : null,
            clause.TimeToLive is { } ttl ? terms.Prepare(ttl, new Receiver("[ttl]", CqlTypes.Int)) : null);
    }

    /// <summary>The timestamp of a write.</summary>
    /// <param name="values">The statement's values.</param>
    /// <param name="otherwise">The timestamp where none is given.</param>
    public long TimestampOf(BindValues values, long otherwise)
    {
        if (Timestamp is null)
            return otherwise;
        byte[] value = Timestamp.Bind(values) ?? throw new InvalidQueryException("Invalid null value of timestamp");
        if (BindValues.IsUnset(value))
            return otherwise;
        return value.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(value) : throw new InvalidQueryException("Invalid timestamp value");
    }

    /// <summary>The TTL of a write in seconds; 0 for none.</summary>
    /// <param name="values">The statement's values.</param>
    /// <param name="table">The table, which may have a default.</param>
    /// <param name="clockSeconds">The present, in seconds since 1970.</param>
    /// <param name="lastSeconds">The last second at which something can expire, <see cref="Database.LastExpirationSeconds"/>.</param>
    /// <exception cref="InvalidQueryException">It is too long, negative, or ends when no date can be stored.</exception>
    public int TtlOf(BindValues values, TableMetadata table, long clockSeconds, long lastSeconds)
    {
        int byDefault = table.Options.DefaultTimeToLiveSeconds;
        if (TimeToLive is null)
        {
            CheckExpiration(table, byDefault, clockSeconds, lastSeconds, isDefault: true);
            return byDefault;
        }

        byte[]? value = TimeToLive.Bind(values);
        if (BindValues.IsUnset(value))
            return byDefault;
        if (value is null || value.Length == 0)
            return 0;
        int ttl = BinaryPrimitives.ReadInt32BigEndian(value);
        if (ttl < 0)
            throw new InvalidQueryException($"A TTL must be greater or equal to 0, but was {ttl}");
        if (ttl > MaxTtlSeconds)
            throw new InvalidQueryException($"ttl is too large. requested ({ttl}) maximum ({MaxTtlSeconds})");
        CheckExpiration(table, ttl, clockSeconds, lastSeconds, isDefault: false);
        return ttl;
    }

    private static void CheckExpiration(TableMetadata table, int ttlSeconds, long clockSeconds, long lastSeconds, bool isDefault)
    {
        if (ttlSeconds == 0 || ttlSeconds + clockSeconds <= lastSeconds)
            return;
        throw new InvalidQueryException(
            $"Request on table {table} with {(isDefault ? "default " : "")}ttl of {ttlSeconds} seconds exceeds maximum supported expiration date of "
            + $"{DateTimeOffset.FromUnixTimeSeconds(lastSeconds):yyyy-MM-dd'T'HH:mm:sszzz}. In order to avoid this use a lower TTL, change the expiration date overflow policy or upgrade to a version where this "
            + "limitation is fixed. See CASSANDRA-14092 and CASSANDRA-14227 for more details.");
    }
}
