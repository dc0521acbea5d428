namespace Cqlite.Core.Errors;

/// <summary>
/// The root of everything this product throws about its input or its surroundings. Its few heirs are sorted by what the
/// caller can do about them; misuse of the API stays <see cref="ArgumentException"/>.
/// </summary>
public abstract class CqliteException : Exception
{
    /// <summary>Creates the error with a text that says what was found, what was expected and what to do.</summary>
    protected CqliteException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
