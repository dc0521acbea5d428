using System.Data.Common;

namespace Cqlite.Data;

/// <summary>Makes the provider's objects, for code that knows no provider: <c>DbProviderFactories.RegisterFactory("Cqlite.Data", CqliteProviderFactory.Instance)</c>.</summary>
public sealed class CqliteProviderFactory : DbProviderFactory
{
    /// <summary>The one instance.</summary>
    public static readonly CqliteProviderFactory Instance = new();

    private CqliteProviderFactory()
    {
    }

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new CqliteConnection();

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new CqliteCommand();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new CqliteParameter();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new CqliteConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbBatch CreateBatch() => new CqliteBatch();

    /// <inheritdoc/>
    public override DbBatchCommand CreateBatchCommand() => new CqliteBatchCommand();
}
