using System.Collections.Immutable;
using System.Threading.Channels;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Cassandra.Client;

/// <summary>
/// The cluster as it is now: its nodes, and where which partition lies. One connection of its own, the control connection, is told of changes; when it is lost
/// another node is found.
/// </summary>
internal sealed class ClusterView : IDisposable
{
    /// <summary>Events come in flocks: so long one is waited for after another.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(100);

    private const int FirstReleaseOfFrames = 4;
    private static readonly ProtocolVersion[] s_versions = [ProtocolVersion.V5, ProtocolVersion.V4, ProtocolVersion.V3];
    private static readonly RegisterMessage s_register = new([EventKind.TopologyChange, EventKind.StatusChange, EventKind.SchemaChange]);
    private readonly CassandraOptions _options;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Channel<EventMessage> _events;
    private NodeConnection _control;
    private State _state = new([], TokenMap.Empty, "", "");

    private ClusterView(CassandraOptions options, NodeConnection control, Channel<EventMessage> events)
    {
        _events = events;
        _options = options;
        _control = control;
    }

    /// <summary>What is known, all of one moment.</summary>
    private sealed record State(ImmutableArray<ClusterNode> Nodes, TokenMap Map, string Name, string Partitioner);

    /// <summary>The version that all connections speak.</summary>
    public ProtocolVersion Version => _control.Version;

    /// <summary>The nodes.</summary>
    public ImmutableArray<ClusterNode> Nodes => _state.Nodes;

    /// <summary>Where which partition lies.</summary>
    public TokenMap Map => _state.Map;

    /// <summary>The cluster's name.</summary>
    public string Name => _state.Name;

    /// <summary>The partitioner's class.</summary>
    public string Partitioner => _state.Partitioner;

    /// <summary>The version of the schema that the node of the control connection knew last; null where it is not told.</summary>
    public Guid? SchemaVersion => _state.Nodes is [var first, ..] ? first.Facts.SchemaVersion : null;

    /// <summary>The datacenter whose nodes are asked.</summary>
    public string LocalDatacenter { get; private set; } = "";

    /// <summary>Finds a node that answers, the version that it speaks, and its cluster.</summary>
    public static async Task<ClusterView> ConnectAsync(CassandraOptions options, CancellationToken cancellation)
    {
        List<CqliteException> problems = [];
        foreach (string contactPoint in options.ContactPoints)
        {
            NodeAddress[] addresses = [];
            try
            {
                addresses = await NodeAddress.ResolveAsync(contactPoint, options.Port, cancellation).ConfigureAwait(false);
            }
            catch (ConnectionFailedException problem)
            {
                problems.Add(problem);
            }

            foreach (NodeAddress address in addresses)
            {
                try
                {
                    return await ConnectAsync(address, options, cancellation).ConfigureAwait(false);
                }
                catch (Exception problem) when (problem is ConnectionFailedException or AuthenticationFailedException or OverloadedException or OutcomeUnknownException or VersionRefusedException)
                {
                    problems.Add((CqliteException)problem);
                }
            }
        }

        throw problems.OfType<AuthenticationFailedException>().FirstOrDefault()
            ?? (problems is [ConnectionFailedException only] ? only : (CqliteException)new ConnectionFailedException(
                string.Join(", ", options.ContactPoints), $"no contact point can be reached. {string.Join(" ", problems.Select(p => p.Message))}", problems.FirstOrDefault()));
    }

    /// <summary>Asks anew what nodes there are.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Take(await ClusterReader.ReadAsync(_control, _options, cancellation).ConfigureAwait(false));
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Asks anew what nodes there are, and waits, 10 seconds at most, until all of which it is told know the same schema.</summary>
    /// <returns>Whether they do.</returns>
    public async Task<bool> WaitForAgreementAsync(CancellationToken cancellation)
    {
        long until = Environment.TickCount64 + 10_000;
        while (true)
        {
            await RefreshAsync(cancellation).ConfigureAwait(false);
            if (Nodes.Where(n => !n.Pool.IsDown && n.Facts.SchemaVersion is not null).Select(n => n.Facts.SchemaVersion).Distinct().Count() <= 1)
                return true;
            if (Environment.TickCount64 >= until)
                return false;
            await Task.Delay(200, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The nodes to ask, best first: replicas in the local datacenter, its other nodes, and at last those that could not be reached.</summary>
    /// <param name="keyspace">The keyspace of the partition.</param>
    /// <param name="key">The partition's key; null where it is not known.</param>
    /// <param name="turn">Counts up, so that nodes take turns.</param>
    public IEnumerable<ClusterNode> Route(string? keyspace, byte[]? key, int turn) =>
        Route(map => keyspace is null || key is null ? [] : map.ReplicasOf(keyspace, key), turn);

    /// <summary>The nodes to ask for partitions of a token, best first.</summary>
    public IEnumerable<ClusterNode> Route(string keyspace, Token token, int turn) => Route(map => map.ReplicasOf(keyspace, token), turn);

    /// <inheritdoc/>
    public void Dispose()
    {
        _lifetime.Cancel();
        _control.Dispose();
        foreach (ClusterNode node in _state.Nodes)
            node.Dispose();
    }

    private IEnumerable<ClusterNode> Route(Func<TokenMap, IReadOnlyList<ClusterNode>> replicasOf, int turn)
    {
        State state = _state;
        IReadOnlyList<ClusterNode> replicas = replicasOf(state.Map);
        List<ClusterNode>? down = null;
        foreach (ClusterNode node in Turned(replicas, turn).Concat(Turned(state.Nodes, turn).Except(replicas)))
        {
            if (node.Facts.Datacenter != LocalDatacenter)
                continue;
            if (node.Pool.IsDown)
                (down ??= []).Add(node);
            else
                yield return node;
        }

        foreach (ClusterNode node in down ?? [])
            yield return node;
    }

    private static IEnumerable<ClusterNode> Turned(IReadOnlyList<ClusterNode> nodes, int turn)
    {
        for (int i = 0; i < nodes.Count; i++)
            yield return nodes[(int)(((uint)turn + (uint)i) % (uint)nodes.Count)];
    }

    private static async Task<ClusterView> ConnectAsync(NodeAddress address, CassandraOptions options, CancellationToken cancellation)
    {
        for (int i = 0; ; i++)
        {
            Channel<EventMessage> events = CreateEvents();
            ClusterView? view = null;
            try
            {
                NodeConnection control = await NodeConnection.OpenAsync(address, s_versions[i], options, told => events.Writer.TryWrite(told), cancellation).ConfigureAwait(false);
                view = new ClusterView(options, control, events);
                await view.BeginAsync(cancellation).ConfigureAwait(false);

                // While a cluster is upgraded the newer nodes may speak what the older ones do not.
                if (i < s_versions.Length - 1 && view.Nodes.Any(n => !Speaks(n.Facts.Release, s_versions[i])))
                    continue;
                ClusterView begun = view;
                view = null;
                _ = begun.FollowAsync();
                return begun;
            }
            catch (VersionRefusedException) when (i < s_versions.Length - 1)
            {
                // The next older version may be spoken.
            }
            finally
            {
                view?.Dispose();
            }
        }
    }

    /// <summary>Whether nodes of a release speak a version: 5 from 4.0 on, the older ones all that there are. One that is not told is not thought older.</summary>
    private static bool Speaks(string release, ProtocolVersion version) =>
        !version.HasOuterFrames || release.Length == 0 || CassandraConnection.VersionOf(release).Major >= FirstReleaseOfFrames;

    /// <summary>One event leads to a look at everything, so that those which find no room are not missed.</summary>
    private static Channel<EventMessage> CreateEvents() => Channel.CreateBounded<EventMessage>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });

    private async Task BeginAsync(CancellationToken cancellation)
    {
        await RegisterAsync(_control, cancellation).ConfigureAwait(false);
        await RefreshAsync(cancellation).ConfigureAwait(false);
        LocalDatacenter = _options.LocalDatacenter ?? Nodes[0].Facts.Datacenter;
        if (!Nodes.Any(n => n.Facts.Datacenter == LocalDatacenter))
        {
            string known = string.Join(", ", Nodes.Select(n => n.Facts.Datacenter).Distinct(StringComparer.Ordinal));
            throw new ConnectionFailedException(_control.Address.ToString(), $"no node is in the datacenter '{LocalDatacenter}'; there are {known}.");
        }
    }

    private async Task RegisterAsync(NodeConnection control, CancellationToken cancellation)
    {
        NodeAnswer answer = await control.AskAsync(s_register, _options.Timeout, cancellation).ConfigureAwait(false);
        if (answer.Message is ErrorMessage error)
            throw ServerFailure.Of(error, control.Address);
    }

    private void Take(ClusterFacts facts)
    {
        ImmutableArray<ClusterNode> before = _state.Nodes;
        ImmutableArray<ClusterNode>.Builder nodes = ImmutableArray.CreateBuilder<ClusterNode>(facts.Nodes.Count);
        foreach (NodeFacts told in facts.Nodes)
        {
            // A node may be known by several addresses; the one it was reached at stays.
            ClusterNode? node = before.FirstOrDefault(n => n.Facts.HostId == told.HostId && (n.Facts.Address.EndPoint.Equals(told.Address.EndPoint) || !n.Pool.IsDown));
            if (node is null)
                node = new ClusterNode(told, new NodePool(told.Address, Version, _options));
            else
                node.Facts = told with { Address = node.Facts.Address };
            nodes.Add(node);
        }

        _state = new State(nodes.ToImmutable(), new TokenMap(facts.Partitioner, nodes, facts.Replication), facts.Name, facts.Partitioner);
        foreach (ClusterNode gone in before.Except(nodes))
            gone.Dispose();
    }

    /// <summary>Takes part in what the control connection tells, and replaces it when it is lost.</summary>
    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token, _control.Closed);
                try
                {
                    await TakeEventsAsync(waiting.Token).ConfigureAwait(false);
                    await RefreshAsync(waiting.Token).ConfigureAwait(false);
                }
                catch (Exception problem) when (problem is CqliteException or OperationCanceledException && !_lifetime.IsCancellationRequested)
                {
                    if (!_control.IsOpen)
                        await ReplaceControlAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection to the cluster was closed.
        }
    }

    private async Task TakeEventsAsync(CancellationToken cancellation)
    {
        EventMessage? told = await _events.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        await Task.Delay(s_settling, cancellation).ConfigureAwait(false);
        do
        {
            if (told is not NodeEvent status || Nodes.FirstOrDefault(n => n.Facts.Address.EndPoint.Equals(status.Node)) is not { } node)
                continue;
            if (status.Change == NodeChange.Up)
                node.Pool.Wake();
            else if (status.Change == NodeChange.Down)
                node.Pool.NoteDown();
        }
        while (_events.Reader.TryRead(out told));
    }

    private async Task ReplaceControlAsync()
    {
        await Reconnection.For(_options).ExecuteAsync(
            async cancellation =>
            {
                CqliteException? last = null;
                foreach (ClusterNode node in Nodes.OrderBy(n => n.Facts.Datacenter != LocalDatacenter))
                {
                    NodeConnection? control = null;
                    try
                    {
                        control = await NodeConnection.OpenAsync(node.Facts.Address, Version, _options, told => _events.Writer.TryWrite(told), cancellation).ConfigureAwait(false);
                        await RegisterAsync(control, cancellation).ConfigureAwait(false);
                        cancellation.ThrowIfCancellationRequested();
                        _control = control;
                        control = null;
                        node.Pool.Wake();
                        await RefreshAsync(cancellation).ConfigureAwait(false);
                        return;
                    }
                    catch (CqliteException problem)
                    {
                        last = problem;
                    }
                    finally
                    {
                        control?.Dispose();
                    }
                }

                throw last ?? new ConnectionFailedException(Name, "no node is known.");
            },
            _lifetime.Token).ConfigureAwait(false);
    }
}
