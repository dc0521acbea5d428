namespace Cqlite.Core.Errors;

/// <summary>A setting is not known or has a value that is none of its own: in the environment, in a configuration file or kept with a database.</summary>
public sealed class InvalidSettingException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="source">Where it is set: a file, or the environment.</param>
    /// <param name="setting">The setting's name.</param>
    /// <param name="text">What is wrong with it.</param>
    public InvalidSettingException(string source, string setting, string text)
        : base($"{source}: {setting}: {text}") => Setting = setting;

    /// <summary>The setting's name.</summary>
    public string Setting { get; }
}
