using System.Reflection;

namespace Cqlite.Migration.Results;

/// <summary>The version of this release, as manifests and reports name it.</summary>
internal static class ToolVersion
{
    /// <summary>The version; 0 where it has none.</summary>
    public static string Current { get; } = typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
