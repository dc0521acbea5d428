using Cqlite.Core.Errors;

namespace Cqlite.Core.Schema.Options;

/// <summary>The errors of options, in Cassandra's three kinds.</summary>
internal static class OptionErrors
{
    /// <summary>The option's value breaks its rules (ConfigurationException).</summary>
    public static InvalidQueryException Configuration(string message) => new(message, InvalidQueryException.ConfigurationCode);

    /// <summary>The option itself, or the form of its value, is not one of the statement's (SyntaxException, which has no position here).</summary>
    public static CqlSyntaxException Syntax(string message) => new(message, 0, 0);
}
