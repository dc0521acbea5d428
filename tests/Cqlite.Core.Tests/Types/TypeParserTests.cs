using Cqlite.Core.Errors;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Types;

/// <summary>Names of types as Cassandra prints them (AbstractType.toString and asCQL3Type), and what it says of wrong ones.</summary>
public sealed class TypeParserTests
{
    private const string P = "org.apache.cassandra.db.marshal.";

    [Theory]
    [InlineData("AsciiType", "ascii", -1)]
    [InlineData("LongType", "bigint", 8)]
    [InlineData("BytesType", "blob", -1)]
    [InlineData("BooleanType", "boolean", 1)]
    [InlineData("CounterColumnType", "counter", -1)]
    [InlineData("SimpleDateType", "date", -1)]
    [InlineData("DecimalType", "decimal", -1)]
    [InlineData("DoubleType", "double", 8)]
    [InlineData("DurationType", "duration", -1)]
    [InlineData("EmptyType", "empty", 0)]
    [InlineData("FloatType", "float", 4)]
    [InlineData("InetAddressType", "inet", -1)]
    [InlineData("Int32Type", "int", 4)]
    [InlineData("ShortType", "smallint", -1)]
    [InlineData("UTF8Type", "text", -1)]
    [InlineData("TimeType", "time", -1)]
    [InlineData("TimestampType", "timestamp", 8)]
    [InlineData("DateType", "timestamp", 8)]
    [InlineData("TimeUUIDType", "timeuuid", 16)]
    [InlineData("LegacyTimeUUIDType", "timeuuid", 16)]
    [InlineData("ByteType", "tinyint", -1)]
    [InlineData("UUIDType", "uuid", 16)]
    [InlineData("IntegerType", "varint", -1)]
    [InlineData("LexicalUUIDType", "'" + P + "LexicalUUIDType'", 16)]
    public void Native_types_are_read_from_both_names(string simpleClass, string name, int fixedLength)
    {
        CqlType type = TypeParser.ParseClassName(simpleClass);

        Assert.Equal(name, type.Name);
        Assert.Equal(P + simpleClass, type.ClassName);
        Assert.Equal(fixedLength, type.FixedLength);
        Assert.Same(type, TypeParser.ParseClassName(P + simpleClass));
        if (simpleClass is not ("DateType" or "LegacyTimeUUIDType"))
            Assert.Equal(type, TypeParser.ParseCql(name));
    }

    [Theory]
    [InlineData("ListType(UTF8Type)", "list<text>", P + "ListType(" + P + "UTF8Type)")]
    [InlineData("FrozenType(ListType(Int32Type))", "frozen<list<int>>", P + "FrozenType(" + P + "ListType(" + P + "Int32Type))")]
    [InlineData("MapType(UTF8Type,ListType(Int32Type))", "map<text, frozen<list<int>>>", P + "MapType(" + P + "UTF8Type," + P + "FrozenType(" + P + "ListType(" + P + "Int32Type)))")]
    [InlineData("FrozenType(MapType(UTF8Type, SetType(Int32Type)))", "frozen<map<text, frozen<set<int>>>>", P + "FrozenType(" + P + "MapType(" + P + "UTF8Type," + P + "SetType(" + P + "Int32Type)))")]
    [InlineData("TupleType(Int32Type,ListType(UTF8Type))", "frozen<tuple<int, frozen<list<text>>>>", P + "TupleType(" + P + "Int32Type," + P + "ListType(" + P + "UTF8Type))")]
    [InlineData("VectorType(FloatType , 3)", "vector<float, 3>", P + "VectorType(" + P + "FloatType , 3)")]
    [InlineData("ReversedType(TimestampType)", "timestamp", P + "ReversedType(" + P + "TimestampType)")]
    [InlineData("UTF8Type(reversed=true)", "text", P + "ReversedType(" + P + "UTF8Type)")]
    [InlineData("UserType(ks,61646472,737472656574:UTF8Type,7a6970:Int32Type)", "addr", P + "UserType(ks,61646472,737472656574:" + P + "UTF8Type,7a6970:" + P + "Int32Type)")]
    [InlineData("FrozenType(UserType(ks,4d79,61:FrozenType(ListType(UTF8Type))))", "frozen<\"My\">", P + "FrozenType(" + P + "UserType(ks,4d79,61:" + P + "ListType(" + P + "UTF8Type)))")]
    [InlineData("CompositeType(UTF8Type,Int32Type)", "'" + P + "CompositeType(" + P + "UTF8Type," + P + "Int32Type)'", P + "CompositeType(" + P + "UTF8Type," + P + "Int32Type)")]
    [InlineData("DynamicCompositeType(s=>UTF8Type,b=>BytesType)", "'" + P + "DynamicCompositeType(b=>" + P + "BytesType,s=>" + P + "UTF8Type)'", P + "DynamicCompositeType(b=>" + P + "BytesType,s=>" + P + "UTF8Type)")]
    [InlineData("ColumnToCollectionType(61:ListType(UTF8Type))", "'" + P + "ColumnToCollectionType(61:" + P + "ListType(" + P + "UTF8Type))'", P + "ColumnToCollectionType(61:" + P + "ListType(" + P + "UTF8Type))")]
    [InlineData("PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner)", "'" + P + "PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner)'", P + "PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner)")]
    [InlineData("PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner:UTF8Type)", "'" + P + "PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner:" + P + "UTF8Type)'", P + "PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner:" + P + "UTF8Type)")]
    public void Class_names_are_read_and_printed(string text, string name, string className)
    {
        CqlType type = TypeParser.ParseClassName(text);

        Assert.Equal(name, type.Name);
        Assert.Equal(className, type.ClassName);
        Assert.Equal(type, TypeParser.ParseClassName(className));
        Assert.Equal(className, TypeParser.ParseClassName(className).ClassName);
    }

    [Fact]
    public void A_user_type_of_3_0_is_frozen_without_saying_so()
    {
        const string Text = "UserType(ks,61646472,7a6970:Int32Type)";

        Assert.True(TypeParser.ParseClassName(Text).IsMultiCell);
        Assert.False(TypeParser.ParseClassName(Text, bareUserTypesAreFrozen: true).IsMultiCell);
        Assert.Equal("map<text, frozen<addr>>", TypeParser.ParseClassName($"MapType(UTF8Type,{Text})", bareUserTypesAreFrozen: true).Name);
    }

    [Theory]
    [InlineData("varchar", "text")]
    [InlineData("TEXT", "text")]
    [InlineData(" frozen < map < text , frozen<list<int>> > > ", "frozen<map<text, frozen<list<int>>>>")]
    [InlineData("frozen<map<text, list<int>>>", "frozen<map<text, frozen<list<int>>>>")]
    [InlineData("tuple<int, list<text>>", "frozen<tuple<int, frozen<list<text>>>>")]
    [InlineData("vector<float, 3>", "vector<float, 3>")]
    [InlineData("vector<vector<text, 2>, 3>", "vector<vector<text, 2>, 3>")]
    [InlineData("list<frozen<addr>>", "list<frozen<addr>>")]
    [InlineData("\"My Type\"", "\"My Type\"")]
    [InlineData("ks.addr", "addr")]
    [InlineData("'org.apache.cassandra.db.marshal.LexicalUUIDType'", "'org.apache.cassandra.db.marshal.LexicalUUIDType'")]
    public void Cql_names_are_read(string text, string name)
    {
        CqlType type = TypeParser.ParseCql(text, (keyspace, user) =>
            keyspace is null or "ks" && user is "addr" or "My Type" ? CqlTypes.UserType("ks", user, ["f"], [CqlTypes.Int]) : null);

        Assert.Equal(name, type.Name);
    }

    [Theory]
    [InlineData("com.example.Odd", "type class 'com.example.Odd'")]
    [InlineData("NopeType(UTF8Type)", "type class '" + P + "NopeType'")]
    [InlineData("ListType(com.example.Odd)", "type class 'com.example.Odd'")]
    [InlineData("PartitionerDefinedOrder(com.example.P)", "partitioner 'com.example.P'")]
    public void An_unknown_class_is_named(string text, string part)
    {
        Assert.Contains(part, Assert.Throws<UnsupportedFormatException>(() => TypeParser.ParseClassName(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ListType(")]
    [InlineData("ListType(UTF8Type")]
    [InlineData("ListType(UTF8Type))")]
    [InlineData("UTF8Type,")]
    [InlineData("UserType")]
    [InlineData("UserType(ks,zz,61:UTF8Type)")]
    [InlineData("UserType(ks,61,6:UTF8Type)")]
    [InlineData("UserType(ks,61,61:UTF8Type,61:UTF8Type)")]
    [InlineData("VectorType(FloatType , x)")]
    [InlineData("VectorType(FloatType , 3")]
    [InlineData("DynamicCompositeType(ab=>UTF8Type)")]
    [InlineData("FrozenType(UTF8Type,UTF8Type)")]
    public void A_class_name_of_wrong_form_is_a_syntax_error(string text)
    {
        Assert.Throws<CqlSyntaxException>(() => TypeParser.ParseClassName(text));
    }

    [Theory]
    [InlineData("ListType(UTF8Type,UTF8Type)", "ListType takes exactly 1 type parameter")]
    [InlineData("MapType(UTF8Type)", "MapType takes exactly 2 type parameters")]
    [InlineData("ReversedType(UTF8Type,UTF8Type)", "ReversedType takes exactly one argument, 2 given")]
    [InlineData("VectorType(FloatType , 0)", "vectors may only have positive dimensions; given 0")]
    [InlineData("VectorType(FloatType , 2147483647)", "a vector of 2147483647 elements is larger than a value can be")]
    public void Wrong_parameters_are_refused_in_Cassandras_words(string text, string message)
    {
        Assert.Equal(message, Assert.Throws<InvalidQueryException>(() => TypeParser.ParseClassName(text)).Message);
    }

    [Theory]
    [InlineData("list<int")]
    [InlineData("list<int>>")]
    [InlineData("list")]
    [InlineData("list<>")]
    [InlineData("int<text>")]
    [InlineData("vector<float>")]
    [InlineData("map<int>")]
    [InlineData("'org.apache.cassandra.db.marshal.UTF8Type")]
    [InlineData("\"x")]
    [InlineData("int int")]
    public void A_cql_type_of_wrong_form_is_an_error(string text)
    {
        Exception error = Assert.ThrowsAny<CqliteException>(() => TypeParser.ParseCql(text));
        Assert.True(error is CqlSyntaxException || error.Message.StartsWith("Unknown type", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void Freezing_what_has_no_elements_is_refused_in_Cassandras_words()
    {
        Assert.Equal(
            "frozen<> is only allowed on collections, tuples, and user-defined types (got int)",
            Assert.Throws<InvalidQueryException>(() => TypeParser.ParseCql("frozen<int>")).Message);
        Assert.Equal("Unknown type ks.nope", Assert.Throws<InvalidQueryException>(() => TypeParser.ParseCql("ks.nope")).Message);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        string nested = string.Concat(Enumerable.Repeat("FrozenType(ListType(", 50_000)) + "UTF8Type";
        Assert.Throws<CqlSyntaxException>(() => TypeParser.ParseClassName(nested));
        Assert.Throws<CqlSyntaxException>(() => TypeParser.ParseCql(string.Concat(Enumerable.Repeat("list<", 100_000)) + "int"));
    }

    [Fact]
    public void Parts_of_multi_cell_types_are_known()
    {
        CqlType list = TypeParser.ParseCql("list<int>");
        CqlType map = TypeParser.ParseCql("map<text, int>");
        CqlType set = TypeParser.ParseCql("set<text>");
        CqlType user = CqlTypes.UserType("ks", "u", ["f"], [CqlTypes.Int]);

        Assert.Equal((CqlTypes.TimeUuid, CqlTypes.Int), (list.PathType, list.CellType));
        Assert.Equal((CqlTypes.Text, CqlTypes.Int), (map.PathType, map.CellType));
        Assert.Equal((CqlTypes.Text, CqlTypes.Empty), (set.PathType, set.CellType));
        Assert.Equal(CqlTypes.SmallInt, user.PathType);
        Assert.All([list, map, set, user], t => Assert.True(t.IsMultiCell));
        Assert.All([list, map, set, user], t => Assert.Null(t.Freeze().PathType));
    }
}
