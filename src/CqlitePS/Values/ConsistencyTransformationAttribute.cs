using System.Management.Automation;

namespace CqlitePS.Values;

/// <summary>Lets consistency levels be named as CQL does, too: <c>LOCAL_QUORUM</c> is <c>LocalQuorum</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConsistencyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string name ? name.Replace("_", "", StringComparison.Ordinal) : inputData;
}
