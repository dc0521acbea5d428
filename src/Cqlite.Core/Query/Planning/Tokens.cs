using System.Numerics;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>A call of token() on values, as a value.</summary>
internal sealed record TokenTerm(TableMetadata Table, IReadOnlyList<Term> Arguments) : Term
{
    public override bool HasMarker => Arguments.Any(a => a.HasMarker);

    public override bool IsDeferred => Arguments.Any(a => a.IsDeferred);

    public override byte[]? Bind(BindValues values)
    {
        byte[]?[] components = [.. Arguments.Select(a => a.Bind(values))];
        if (Array.Exists(components, c => c is null))
            return null;
        byte[] key = PartitionKeys.Serialize(components);
        return Tokens.Serialize(Table.Partitioner, Table.Partitioner.TokenOf(key), key);
    }

    public override string ToString() => $"token({string.Join(", ", Arguments)})";
}

/// <summary>Tokens as values of CQL: bigint for Murmur3, varint for Random, blob for the byte-ordered partitioner.</summary>
internal static class Tokens
{
    /// <summary>The CQL type of a partitioner's tokens.</summary>
    public static CqlType TypeOf(Partitioner partitioner)
    {
        if (ReferenceEquals(partitioner, Partitioner.Murmur3))
            return CqlTypes.BigInt;
        return ReferenceEquals(partitioner, Partitioner.Random) ? CqlTypes.VarInt : CqlTypes.Blob;
    }

    /// <summary>Prepares what a token is compared with.</summary>
    public static Term Prepare(Expression expression, TableMetadata table, TermPlanner terms)
    {
        if (expression is FunctionCall { Function: { Name: "token", Keyspace: null or "system" } } call)
        {
            if (call.Arguments.Length != table.PartitionKey.Count)
            {
                throw new InvalidQueryException(
                    $"Invalid number of arguments in call to function system.token: {table.PartitionKey.Count} required but {call.Arguments.Length} provided");
            }

            var arguments = new List<Term>();
            for (int i = 0; i < call.Arguments.Length; i++)
            {
                arguments.Add(PrepareArgument(call, i, table, terms));
            }

            return new TokenTerm(table, arguments);
        }

        return terms.Prepare(expression, new Receiver("partition key token", TypeOf(table.Partitioner)));
    }

    /// <summary>Prepares a value that token() is called on.</summary>
    public static Term PrepareArgument(FunctionCall call, int index, TableMetadata table, TermPlanner terms)
    {
        CqlType type = table.PartitionKey[index].Type;
        var receiver = new Receiver($"arg{index}(system.token)", type);
        return terms.Test(call.Arguments[index], receiver) == Assignment.None
            ? throw new InvalidQueryException(
                $"Type error: {ExpressionText.Of(call.Arguments[index])} cannot be passed as argument {index} of function system.token of type {type.Name}")
            : terms.Prepare(call.Arguments[index], receiver);
    }

    /// <summary>A token as a value.</summary>
    public static byte[] Serialize(Partitioner partitioner, Token token, ReadOnlySpan<byte> key)
    {
        var output = new BufferWriter(16);
        Write(partitioner, token, key, output);
        return output.ToArray();
    }

    /// <summary>Appends a token as a value.</summary>
    public static void Write(Partitioner partitioner, Token token, ReadOnlySpan<byte> key, BufferWriter output)
    {
        if (partitioner.TokensAreKeys)
            output.Write(key);
        else if (ReferenceEquals(partitioner, Partitioner.Random))
            output.Write(((BigInteger)token.Value).ToByteArray(isBigEndian: true));
        else
            output.WriteInt64((long)token.Value);
    }

    /// <summary>The place on the ring just before (-1) or after (+1) the keys of a token given as a value.</summary>
    public static RingPosition Position(Partitioner partitioner, byte[] value, int side)
    {
        if (partitioner.TokensAreKeys)
            return new RingPosition(default, value, side);
        Int128 number = ReferenceEquals(partitioner, Partitioner.Random)
            ? (Int128)new BigInteger(value, isBigEndian: true)
            : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value);
        return RingPosition.OfToken(new Token(number), side);
    }

    /// <summary>Whether a token given as a value is the smallest, which stands for no bound.</summary>
    public static bool IsMinimum(Partitioner partitioner, byte[] value)
    {
        if (partitioner.TokensAreKeys)
            return value.Length == 0;
        return ReferenceEquals(partitioner, Partitioner.Random)
            ? new BigInteger(value, isBigEndian: true) == BigInteger.MinusOne
            : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value) == long.MinValue;
    }
}
