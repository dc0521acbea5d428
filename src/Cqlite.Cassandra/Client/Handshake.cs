using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Client;

/// <summary>A node does not speak a version; the next older one may do.</summary>
internal sealed class VersionRefusedException(string message) : CqliteException(message);

/// <summary>What is said before requests: OPTIONS, STARTUP, and who we are where the node asks.</summary>
internal static class Handshake
{
    private const string Lz4 = "lz4";

    /// <summary>Says it.</summary>
    public static async Task RunAsync(NodeConnection connection, CassandraOptions options, CancellationToken cancellation)
    {
        Message offered = await AskAsync(OptionsMessage.Instance).ConfigureAwait(false);
        if (offered is not SupportedMessage supported)
            throw Unexpected(offered, "SUPPORTED");
        Message answer = await StartAsync().ConfigureAwait(false);
        if (answer is AuthenticateMessage)
            answer = await AuthenticateAsync().ConfigureAwait(false);
        if (answer is not (ReadyMessage or AuthSuccessMessage))
            throw Unexpected(answer, "READY");

        async Task<Message> AskAsync(Message message) => (await connection.AskAsync(message, options.ConnectTimeout, cancellation).ConfigureAwait(false)).Message;

        Task<Message> StartAsync()
        {
            List<KeyValuePair<string, string>> startup =
            [
                new(StartupMessage.CqlVersion, Find(StartupMessage.CqlVersion) is [var first, ..] ? first : "3.0.0"),
                new("DRIVER_NAME", "CqlitePS"),
            ];
            if (options.IsCompressed)
            {
                if (!Find(StartupMessage.Compression).Contains(Lz4, StringComparer.OrdinalIgnoreCase))
                    throw new ConnectionFailedException(connection.Address.ToString(), "LZ4 was asked for, and the node does not offer it.");
                startup.Add(new(StartupMessage.Compression, Lz4));
                connection.ExpectCompressedBodies();
            }

            return AskAsync(new StartupMessage(startup));
        }

        async Task<Message> AuthenticateAsync()
        {
            if (options.Credentials is null)
                throw new AuthenticationFailedException(connection.Address.ToString(), "the cluster asks for a name and a password, and none was given.");
            Message told = await AskAsync(new AuthResponseMessage(options.Credentials.ToPlainToken())).ConfigureAwait(false);
            return told is AuthChallengeMessage
                ? throw new AuthenticationFailedException(connection.Address.ToString(), "the cluster asks for another authentication than name and password.")
                : told;
        }

        IReadOnlyList<string> Find(string name) => supported.Options.FirstOrDefault(o => string.Equals(o.Key, name, StringComparison.OrdinalIgnoreCase)).Value ?? [];

        CqliteException Unexpected(Message message, string expected) => message switch
        {
            ErrorMessage { Code: ErrorCode.ProtocolError } error => new VersionRefusedException(error.Text),
            ErrorMessage error => ServerFailure.Of(error, connection.Address),
            _ => new ConnectionFailedException(connection.Address.ToString(), $"answered {message.Opcode.Name()} where {expected} belongs."),
        };
    }
}
