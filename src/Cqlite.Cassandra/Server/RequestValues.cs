using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Server;

/// <summary>What a request says about an execution, as the engine takes it.</summary>
internal static class RequestValues
{
    /// <summary>Refuses a page of no rows.</summary>
    /// <exception cref="InvalidQueryException">It is one; becomes PROTOCOL_ERROR.</exception>
    public static void CheckPageSize(QueryParameters parameters)
    {
        if (parameters.PageSize == 0)
            throw new InvalidQueryException("The page size cannot be 0", InvalidQueryException.ProtocolErrorCode);
    }

    /// <summary>How a statement is to be executed.</summary>
    public static QueryOptions OptionsOf(QueryParameters parameters, CancellationToken cancellation) => new()
    {
        NowSeconds = parameters.NowInSeconds,
        TimestampMicros = parameters.TimestampMicros,
        Consistency = parameters.Consistency,
        SerialConsistency = parameters.SerialConsistency,
        PageSize = parameters.PageSize,
        PagingState = parameters.PagingState?.ToArray(),
        Cancellation = cancellation,
    };

    /// <summary>The values of a statement's markers: by position, or those whose names the markers have.</summary>
    /// <remarks>As in Cassandra, a value whose name no marker has is passed over, and the same value may serve several markers.</remarks>
    public static BindValues Bind(QueryParameters parameters, PreparedQuery query)
    {
        if (parameters.Names is not { } names)
            return Bind(parameters.Values);
        var values = new List<byte[]?>(query.Markers.Length);
        foreach (ResultColumn marker in query.Markers)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (!string.Equals(names[i], marker.Name, StringComparison.Ordinal))
                    continue;
                values.Add(ValueOf(parameters.Values[i]));
                break;
            }
        }

        return new BindValues([.. values]);
    }

    /// <summary>Values by position. They are copied: the request's own are gone with it, and a write keeps them.</summary>
    public static BindValues Bind(IReadOnlyList<BoundValue> values)
    {
        if (values.Count == 0)
            return BindValues.None;
        byte[]?[] copies = new byte[]?[values.Count];
        for (int i = 0; i < copies.Length; i++)
            copies[i] = ValueOf(values[i]);
        return new BindValues(copies);
    }

    private static byte[]? ValueOf(in BoundValue value) => value.IsNull ? null : value.IsUnset ? BindValues.Unset : value.Bytes.ToArray();
}
