namespace Cqlite.Cassandra.Frames;

/// <summary>A message as it travels: header and body, decompressed. The body is valid until its reader's next step.</summary>
internal readonly record struct Envelope(EnvelopeHeader Header, ReadOnlyMemory<byte> Body);
