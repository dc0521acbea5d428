using System.Management.Automation;

namespace CqlitePS.Sessions;

/// <summary>Closes what is open when the module is removed.</summary>
public sealed class ModuleEvents : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        OpenConnections.Current.CloseAll();
        OpenDatabases.Current.CloseAll();
    }
}
