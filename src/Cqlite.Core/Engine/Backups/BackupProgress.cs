namespace Cqlite.Core.Engine.Backups;

/// <summary>What a backup or a restoration is doing.</summary>
public enum BackupStep
{
    /// <summary>Files are linked or copied, and their checksums computed.</summary>
    Copying,

    /// <summary>SSTables are read from beginning to end.</summary>
    Verifying,
}

/// <summary>Where a backup or a restoration stands.</summary>
/// <param name="Step">What it does.</param>
/// <param name="DoneBytes">Bytes that the step has behind it.</param>
/// <param name="TotalBytes">Bytes of the whole step.</param>
public readonly record struct BackupProgress(BackupStep Step, long DoneBytes, long TotalBytes);

/// <summary>A backup that was made.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Manifest">What it consists of.</param>
/// <param name="ReusedFiles">Files that the backup before has as well.</param>
/// <param name="CopiedFiles">Files that were copied, for they could not be linked.</param>
/// <param name="NewBytes">Length of the files that the backup before does not have.</param>
public sealed record BackupResult(string Path, BackupManifest Manifest, int ReusedFiles, int CopiedFiles, long NewBytes);

/// <summary>A database that was restored.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Manifest">What the backup consists of.</param>
/// <param name="SSTables">Number of SSTables, each of which was verified.</param>
/// <param name="Partitions">Partitions in them.</param>
/// <param name="Rows">Rows in them.</param>
public sealed record RestoreResult(string Path, BackupManifest Manifest, int SSTables, long Partitions, long Rows);
