using System.CommandLine;
using System.CommandLine.Help;
using Cqlite.Cli.Validation;

namespace Cqlite.Cli.Help;

/// <summary>Under which heading of a help page an option stands: what is a command's own comes first, what every command has last.</summary>
internal static class OptionGroups
{
    private const string Own = "Options";
    private const string Source = "Connection";
    private const string Target = "Connection to the target";
    private const string Progress = "Progress and results";
    private const string Common = "Options of every command";

    /// <summary>The headings in order, each with its options.</summary>
    public static IEnumerable<(string Heading, IReadOnlyList<Option> Options)> Of(IEnumerable<Option> options) =>
        from option in options
        group option by HeadingOf(option) into heading
        orderby Array.IndexOf([Own, Source, Target, Progress, Common], heading.Key)
        select (heading.Key, (IReadOnlyList<Option>)[.. heading]);

    private static string HeadingOf(Option option)
    {
        if (option is HelpOption or VersionOption || GlobalOptions.All.Contains(option))
            return Common;
        if (ConnectionOptions.Target.Has(option))
            return Target;
        if (ConnectionOptions.Cluster.Has(option) || ConnectionOptions.Source.Has(option) || ConnectionOptions.OnlyTarget.Has(option))
            return Source;
        return ProgressOutput.Options.Contains(option) || TransferRun.Options.Contains(option) || option == ValidationRun.Report ? Progress : Own;
    }
}
