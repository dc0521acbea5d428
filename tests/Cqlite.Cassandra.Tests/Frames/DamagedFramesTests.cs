using System.Buffers;
using Cqlite.Cassandra.Frames;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Frames;

/// <summary>Recorded frames with each byte flipped and cut at every length.</summary>
public sealed class DamagedFramesTests
{
    [Theory, ProtocolConversations]
    public void A_flipped_byte_of_an_outer_frame_is_always_found(ProtocolConversation conversation)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ProtocolRecord record in conversation.Records.Where(r => r.Kind is ProtocolRecordKind.PlainOuterFrame or ProtocolRecordKind.Lz4OuterFrame))
        {
            if (!seen.Add(Convert.ToHexString(record.Bytes.AsSpan(0, Math.Min(64, record.Bytes.Length)))) || record.Comments.Any(c => c.Contains("WRONG", StringComparison.Ordinal)))
                continue;
            OuterFrameReader reader = new(record.Kind == ProtocolRecordKind.Lz4OuterFrame);
            DamagedBytes.ForEach(record.Bytes, bytes =>
            {
                ReadOnlySequence<byte> input = new(bytes);
                try
                {
                    Assert.False(reader.TryRead(ref input, out _, out _));
                    Assert.True(bytes.Length < record.Bytes.Length);
                }
                catch (ProtocolException problem)
                {
                    Assert.True(problem.IsFatal);
                }
            });
        }
    }

    [Theory, ProtocolConversations]
    public void A_damaged_envelope_is_one_or_an_error_of_the_protocol(ProtocolConversation conversation)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ProtocolRecord record in conversation.Records.Where(r => r.Kind == ProtocolRecordKind.Envelope && !r.IsInner && r.Bytes.Length < 64 * 1024))
        {
            if (!seen.Add(Convert.ToHexString(record.Bytes.AsSpan(0, Math.Min(256, record.Bytes.Length)))))
                continue;
            foreach (WireCompression compression in (WireCompression[])[WireCompression.None, WireCompression.Lz4, WireCompression.Snappy])
            {
                if (compression != WireCompression.None && !((EnvelopeFlags)record.Flags).HasFlag(EnvelopeFlags.Compressed))
                    continue;
                DamagedBytes.ForEach(record.Bytes, bytes => Read(bytes, !record.FromClient, compression));
            }
        }
    }

    private static void Read(Memory<byte> bytes, bool fromServer, WireCompression compression)
    {
        EnvelopeReader reader = new(FrameLimits.Server, fromServer);
        reader.UseBodyCompression(compression);
        ReadOnlySequence<byte> input = new(bytes);
        for (int i = 0; i <= bytes.Length; i++)
        {
            try
            {
                if (!reader.TryRead(ref input, out _))
                    return;
            }
            catch (ProtocolException problem)
            {
                Assert.NotNull(problem.Stream);
                if (problem.IsFatal)
                    return;
            }
        }

        Assert.Fail("the reader never ends");
    }
}
