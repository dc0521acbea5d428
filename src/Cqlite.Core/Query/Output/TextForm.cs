using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Output;

/// <summary>Values as people read them: simple ones bare, collections, tuples and user types as CQL literals.</summary>
internal static class TextForm
{
    public static void Write(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (type is NativeType)
            type.WriteText(value, output);
        else
            type.WriteLiteral(value, output);
    }
}
