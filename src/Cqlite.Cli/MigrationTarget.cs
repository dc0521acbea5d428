using System.CommandLine;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;

namespace Cqlite.Cli;

/// <summary>What a command writes: a database, or a cluster over its connection.</summary>
internal sealed class MigrationTarget : IDisposable
{
    private static readonly Option<string?> s_rejects = new("--reject-file")
    {
        Description = "A file, which grows, for the rows that a cluster refuses, each with the reason; without it the first one ends the table.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_state = new("--state-dir")
    {
        Description = "Where is noted which ranges a cluster has, so that --resume goes on with the others: the user's data folder by default, as for the cmdlets.",
        HelpName = "DIR",
    };

    private static readonly Option<int?> s_statements = new("--batch-statements")
    {
        Description = "Rows of one partition that a cluster is sent together, as an unlogged batch: 30 by default, 1 for each by itself.",
        HelpName = "COUNT",
    };

    private readonly CassandraConnection? _connection;
    private readonly string? _state;

    private MigrationTarget(IMigrationTarget target, QueryEngine? engine, CassandraConnection? connection, string? state)
    {
        Target = target;
        Engine = engine;
        _connection = connection;
        _state = state;
    }

    /// <summary>The target.</summary>
    public IMigrationTarget Target { get; }

    /// <summary>The database that it is; null for a cluster.</summary>
    public QueryEngine? Engine { get; }

    /// <summary>Gives a command the options that say how a cluster is written.</summary>
    public static void AddWritingTo(Command command, bool withState = true)
    {
        command.Options.Add(s_rejects);
        command.Options.Add(s_statements);
        if (withState)
            command.Options.Add(s_state);
    }

    /// <summary>Opens the cluster that options name, or else the database, which is made where it is missing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The database that an option names; null for that of <c>--database</c>.</param>
    /// <param name="cluster">The options that name a cluster.</param>
    /// <param name="others">Options of connections that count too; null for none.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="UsageException">There is none, or there are two.</exception>
    public static async Task<MigrationTarget> OpenAsync(ParseResult parsed, string? path, ConnectionOptions cluster, ConnectionOptions? others, CancellationToken stop)
    {
        if (!cluster.IsGiven(parsed))
        {
            RequireNoWriting(parsed);
            QueryEngine engine = OpenDatabase(parsed, path);
            return new MigrationTarget(new DatabaseTarget(engine), engine, connection: null, state: null);
        }

        if (path is not null)
            throw new UsageException($"the target is either the database '{path}' or the cluster of --target-hosts, not both.");
        ClusterWriting writing = Writing(parsed);
        CassandraConnection connection = await cluster.ConnectAsync(parsed, stop, others).ConfigureAwait(false);
        string state = parsed.GetValue(s_state) is { } folder ? Path.Combine(Path.GetFullPath(folder), ClusterWriting.StateName(connection)) : ClusterWriting.DefaultStatePath(connection);
        return new MigrationTarget(new ClusterTarget(connection, writing with { StatePath = state }), engine: null, connection, state);
    }

    /// <summary>How a cluster is written, as the options say.</summary>
    /// <exception cref="UsageException">A number makes no sense.</exception>
    /// <exception cref="Core.Errors.StorageException">The file for refused rows can't be written.</exception>
    public static ClusterWriting Writing(ParseResult parsed)
    {
        int statements = parsed.GetValue(s_statements) ?? ClusterWriting.Default.BatchStatements;
        if (parsed.GetValue(s_rejects) is { } file)
            GrowingFile.RequireWritable(file, s_rejects.Name);
        return statements is >= 1 and <= 1000
            ? ClusterWriting.Default with
            {
                RejectPath = parsed.GetValue(s_rejects) is { } rejects ? Path.GetFullPath(rejects) : null,
                BatchStatements = statements,
            }
            : throw new UsageException($"--batch-statements can't be {statements}: 1 to 1000 are needed.");
    }

    /// <summary>Opens the database that is written, after making it where there is none.</summary>
    public static QueryEngine OpenDatabase(ParseResult parsed, string? path)
    {
        path ??= GlobalOptions.Settings(parsed).DatabasePath
            ?? throw new UsageException($"there is no target: name a database, which is made where it is missing, with --cqlite-path DIR (or {GlobalOptions.DatabaseVariable}){(parsed.CommandResult.Command.Options.Any(ConnectionOptions.IsTarget) ? ", or a cluster with --target-hosts HOST" : "")}.");
        if (!DatabaseCreation.CreateWhereMissing(path) && Directory.Exists(path) && OperandKinds.Of(path, PhysicalFileSystem.Instance) is not OperandKind.Database and var kind)
            throw new UsageException($"the target {Path.GetFullPath(path)} is {(kind == OperandKind.ExportDirectory ? "an export" : "no database of this product")}, and is never written: name a database, or an empty or missing folder in which one is made.");
        return QueryEngine.Open(path, MigrationOptions.WithinLimit(parsed, DatabaseOpening.TargetOptions(parsed, path)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine?.Dispose();
        _connection?.Dispose();
        if (_state is not null)
            ClusterWriting.Tidy(_state);
    }

    private static void RequireNoWriting(ParseResult parsed)
    {
        foreach (Option option in (Option[])[s_rejects, s_state, s_statements])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} is of clusters: it needs --target-hosts.");
        }
    }
}
