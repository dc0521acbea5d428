using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// The last component of a composite in tables that had collections before 3.0: the component before it is a column's name, and that
/// column's collection orders the component. 3.x tells of it in definitions of tables; no value of an SSTable since 3.0 has one.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/ColumnToCollectionType.java of 3.x.</remarks>
internal sealed class ColumnToCollectionType : CqlType
{
    private readonly KeyValuePair<byte[], CqlType>[] _collections;

    /// <summary>Creates the type of collections by column names.</summary>
    public ColumnToCollectionType(IEnumerable<KeyValuePair<byte[], CqlType>> collections)
    {
        _collections = [.. collections];
        ClassName = $"{NativeType.Package}ColumnToCollectionType({string.Join(',', _collections.Select(c => $"{Hex.Format(c.Key)}:{c.Value.ClassName}"))})";
        Name = $"'{ClassName}'";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ClassName { get; }

    /// <summary>Without the column's name there is only the order of the bytes.</summary>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => CqlTypes.Blob.Decode(value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output) => CqlTypes.Blob.Encode(value, output);

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => CqlTypes.Blob.ParseText(text, output);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => CqlTypes.Blob.ParseJson(value, output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteText(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteLiteral(value, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteJson(value, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);

    /// <inheritdoc/>
    internal override int CompareMember(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ReadOnlySpan<byte> previous)
    {
        foreach (KeyValuePair<byte[], CqlType> collection in _collections)
        {
            if (previous.SequenceEqual(collection.Key))
                return (collection.Value.PathType ?? collection.Value).Compare(left, right);
        }

        MarshalError.Throw($"{Hex.Format(previous)} is not defined as a collection");
        return 0;
    }
}
