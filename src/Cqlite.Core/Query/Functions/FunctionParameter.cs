using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>What a function that is made for each call takes at one place.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/FunctionParameter.java.</remarks>
internal abstract class FunctionParameter
{
    /// <summary>Whether a call may end before it.</summary>
    public virtual bool IsOptional => false;

    /// <summary>The type of a call's argument; null if nothing tells it.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="receiver">The type of what the result is for, if known.</param>
    /// <param name="inferred">The types of all arguments as far as a first look told them; null at that first look.</param>
    public virtual CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred) => argument.CompatibleType;

    /// <summary>Refuses a type.</summary>
    public abstract void Check(string function, CallArgument argument, CqlType type);

    protected static InvalidQueryException Requires(string function, string what, CallArgument argument, CqlType type) =>
        new($"Function {function} requires {what}, but found argument {argument} of type {type.Name}");
}

/// <summary>Any value.</summary>
internal sealed class AnyParameter(bool inferFromReceiver) : FunctionParameter
{
    public override CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred) =>
        argument.CompatibleType ?? (inferFromReceiver ? receiver : null);

    public override void Check(string function, CallArgument argument, CqlType type)
    {
    }

    public override string ToString() => "any";
}

/// <summary>A value of one of some types, the first of which is taken where nothing tells it.</summary>
internal sealed class FixedParameter(string text, params CqlType[] types) : FunctionParameter
{
    public override CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred) => argument.CompatibleType ?? types[0];

    public override void Check(string function, CallArgument argument, CqlType type)
    {
        if (Array.TrueForAll(types, t => TypeCompatibility.Test(type, t) == Fit.None))
            throw Requires(function, $"an argument of type {text}", argument, type);
    }

    public override string ToString() => text;
}

/// <summary>A parameter that calls may leave out.</summary>
internal sealed class OptionalParameter(FunctionParameter wrapped) : FunctionParameter
{
    public override bool IsOptional => true;

    public override CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred) => wrapped.Infer(argument, receiver, inferred);

    public override void Check(string function, CallArgument argument, CqlType type) => wrapped.Check(function, argument, type);

    public override string ToString() => $"[{wrapped}]";
}

/// <summary>A parameter of the type of another one: always, or where it does not tell its own.</summary>
internal sealed class SameAsParameter(int index, bool preferOther, FunctionParameter parameter) : FunctionParameter
{
    public override CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred)
    {
        CqlType? other = inferred?[index];
        return preferOther
            ? other ?? parameter.Infer(argument, receiver, inferred)
            : parameter.Infer(argument, receiver, inferred) ?? other;
    }

    public override void Check(string function, CallArgument argument, CqlType type) => parameter.Check(function, argument, type);

    public override string ToString() => parameter.ToString()!;
}

/// <summary>A list, set or map.</summary>
internal sealed class CollectionParameter : FunctionParameter
{
    public override void Check(string function, CallArgument argument, CqlType type)
    {
        if (type is not CollectionType)
            throw Requires(function, "a collection argument", argument, type);
    }

    public override string ToString() => "collection";
}

/// <summary>A list or set, perhaps of numbers.</summary>
internal sealed class SetOrListParameter(bool numeric) : FunctionParameter
{
    public override void Check(string function, CallArgument argument, CqlType type)
    {
        CqlType? elements = CollectionFunctions.ElementsOf(type);
        if (elements is null || (numeric && !Numbers.IsNumeric(elements)))
            throw Requires(function, numeric ? "a numeric set/list argument" : "a set or list argument", argument, type);
    }

    public override string ToString() => "numeric_set_or_list";
}

/// <summary>A map.</summary>
internal sealed class MapParameter : FunctionParameter
{
    public override void Check(string function, CallArgument argument, CqlType type)
    {
        if (type is not MapType)
            throw Requires(function, "a map argument", argument, type);
    }

    public override string ToString() => "map";
}

/// <summary>A vector of floats.</summary>
internal sealed class FloatVectorParameter : FunctionParameter
{
    public override CqlType? Infer(CallArgument argument, CqlType? receiver, IReadOnlyList<CqlType?>? inferred)
    {
        if (argument.ArrayLength is { } length)
            return length > 0 ? new VectorType(CqlTypes.Float, length) : null;
        return argument.CompatibleType ?? receiver;
    }

    public override void Check(string function, CallArgument argument, CqlType type)
    {
        if (type is not VectorType { Elements: FloatType })
            throw Requires(function, "a float vector argument", argument, type);
    }

    public override string ToString() => "vector<float, n>";
}
