namespace Cqlite.Migration.Validation;

/// <summary>A validation was stopped. What it had found by then is kept, and can be gone on with (<see cref="ValidationSettings.Earlier"/>).</summary>
/// <param name="partial">The report: tables that were not compared to their end are not checked in it.</param>
/// <param name="inner">What stopped it.</param>
public sealed class ValidationStoppedException(ValidationReport partial, OperationCanceledException inner) : OperationCanceledException(inner.Message, inner, inner.CancellationToken)
{
    /// <summary>What was found until then.</summary>
    public ValidationReport Partial => partial;
}
