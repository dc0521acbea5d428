using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Messages;

/// <summary>STARTUP: the first request of a connection.</summary>
/// <remarks><code>
/// [string map] options: CQL_VERSION must be there; COMPRESSION, DRIVER_NAME, DRIVER_VERSION, THROW_ON_OVERLOAD and others may
/// source org/apache/cassandra/transport/messages/StartupMessage.java
/// </code></remarks>
internal sealed record StartupMessage(IReadOnlyList<KeyValuePair<string, string>> Options) : Message
{
    /// <summary>The option that every STARTUP has.</summary>
    public const string CqlVersion = "CQL_VERSION";

    /// <summary>The option that names a compression.</summary>
    public const string Compression = "COMPRESSION";

    /// <summary>The option that asks for OVERLOADED rather than waiting.</summary>
    public const string ThrowOnOverload = "THROW_ON_OVERLOAD";

    /// <inheritdoc/>
    public override Opcode Opcode => Opcode.Startup;

    /// <summary>An option's value by its name in letters of any case; the last one where it comes twice. Null where it is not there.</summary>
    public string? Find(string name)
    {
        for (int i = Options.Count - 1; i >= 0; i--)
        {
            if (string.Equals(Options[i].Key, name, StringComparison.OrdinalIgnoreCase))
                return Options[i].Value;
        }

        return null;
    }

    /// <summary>Reads the message.</summary>
    public static StartupMessage Read(ref NotationReader reader) => new(reader.ReadStringMap());

    /// <inheritdoc/>
    public override void Write(BufferWriter output, ProtocolVersion version) => output.WriteStringMap(Options);
}
