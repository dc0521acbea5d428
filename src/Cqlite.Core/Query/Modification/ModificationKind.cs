namespace Cqlite.Core.Query.Modification;

/// <summary>Which statement modifies. The names are those that messages use, in upper case.</summary>
internal enum ModificationKind
{
    /// <summary>INSERT, which gives rows a liveness.</summary>
    Insert,

    /// <summary>UPDATE.</summary>
    Update,

    /// <summary>DELETE.</summary>
    Delete,
}
