namespace Cqlite.Core.Query;

/// <summary>What a statement answers with.</summary>
public enum ResultKind
{
    /// <summary>Nothing: it was done.</summary>
    Void,

    /// <summary>Rows, perhaps none; also a conditional write, whose first column is <c>[applied]</c>.</summary>
    Rows,

    /// <summary>The session's keyspace has changed.</summary>
    SetKeyspace,

    /// <summary>The schema has changed.</summary>
    SchemaChange,
}
