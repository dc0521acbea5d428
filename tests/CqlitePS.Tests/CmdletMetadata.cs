using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using Cqlite.Testing;
using CqlitePS.Commands;

namespace CqlitePS.Tests;

/// <summary>
/// A cmdlet as its attributes describe it. They are read as data: the assembly that the module is compiled against has no code in its
/// attributes, so that instances of them would hold nothing.
/// </summary>
public sealed class CmdletMetadata
{
    private CmdletMetadata(Type type, CustomAttributeData cmdlet)
    {
        Type = type;
        Verb = (string)cmdlet.ConstructorArguments[0].Value!;
        Noun = (string)cmdlet.ConstructorArguments[1].Value!;
        SupportsShouldProcess = cmdlet.NamedArguments.Any(a => a.MemberName == nameof(CmdletAttribute.SupportsShouldProcess) && a.TypedValue.Value is true);
        Parameters = [.. type.GetProperties().Where(p => Data<ParameterAttribute>(p).Any()).Select(p => new ParameterMetadata(p))];
    }

    /// <summary>All cmdlets of the module.</summary>
    public static IReadOnlyList<CmdletMetadata> All { get; } =
    [
        .. typeof(CqliteCmdlet).Assembly.GetExportedTypes()
            .Where(t => !t.IsAbstract)
            .Select(t => (Type: t, Cmdlet: Data<CmdletAttribute>(t).SingleOrDefault()))
            .Where(t => t.Cmdlet is not null)
            .Select(t => new CmdletMetadata(t.Type, t.Cmdlet!))
            .OrderBy(c => c.Name, StringComparer.Ordinal),
    ];

    public Type Type { get; }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    public bool SupportsShouldProcess { get; }

    public IReadOnlyList<ParameterMetadata> Parameters { get; }

    public bool HasOutputType => Data<OutputTypeAttribute>(Type).Any();

    public string HelpPath => Path.Combine(Repository.Root, "docs", "help", $"{Name}.md");

    public string TestPath => Path.Combine(Repository.Root, "tests", "Pester", $"{Name}.Tests.ps1");

    public ParameterMetadata? Parameter(string name) => Parameters.FirstOrDefault(p => p.Name == name);

    public override string ToString() => Name;

    /// <summary>The names that the manifest exports.</summary>
    public static string[] Exported()
    {
        string manifest = File.ReadAllText(Path.Combine(Repository.Root, "CqlitePS.psd1"));
        string list = Regex.Match(manifest, @"CmdletsToExport\s*=\s*@\(([^)]*)\)", RegexOptions.None, TimeSpan.FromSeconds(10)).Groups[1].Value;
        return [.. Regex.Matches(list, "'([^']+)'", RegexOptions.None, TimeSpan.FromSeconds(10)).Select(m => m.Groups[1].Value)];
    }

    internal static IEnumerable<CustomAttributeData> Data<T>(MemberInfo member) =>
        member.GetCustomAttributesData().Where(a => a.AttributeType == typeof(T));
}

/// <summary>A parameter as its attributes describe it.</summary>
public sealed class ParameterMetadata(PropertyInfo property)
{
    public string Name => property.Name;

    public Type Type => property.PropertyType;

    public bool TakesPipelineProperties => Has<ParameterAttribute>(nameof(ParameterAttribute.ValueFromPipelineByPropertyName));

    public bool SupportsWildcards => CmdletMetadata.Data<SupportsWildcardsAttribute>(property).Any();

    public bool HasCompleter => CmdletMetadata.Data<ArgumentCompleterAttribute>(property).Any();

    public IEnumerable<string> Aliases => CmdletMetadata.Data<AliasAttribute>(property)
        .SelectMany(a => (IReadOnlyCollection<CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)
        .Select(a => (string)a.Value!);

    private bool Has<T>(string member) =>
        CmdletMetadata.Data<T>(property).Any(a => a.NamedArguments.Any(n => n.MemberName == member && n.TypedValue.Value is true));
}
