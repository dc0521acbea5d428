using System.CommandLine;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite database verify</c>: description, schema, commit log, what lies about, and all SSTables; exits with 1 when something is wrong.</summary>
internal static class DatabaseVerifyCommand
{
    public static Command Create()
    {
        Command verify = new("verify", "Verifies a database: its schema, its commit log, what interrupted work left, and every SSTable of every table.")
        {
            DatabaseCommands.Path, DatabaseOpening.Snapshot, VerifyDepth.Quick, VerifyDepth.Digest, VerifyDepth.Extended,
        };
        VerifyDepth.Restrict(verify);
        verify.SetAction((parsed, stop) => Task.FromResult(Verify(parsed, stop)));
        return verify;
    }

    /// <summary>Verifies what the command line names; the exit code.</summary>
    public static int Verify(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        string path = DatabaseOpening.RequirePath(parsed, parsed.GetValue(DatabaseCommands.Path));
        DatabaseInspection inspection = DatabaseInspection.Of(path, QueryEngine.ReadSchema, new DatabaseOptions { SchemaPath = parsed.GetValue(GlobalOptions.Schema), Snapshot = parsed.GetValue(DatabaseOpening.Snapshot), NowSeconds = GlobalOptions.NowSeconds(parsed) });
        using StreamWriter output = StandardOutput.OpenText();
        foreach (DatabaseFinding finding in inspection.Findings)
            output.WriteLine(asJson ? ToJson(finding) : $"{finding.Path}: {finding}");

        VerifyTotals totals = new();
        foreach (SSTableDescriptor descriptor in inspection.SSTables)
        {
            // What is compacted or flushed by another process meanwhile may be gone.
            if (File.Exists(descriptor.PathOf(SSTableComponent.Data)) || SSTable.ListComponents(Cqlite.Core.Files.PhysicalFileSystem.Instance, descriptor).Count > 0)
                VerifyOutput.Verify(descriptor, VerifyDepth.Of(parsed), asJson, output, totals, stop);
        }

        bool isValid = totals.IsValid && inspection.Findings.Count == 0;
        int schemaProblems = inspection.Findings.Count(f => f.Part == DatabasePart.Schema);
        if (asJson)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("database", inspection.Path);
                json.WriteString("schema", inspection.SchemaOrigin);
                json.WriteBoolean("valid", isValid);
                json.WriteNumber("tables", inspection.TableCount);
                json.WriteNumber("sstables", totals.SSTables);
                json.WriteNumber("damaged_sstables", totals.Damaged);
                json.WriteNumber("schema_problems", schemaProblems);
                json.WriteNumber("other_findings", inspection.Findings.Count - schemaProblems);
                json.WriteNumber("commitlog_mutations", inspection.CommitLog?.Mutations ?? 0);
            }));
        }
        else
        {
            string schema = schemaProblems == 0 ? "schema valid" : VerifyOutput.Count(schemaProblems, "schema problem");
            string log = inspection.CommitLog is { } replayed ? $"commit log with {VerifyOutput.Count(replayed.Mutations, "mutation")} readable, " : "";
            string other = inspection.Findings.Count > schemaProblems ? $"{VerifyOutput.Count(inspection.Findings.Count - schemaProblems, "other finding")}, " : "";
            output.WriteLine($"{inspection.Path}: {VerifyOutput.Count(inspection.TableCount, "table")}, {schema}, {log}{other}{totals}");
        }

        return isValid ? 0 : Program.FoundWrong;
    }

    private static string ToJson(DatabaseFinding finding) => JsonLine.Of(json =>
    {
        json.WriteString("severity", finding.Severity.ToString());
        json.WriteString("part", finding.Part.ToString());
        json.WriteString("file", finding.Path);
        json.WriteString("text", finding.Text);
    });
}
