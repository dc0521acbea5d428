using System.Data.Common;

namespace Cqlite.Data;

/// <summary>What the engine refused or could not do, for code that catches <see cref="DbException"/>; the engine's own error is the inner one.</summary>
public sealed class CqliteDataException : DbException
{
    internal CqliteDataException(Core.Errors.CqliteException error)
        : base(error.Message, error)
    {
    }

    /// <inheritdoc/>
    public override int ErrorCode => InnerException switch
    {
        Core.Errors.CqlSyntaxException => 0x2000,
        Core.Errors.InvalidQueryException invalid => invalid.Code,
        _ => 0,
    };

    /// <summary>Does something, and passes on what the engine throws as this type.</summary>
    internal static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Core.Errors.CqliteException e)
        {
            throw new CqliteDataException(e);
        }
    }
}
