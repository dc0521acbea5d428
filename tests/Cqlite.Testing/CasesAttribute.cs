using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Cqlite.Testing;

/// <summary>Gives a theory of one argument its cases. Discovery reads the index only; an empty choice is an error, never a silent pass.</summary>
/// <typeparam name="T">The argument; its text is the case's name.</typeparam>
public abstract class CasesAttribute<T> : DataAttribute
{
    /// <inheritdoc/>
    public sealed override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows = [.. Choose().Select(found => ConvertDataRow(new TheoryDataRow<T>(found)))];
        return rows.Length > 0
            ? ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(rows)
            : throw new InvalidOperationException($"{GetType().Name} of {testMethod.DeclaringType}.{testMethod.Name} chooses nothing.");
    }

    /// <inheritdoc/>
    public sealed override bool SupportsDiscoveryEnumeration() => true;

    /// <summary>The cases.</summary>
    protected abstract IEnumerable<T> Choose();

    /// <summary>Whether a list parted by commas holds the value; no list holds all.</summary>
    protected static bool Allows(string? list, string? value) =>
        list is null || list.Split(',', StringSplitOptions.TrimEntries).Contains(value, StringComparer.Ordinal);
}

/// <summary>Runs a theory of one <see cref="CorpusTable"/> over tables of the corpus. Each property narrows the choice; a list is parted by commas.</summary>
/// <example><code>[Theory, CorpusTables(At = "5.0.9-nb,5.0.9-da", Theme = "types")] public void Reads(CorpusTable table) ...</code></example>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CorpusTablesAttribute : CasesAttribute<CorpusTable>
{
    /// <summary>Folders of nodes. By default all but the killed ones, whose tables are partly in the commit log only.</summary>
    public string? At { get; init; }

    /// <summary>Version letters.</summary>
    public string? Format { get; init; }

    /// <summary>Themes.</summary>
    public string? Theme { get; init; }

    /// <summary>Whether to leave out tables whose SELECT * the release could not answer.</summary>
    public bool WithSelect { get; init; }

    /// <summary>Whether to leave out tables that have no SSTable.</summary>
    public bool WithSSTables { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<CorpusTable> Choose() => Corpus.Tables
        .Where(table => At is null ? !table.At.StartsWith("killed/", StringComparison.Ordinal) : Allows(At, table.At))
        .Where(table => Allows(Format, table.Format) && Allows(Theme, table.Theme))
        .Where(table => (table.HasSelect || !WithSelect) && (table.SSTables.Count > 0 || !WithSSTables));
}

/// <summary>Runs a theory of one <see cref="DamagedCase"/> over damaged SSTables and their undamaged controls.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class DamagedCasesAttribute : CasesAttribute<DamagedCase>
{
    /// <summary>Folders of nodes, such as <c>damaged/5.0.9-nb</c>, parted by commas; all by default.</summary>
    public string? At { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<DamagedCase> Choose() => DamagedCase.All.Where(found => Allows(At, found.At));
}

/// <summary>Runs a theory of one <see cref="CqlScript"/> over scripts.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CqlScriptsAttribute : CasesAttribute<CqlScript>
{
    /// <summary>Themes, such as <c>ddl,dml</c>, parted by commas; all by default.</summary>
    public string? Theme { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<CqlScript> Choose() => CqlScript.All.Where(script => Allows(Theme, script.Theme));
}

/// <summary>Runs a theory of one <see cref="ProtocolConversation"/> over recorded conversations.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProtocolConversationsAttribute : CasesAttribute<ProtocolConversation>
{
    /// <summary>What the names begin with, such as <c>types-</c>; anything by default.</summary>
    public string Prefix { get; init; } = "";

    /// <inheritdoc/>
    protected override IEnumerable<ProtocolConversation> Choose() =>
        ProtocolConversation.All.Where(conversation => conversation.Name.StartsWith(Prefix, StringComparison.Ordinal));
}
