using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using Cqlite.Testing;
using CqlitePS.Objects;
using Xunit;

namespace CqlitePS.Tests;

/// <summary>Holds every cmdlet to the conventions of PowerShell and of this module.</summary>
public sealed class CmdletConventionTests
{
    private static readonly string[] Changing =
    [
        "Add", "Backup", "Clear", "Convert", "Copy", "Export", "Import", "Merge", "Move", "New", "Optimize", "Remove", "Rename", "Repair", "Restore", "Save", "Set",
        "Start", "Stop", "Sync", "Undo", "Update",
    ];

    private static readonly string[] Common = ["Debug", "ErrorAction", "ErrorVariable", "OutBuffer", "OutVariable", "PipelineVariable", "Verbose", "WarningAction", "WarningVariable"];

    public static TheoryData<CmdletMetadata> Cmdlets => [.. CmdletMetadata.All];

    [Fact]
    public void The_manifest_exports_every_cmdlet_and_nothing_else()
    {
        Assert.NotEmpty(CmdletMetadata.All);
        Assert.Equal(CmdletMetadata.All.Select(c => c.Name), CmdletMetadata.Exported().Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Verb_is_approved(CmdletMetadata cmdlet)
    {
        IEnumerable<string?> approved = typeof(VerbsCommon).Assembly.GetExportedTypes()
            .Where(t => t.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(f => (string?)f.GetRawConstantValue());
        Assert.Contains(cmdlet.Verb, approved);
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Noun_is_singular_and_in_Pascal_case(CmdletMetadata cmdlet)
    {
        Assert.Matches("^[A-Z][A-Za-z]+$", cmdlet.Noun);
        Assert.False(cmdlet.Noun.EndsWith('s'), cmdlet.Noun);
        Assert.Equal($"{cmdlet.Verb}{cmdlet.Noun}Command", cmdlet.Type.Name);
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Output_type_is_told(CmdletMetadata cmdlet) => Assert.True(cmdlet.HasOutputType);

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Path_goes_with_LiteralPath(CmdletMetadata cmdlet)
    {
        // What is made has no name yet that a wildcard could fit.
        if (cmdlet.Verb == "New")
            return;
        ParameterMetadata? path = cmdlet.Parameter("Path");
        ParameterMetadata? literal = cmdlet.Parameter("LiteralPath");
        Assert.Equal(path is null, literal is null);
        if (path is null || literal is null)
            return;
        Assert.True(path.SupportsWildcards);
        Assert.False(literal.SupportsWildcards);
        Assert.Contains("PSPath", literal.Aliases);
        Assert.True(literal.TakesPipelineProperties);
        Assert.Equal(typeof(string[]), path.Type);
        Assert.Equal(typeof(string[]), literal.Type);
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Database_comes_from_the_pipeline_by_name(CmdletMetadata cmdlet)
    {
        if (cmdlet.Parameter("Database") is { } database)
        {
            Assert.True(database.TakesPipelineProperties);
            Assert.Equal(typeof(CqliteDatabase), database.Type.IsArray ? database.Type.GetElementType() : database.Type);
        }
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void What_changes_something_asks_ShouldProcess(CmdletMetadata cmdlet) =>
        Assert.Equal(Changing.Contains(cmdlet.Verb, StringComparer.Ordinal) || cmdlet.Parameter("AutoCorrect") is not null, cmdlet.SupportsShouldProcess);

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void No_secret_is_a_string(CmdletMetadata cmdlet) => Assert.DoesNotContain(
        cmdlet.Parameters,
        p => p.Type == typeof(string) && Regex.IsMatch(p.Name, "password|secret|token|credential", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(10)));

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Names_from_the_schema_are_completed(CmdletMetadata cmdlet)
    {
        foreach (ParameterMetadata parameter in cmdlet.Parameters.Where(p => p.Name is "Keyspace" or "Table" or "Column" or "Query"))
            Assert.True(parameter.HasCompleter, parameter.Name);
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void No_parameter_hides_a_common_one(CmdletMetadata cmdlet) =>
        Assert.Empty(cmdlet.Parameters.SelectMany(p => p.Aliases.Append(p.Name)).Intersect(Common, StringComparer.OrdinalIgnoreCase));

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Help_describes_every_parameter_and_has_examples(CmdletMetadata cmdlet)
    {
        Assert.True(File.Exists(cmdlet.HelpPath), $"{cmdlet.HelpPath} is missing.");
        string help = File.ReadAllText(cmdlet.HelpPath);
        foreach (ParameterMetadata parameter in cmdlet.Parameters)
            Assert.Contains($"\n### -{parameter.Name}\n", help, StringComparison.Ordinal);
        Assert.Contains("\n### Example 1", help, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", help, StringComparison.Ordinal);
        Assert.DoesNotContain("summary>", help, StringComparison.Ordinal);
        foreach (Match described in Regex.Matches(help, "^### -(\\w+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(10)))
            Assert.Contains(described.Groups[1].Value, cmdlet.Parameters.Select(p => p.Name).Concat(cmdlet.SupportsShouldProcess ? ["WhatIf", "Confirm"] : []));
    }

    [Theory, MemberData(nameof(Cmdlets), DisableDiscoveryEnumeration = true)]
    public void Pester_tests_exist(CmdletMetadata cmdlet) => Assert.True(File.Exists(cmdlet.TestPath), $"{cmdlet.TestPath} is missing.");

    [Fact]
    public void Every_help_page_and_Pester_file_is_of_a_cmdlet()
    {
        string[] names = [.. CmdletMetadata.All.Select(c => c.Name)];
        Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "docs", "help"), "*-*.md"), f => Assert.Contains(Path.GetFileNameWithoutExtension(f), names));

        // What is of several cmdlets has a name without a verb.
        Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Pester"), "*-*.Tests.ps1"), f => Assert.Contains(Path.GetFileName(f)[..^".Tests.ps1".Length], names));
    }

    [Fact]
    public void Every_output_type_has_a_view()
    {
        string views = File.ReadAllText(Path.Combine(Repository.Root, "src", "CqlitePS", "Formatting", "CqlitePS.Format.ps1xml"));
        string[] withoutView = [typeof(CqlRow).FullName!, typeof(SSTableDeletion).FullName!];
        foreach (Type type in typeof(CqlRow).Assembly.GetExportedTypes().Where(t => t is { Namespace: "CqlitePS.Objects", IsEnum: false }))
        {
            if (!withoutView.Contains(type.FullName, StringComparer.Ordinal))
                Assert.Contains($"<TypeName>{type.FullName}</TypeName>", views, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lists_of_output_types_are_arrays() => Assert.Empty(typeof(CqlRow).Assembly.GetExportedTypes()
        .Where(t => t.Namespace == "CqlitePS.Objects")
        .SelectMany(t => t.GetProperties())
        .Where(p => p.PropertyType.IsGenericType && p.PropertyType.Name.StartsWith("IReadOnlyList", StringComparison.Ordinal))
        .Select(p => $"{p.DeclaringType!.Name}.{p.Name}: PowerShell can't index what stands behind an IReadOnlyList."));
}
