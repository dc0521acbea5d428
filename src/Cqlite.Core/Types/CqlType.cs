using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>
/// A CQL type: how its values are serialized, compared, checked and printed. Values stay serialized wherever possible; a
/// null value is never passed to these methods, a zero-length span is the type's empty value. Instances are immutable.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/AbstractType.java and its heirs.</remarks>
public abstract class CqlType : IEquatable<CqlType>
{
    /// <summary>Name as CQL spells it, such as <c>frozen&lt;list&lt;int&gt;&gt;</c>; a type without one is its class name in single quotes.</summary>
    public abstract string Name { get; }

    /// <summary>Cassandra's class name with its parameters, such as <c>org.apache.cassandra.db.marshal.Int32Type</c>.</summary>
    public abstract string ClassName { get; }

    /// <summary>Length in bytes of every value in cells of SSTables, or -1 where a length is stored (AbstractType.valueLengthIfFixed).</summary>
    public virtual int FixedLength => -1;

    /// <summary>Whether each element is a cell of its own: collections and user types that are not frozen.</summary>
    public virtual bool IsMultiCell => false;

    /// <summary>Whether values are counter contexts.</summary>
    public virtual bool IsCounter => false;

    /// <summary>Whether the order is the reverse of <see cref="Unreversed"/>, as in a DESC clustering column.</summary>
    public virtual bool IsReversed => false;

    /// <summary>The type without its reversal.</summary>
    public virtual CqlType Unreversed => this;

    /// <summary>Whether <see cref="Compare"/> is the unsigned comparison of the bytes.</summary>
    public virtual bool IsByteOrdered => false;

    /// <summary>Whether the zero-length value means no more than null, as for numbers; a text of no letters is a value (AbstractType.isEmptyValueMeaningless).</summary>
    public virtual bool IsEmptyMeaningless => false;

    /// <summary>The order of cell paths within a column of a multi-cell type; null for others.</summary>
    public virtual CqlType? PathType => null;

    /// <summary>The type of the values in the cells: the elements' for a multi-cell collection, else the type itself. Not defined for multi-cell user types, whose fields differ.</summary>
    public virtual CqlType CellType => this;

    /// <summary>The same type with each part frozen (not multi-cell).</summary>
    public virtual CqlType Freeze() => this;

    /// <summary>The same type printing its values as another release does.</summary>
    public virtual CqlType WithDialect(TextDialect dialect) => this;

    /// <summary>The order of two serialized values: negative, zero or positive.</summary>
    public abstract int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Checks that a serialized value is one of this type.</summary>
    /// <exception cref="InvalidQueryException">It is not; the text is Cassandra's.</exception>
    public abstract void Validate(ReadOnlySpan<byte> value);

    /// <summary>The value as a .NET object; null for an empty value of a type that has no .NET value for it.</summary>
    public abstract object? Decode(ReadOnlySpan<byte> value);

    /// <summary>Appends the serialized form of a .NET object.</summary>
    /// <exception cref="InvalidQueryException">The object can't be a value of this type.</exception>
    public abstract void Encode(object value, BufferWriter output);

    /// <summary>Appends the serialized form of what a text means in this type (AbstractType.fromString), such as a timestamp's or an inet's.</summary>
    /// <exception cref="InvalidQueryException">The text is not one of this type; Cassandra's words.</exception>
    public abstract void ParseText(ReadOnlySpan<char> text, BufferWriter output);

    /// <summary>Appends the serialized form of a JSON value other than null (AbstractType.fromJSONObject).</summary>
    /// <exception cref="InvalidQueryException">The JSON value is not one of this type; Cassandra's words.</exception>
    public abstract void ParseJson(JsonElement value, BufferWriter output);

    /// <summary>Appends the value's text (AbstractType.getString), as UTF-8.</summary>
    /// <exception cref="InvalidQueryException">The bytes are not a value of this type.</exception>
    public abstract void WriteText(ReadOnlySpan<byte> value, BufferWriter output);

    /// <summary>Appends the value as a CQL literal (AbstractType.toCQLString), as UTF-8.</summary>
    /// <exception cref="InvalidQueryException">The bytes are not a value of this type.</exception>
    public abstract void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output);

    /// <summary>Appends the value as JSON (AbstractType.toJSONString), as UTF-8.</summary>
    /// <exception cref="InvalidQueryException">The bytes are not a value of this type.</exception>
    public abstract void WriteJson(ReadOnlySpan<byte> value, BufferWriter output);

    /// <summary>
    /// Appends the byte-comparable form (version OSS50): an order-preserving, prefix-free translation whose unsigned byte order is
    /// this type's order. BTI indexes are tries over it. Nothing is appended for a value that Cassandra translates to a null source
    /// (the empty values of types for which empty means nothing): what encloses it has a marker for that.
    /// </summary>
    /// <remarks>Source: AbstractType.asComparableBytes and utils/bytecomparable/ByteComparable.md.</remarks>
    public abstract void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output);

    /// <summary>The order of two components of a composite; only <c>ColumnToCollectionType</c> looks at the component before them.</summary>
    /// <remarks>Source: AbstractType.compareCollectionMembers.</remarks>
    internal virtual int CompareMember(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ReadOnlySpan<byte> previous) => Compare(left, right);

    /// <summary>The class name, of a frozen type without its FrozenType on demand, as types within a frozen one are printed.</summary>
    internal virtual string ClassNameWithoutFreezing => ClassName;

    /// <inheritdoc/>
    public bool Equals(CqlType? other) => other is not null && (ReferenceEquals(this, other) || string.Equals(ClassName, other.ClassName, StringComparison.Ordinal));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as CqlType);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ClassName);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
