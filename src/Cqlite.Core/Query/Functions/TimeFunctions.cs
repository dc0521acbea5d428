using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>The time functions, and uuid(). Times are read as milliseconds since 1970.</summary>
/// <remarks>
/// <code>
/// min_timeuuid   the time's first 100 ns, clock sequence and node 8080808080808080, the least as signed bytes
/// max_timeuuid   the time's last 100 ns, clock sequence and node 7F7F7F7F7F7F7F7F
/// </code>
/// Source: org/apache/cassandra/cql3/functions/{TimeFcts,UuidFcts}.java, utils/TimeUUID.java.
/// </remarks>
internal static class TimeFunctions
{
    private const long UuidTicksOfMilli = 10_000;
    private const long UnixEpochInUuidTicks = 122_192_928_000_000_000;

    /// <summary>The milliseconds that a serialized time stands for.</summary>
    public delegate long Moment(ReadOnlySpan<byte> value);

    public static IEnumerable<Function> All()
    {
        yield return Varying("now", WriteNextUuid, CqlTypes.TimeUuid);
        yield return Varying("uuid", WriteRandomUuid, CqlTypes.Uuid);
        foreach (string prefix in new[] { "current_", "current" })
        {
            yield return Varying(prefix + "timeuuid", WriteNextUuid, CqlTypes.TimeUuid);
            yield return Varying(prefix + "timestamp", (in a, output) => Result.Integer(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), sizeof(long), output), CqlTypes.Timestamp);
            yield return Varying(prefix + "date", (in a, output) => Result.Date(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), output), CqlTypes.Date);
            yield return Varying(prefix + "time", (in a, output) => Result.Integer(DateTime.UtcNow.TimeOfDay.Ticks * 100, sizeof(long), output), CqlTypes.Time);
        }

        foreach ((string name, string legacy, ScalarBody body, CqlType result, CqlType from) in Conversions())
        {
            var function = new ScalarFunction(name, body, result, from) { IsMonotonic = result is not TimeUuidType };
            yield return function;
            yield return function.Named(legacy);
        }

        foreach (Function floor in Floors())
            yield return floor;
    }

    public static long MillisOfUuid(ReadOnlySpan<byte> value)
    {
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(value);
        long ticks = (long)(((high & 0x0FFF) << 48) | ((high & 0xFFFF_0000) << 16) | (high >> 32));
        return (ticks - UnixEpochInUuidTicks) / UuidTicksOfMilli;
    }

    public static long MillisOfTimestamp(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);

    public static ScalarBody ToDate(Moment moment) => (in a, output) => Result.Date(moment(a.First), output);

    public static ScalarBody ToMillis(Moment moment) => (in a, output) => Result.Integer(moment(a.First), sizeof(long), output);

    /// <summary>Appends the least or greatest UUID of a millisecond.</summary>
    public static bool WriteBoundaryUuid(long millis, bool last, BufferWriter output)
    {
        long ticks = UnixEpochInUuidTicks + ((millis + (last ? 1 : 0)) * UuidTicksOfMilli) - (last ? 1 : 0);
        output.WriteInt32((int)ticks);
        output.WriteUInt16((ushort)(ticks >> 32));
        output.WriteUInt16((ushort)(((ticks >> 48) & 0x0FFF) | 0x1000));
        return Result.Integer(last ? 0x7F7F_7F7F_7F7F_7F7F : unchecked((long)0x8080_8080_8080_8080), sizeof(long), output);
    }

    private static ScalarFunction Varying(string name, ScalarBody body, CqlType type) => new(name, body, type) { IsPure = false };

    private static IEnumerable<(string Name, string Legacy, ScalarBody Body, CqlType Result, CqlType From)> Conversions()
    {
        yield return ("min_timeuuid", "mintimeuuid", (in a, output) => WriteBoundaryUuid(MillisOfTimestamp(a.First), last: false, output), CqlTypes.TimeUuid, CqlTypes.Timestamp);
        yield return ("max_timeuuid", "maxtimeuuid", (in a, output) => WriteBoundaryUuid(MillisOfTimestamp(a.First), last: true, output), CqlTypes.TimeUuid, CqlTypes.Timestamp);
        yield return ("to_date", "todate", ToDate(MillisOfUuid), CqlTypes.Date, CqlTypes.TimeUuid);
        yield return ("to_date", "todate", ToDate(MillisOfTimestamp), CqlTypes.Date, CqlTypes.Timestamp);
        yield return ("to_timestamp", "totimestamp", ToMillis(MillisOfUuid), CqlTypes.Timestamp, CqlTypes.TimeUuid);
        yield return ("to_timestamp", "totimestamp", ToMillis(DurationMath.DateToMillis), CqlTypes.Timestamp, CqlTypes.Date);
        yield return ("to_unix_timestamp", "tounixtimestamp", ToMillis(MillisOfUuid), CqlTypes.BigInt, CqlTypes.TimeUuid);
        yield return ("to_unix_timestamp", "tounixtimestamp", ToMillis(MillisOfTimestamp), CqlTypes.BigInt, CqlTypes.Timestamp);
        yield return ("to_unix_timestamp", "tounixtimestamp", ToMillis(DurationMath.DateToMillis), CqlTypes.BigInt, CqlTypes.Date);
    }

    private static IEnumerable<Function> Floors()
    {
        foreach ((CqlType type, Moment moment) in new (CqlType, Moment)[] { (CqlTypes.Timestamp, MillisOfTimestamp), (CqlTypes.TimeUuid, MillisOfUuid) })
        {
            yield return Floor((in a, output) => FloorMoment(moment(a.First), a.Second, 0, output), CqlTypes.Timestamp, type, CqlTypes.Duration);
            yield return Floor((in a, output) => FloorMoment(moment(a.First), a.Second, MillisOfTimestamp(a.Third), output), CqlTypes.Timestamp, type, CqlTypes.Duration, CqlTypes.Timestamp);
        }

        yield return Floor((in a, output) => FloorDate(a.First, a.Second, 0, output), CqlTypes.Date, CqlTypes.Date, CqlTypes.Duration);
        yield return Floor((in a, output) => FloorDate(a.First, a.Second, DurationMath.DateToMillis(a.Third), output), CqlTypes.Date, CqlTypes.Date, CqlTypes.Duration, CqlTypes.Date);
        yield return Floor((in a, output) => Result.Integer(DurationMath.FloorTime(MillisOfTimestamp(a.First), DurationType.Read(a.Second)), sizeof(long), output), CqlTypes.Time, CqlTypes.Time, CqlTypes.Duration);
    }

    private static ScalarFunction Floor(ScalarBody body, CqlType result, params ReadOnlySpan<CqlType> arguments) => new("floor", body, result, arguments) { IsMonotonic = true };

    private static bool FloorMoment(long millis, ReadOnlySpan<byte> duration, long startMillis, BufferWriter output)
    {
        CqlDuration step = DurationType.Read(duration);
        if (step.Nanoseconds % 1_000_000 != 0)
            throw new InvalidQueryException($"The floor cannot be computed for the {step} duration as precision is below 1 millisecond");
        return Result.Integer(DurationMath.FloorMoment(millis, step, startMillis), sizeof(long), output);
    }

    private static bool FloorDate(ReadOnlySpan<byte> date, ReadOnlySpan<byte> duration, long startMillis, BufferWriter output)
    {
        CqlDuration step = DurationType.Read(duration);
        if (step.Nanoseconds != 0)
            throw new InvalidQueryException($"The floor on date values cannot be computed for the {step} duration as precision is below 1 day");
        return Result.Date(DurationMath.FloorMoment(DurationMath.DateToMillis(date), step, startMillis), output);
    }

    private static bool WriteNextUuid(in Arguments arguments, BufferWriter output) => WriteUuid(TimeUuid.Next(), output);

    private static bool WriteRandomUuid(in Arguments arguments, BufferWriter output) => WriteUuid(Guid.NewGuid(), output);

    private static bool WriteUuid(Guid value, BufferWriter output)
    {
        const int length = 16;
        value.TryWriteBytes(output.GetSpan(length), bigEndian: true, out _);
        output.Advance(length);
        return true;
    }
}
