using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Makes functions for the types of a call, where there are too many to have them all.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/functions/FunctionFactory.java.</remarks>
internal sealed class FunctionFactory(string name, FunctionParameter[] parameters, Func<IReadOnlyList<CqlType>, CqlType?, Function?> make)
{
    private readonly int _mandatory = parameters.Count(p => !p.IsOptional);
    private readonly string _qualifiedName = $"{Function.System}.{name}";

    /// <summary>The name of the functions.</summary>
    public string Name { get; } = name;

    /// <summary>The same functions under another name, which older releases had for them.</summary>
    public FunctionFactory Named(string other) => new(other, parameters, make);

    /// <summary>A function for a call.</summary>
    /// <param name="arguments">The call's arguments.</param>
    /// <param name="receiver">The type of what the result is for, if known.</param>
    /// <exception cref="InvalidQueryException">The arguments don't suit.</exception>
    public Function? Make(IReadOnlyList<CallArgument> arguments, CqlType? receiver)
    {
        if (arguments.Count < _mandatory || arguments.Count > parameters.Length)
            throw new InvalidQueryException($"Invalid number of arguments for function {this}");

        // First each argument by itself, then in view of the others.
        var types = new CqlType?[arguments.Count];
        for (int i = 0; i < types.Length; i++)
            types[i] = parameters[i].Infer(arguments[i], receiver, null);
        for (int i = 0; i < types.Length; i++)
        {
            CqlType type = parameters[i].Infer(arguments[i], receiver, types)
                ?? throw new InvalidQueryException($"Cannot infer type of argument {arguments[i]} in call to function {this}: use type casts to disambiguate");
            type = type.Unreversed;
            parameters[i].Check(_qualifiedName, arguments[i], type);
            types[i] = TypeCompatibility.OfArgument(type);
        }

        return make(types!, receiver);
    }

    public override string ToString() => $"{_qualifiedName}({string.Join<FunctionParameter>(", ", parameters)})";
}
