using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Cqlite.Core.Files;
using CqlitePS.Objects;

namespace CqlitePS.Sessions;

/// <summary>
/// The databases that a runspace has opened; the last one is what cmdlets take when none is named. Each runspace has its own list, so that what
/// runs in parallel never gets another one's database by default: it is passed with <c>$using:</c>.
/// </summary>
internal sealed class OpenDatabases
{
    private static readonly ConditionalWeakTable<Runspace, OpenDatabases> ByRunspace = [];
    private readonly List<CqliteDatabase> _open = [];

    /// <summary>Those of the current runspace.</summary>
    public static OpenDatabases Current => ByRunspace.GetValue(
        Runspace.DefaultRunspace ?? throw new PSInvalidOperationException("There is no runspace on this thread."),
        static _ => new OpenDatabases());

    /// <summary>The open databases, the last opened first.</summary>
    public IReadOnlyList<CqliteDatabase> LastFirst
    {
        get
        {
            lock (_open)
            {
                _open.RemoveAll(d => !d.IsOpen);
                return [.. _open.AsEnumerable().Reverse()];
            }
        }
    }

    /// <summary>The last opened; null where none is open.</summary>
    public CqliteDatabase? Default => LastFirst is [var last, ..] ? last : null;

    /// <summary>The last opened one of the current runspace.</summary>
    /// <exception cref="NoDatabaseException">None is open.</exception>
    public static CqliteDatabase RequireDefault() => Current.Default ?? throw new NoDatabaseException();

    /// <summary>Adds one, which becomes the default.</summary>
    public void Add(CqliteDatabase database)
    {
        lock (_open)
            _open.Add(database);
    }

    /// <summary>The one at a path that is open for writing, which becomes the default; null where there is none.</summary>
    public CqliteDatabase? TakeWritable(string path)
    {
        lock (_open)
        {
            if (_open.Find(d => d.IsOpen && !d.IsReadOnly && PathNames.AreSame(d.Path, path)) is not { } database)
                return null;
            _open.Remove(database);
            _open.Add(database);
            return database;
        }
    }

    /// <summary>Closes all.</summary>
    public void CloseAll()
    {
        foreach (CqliteDatabase database in LastFirst)
            database.Close();
    }
}
