using System.Globalization;

namespace Cqlite.Testing;

/// <summary>Reads the format of recorded conversations.</summary>
public static class ProtocolConversationParser
{
    private const string AsInOuterFrames = "(bytes: as in the plain outer frames above)";
    private const string DecompressedBody = "decompressed body:";

    /// <summary>Reads a conversation.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="lines">Its lines.</param>
    public static IReadOnlyList<ProtocolEntry> Parse(string name, IEnumerable<string> lines)
    {
        var entries = new List<ProtocolEntry>();
        var payloads = new PayloadStreams();
        Record? open = null;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var place = $"{name}.txt:{number}";
            if (line.StartsWith('@'))
            {
                Close();
                open = new Record(place, line);
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal) && open is not null)
                open.Add(place, line[2..]);
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                Close();
                entries.Add(new ProtocolRemark(line[2..]));
            }
            else if (line.Length == 0)
                Close();
            else
                throw new FormatException($"{place}: unexpected \"{line}\".");
        }

        Close();
        return entries;

        void Close()
        {
            if (open is not null)
                entries.Add(open.Finish(payloads));
            open = null;
        }
    }

    /// <summary>The payloads of plain outer frames that no inner envelope was taken from yet, by connection and direction.</summary>
    private sealed class PayloadStreams
    {
        private readonly Dictionary<(int Connection, bool FromClient), List<byte>> streams = [];

        public void Add(ProtocolRecord outer)
        {
            if (outer.Kind == ProtocolRecordKind.PlainOuterFrame)
                Of(outer.Connection, outer.FromClient).AddRange(outer.Payload);
        }

        /// <summary>Takes an inner envelope's bytes. Nothing is taken on connections with LZ4, where envelopes have bytes of their own.</summary>
        public byte[] Take(string place, int connection, bool fromClient, byte[] own, int length)
        {
            var stream = Of(connection, fromClient);
            if (stream.Count == 0 && own.Length == length)
                return own;
            if (stream.Count < length)
                throw new FormatException($"{place}: an envelope of {length:N0} bytes, but its outer frames have {stream.Count:N0} left.");

            var bytes = stream.GetRange(0, length).ToArray();
            stream.RemoveRange(0, length);
            if (own.Length > 0 && !bytes.AsSpan().SequenceEqual(own))
                throw new FormatException($"{place}: the envelope is not what its outer frames carry.");
            return bytes;
        }

        private List<byte> Of(int connection, bool fromClient)
        {
            if (!streams.TryGetValue((connection, fromClient), out var stream))
                streams[(connection, fromClient)] = stream = [];
            return stream;
        }
    }

    /// <summary>A record whose lines are being read.</summary>
    private sealed class Record
    {
        private const int EnvelopeHeaderLength = 9;

        /// <summary>Versions 1 and 2 have one byte for the stream.</summary>
        private const int OldEnvelopeHeaderLength = 8;

        private readonly string place;
        private readonly string[] words;
        private readonly List<byte> bytes = [];
        private readonly List<byte> body = [];
        private readonly List<string> comments = [];
        private bool inBody;
        private byte[] lastLine = [];

        public Record(string place, string head)
        {
            this.place = place;
            words = head.Split(' ');
            if (words.Length < 5 || words[1][0] != 'c' || words[2] is not ("<" or ">"))
                throw new FormatException($"{place}: expected \"@N cN > ...\", found \"{head}\".");
        }

        public void Add(string at, string line)
        {
            if (line.StartsWith("; ", StringComparison.Ordinal))
                comments.Add(line[2..]);
            else if (line == DecompressedBody)
                inBody = true;
            else if (line.StartsWith('*'))
            {
                for (var left = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--)
                    (inBody ? body : bytes).AddRange(lastLine);
            }
            else if (line != AsInOuterFrames)
            {
                lastLine = line.Length % 2 == 0 && line.All(char.IsAsciiHexDigit)
                    ? Convert.FromHexString(line)
                    : throw new FormatException($"{at}: expected hex, found \"{line}\".");
                (inBody ? body : bytes).AddRange(lastLine);
            }
        }

        public ProtocolRecord Finish(PayloadStreams payloads)
        {
            var record = new ProtocolRecord
            {
                Number = Number(words[0][1..]),
                Connection = Number(words[1][1..]),
                FromClient = words[2] == ">",
                Kind = ProtocolRecordKind.Raw,
                Bytes = [.. bytes],
                Comments = comments,
            };
            switch (words[3])
            {
                case "RAW":
                    return WithLength(record, Value("bytes"));
                case "OUTER":
                    var isLz4 = words[4] == "lz4";
                    record = record with
                    {
                        Kind = isLz4 ? ProtocolRecordKind.Lz4OuterFrame : ProtocolRecordKind.PlainOuterFrame,
                        PayloadLength = Value("payload"),
                        UncompressedLength = Value("uncompressed"),
                        IsSelfContained = Value("self-contained") == 1,
                    };
                    var headerLength = isLz4 ? 8 : 6;
                    record = WithLength(record, headerLength + record.PayloadLength + sizeof(uint));
                    payloads.Add(record);
                    return record;
                default:
                    record = record with
                    {
                        Kind = ProtocolRecordKind.Envelope,
                        Version = Number(words[3][1..]),
                        Flags = int.Parse(Text("flags").AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                        Stream = Value("stream"),
                        Opcode = words[6],
                        BodyLength = Value("body"),
                        PlainBodyLength = words.Any(word => word.StartsWith("plain-body=", StringComparison.Ordinal)) ? Value("plain-body") : null,
                        DecompressedBody = inBody ? [.. body] : null,
                        IsInner = words[^1] == "inner",
                    };
                    if (!record.IsInner)
                    {
                        var isOld = record.Version < 3;
                        return WithLength(record, (isOld ? OldEnvelopeHeaderLength : EnvelopeHeaderLength) + record.BodyLength);
                    }

                    return record with
                    {
                        Bytes = payloads.Take(place, record.Connection, record.FromClient, record.Bytes, EnvelopeHeaderLength + record.BodyLength),
                    };
            }
        }

        private ProtocolRecord WithLength(ProtocolRecord record, int length) => record.Bytes.Length == length
            ? record
            : throw new FormatException($"{place}: the head speaks of {length:N0} bytes, {record.Bytes.Length:N0} stand there.");

        private int Value(string name) => Number(Text(name));

        private string Text(string name) =>
            words.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]
            ?? throw new FormatException($"{place}: the head has no \"{name}=\".");

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
