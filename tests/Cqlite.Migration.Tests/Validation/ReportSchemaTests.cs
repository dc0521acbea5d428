using System.Text.Json;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>Reports are as docs/validation-report.schema.json says: all that it requires, and nothing that it does not know.</summary>
public sealed class ReportSchemaTests
{
    [Fact]
    public async Task Reports_keep_to_their_schema()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET v = 'abg' WHERE p = 1 AND c = 2");
        TwoDatabases.Run(both.Target, "ALTER TABLE k.t WITH gc_grace_seconds = 5");
        TwoDatabases.Run(both.Target, "CREATE TABLE k.other (p int PRIMARY KEY)");
        ValidationReport report = await both.ValidateAsync(new ValidationSettings
        {
            Checks = ValidationChecks.All,
            Performance = new PerformanceSettings(["SELECT v FROM k.t", "SELECT * FROM k.other"], both.Source, both.Target) { Iterations = 2 },
        });
        using JsonDocument certificate = JsonDocument.Parse(report.Seal().ToJson());
        Assert.Empty(JsonSchema.Violations(certificate.RootElement, "validation-report"));
    }
}
