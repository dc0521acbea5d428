using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>The head of a commit log segment: which version it is, which number it has, how it is compressed.</summary>
/// <param name="Version">6 (3.x), 7 (4.x, and 5.0 by default) or 8 (5.0 without compatibility to 4).</param>
/// <param name="Id">The segment's number; greater ones are younger.</param>
/// <param name="CompressionClass">Class name of the compressor of its sections; null for none.</param>
/// <param name="CompressionOptions">The compressor's options.</param>
/// <remarks>
/// <code>
/// int32   version
/// int64   id
/// uint16  length of the parameters
/// bytes   parameters: JSON, {} or {"compressionClass":"LZ4Compressor","compressionParameters":null}
/// int32   CRC32 over version, low half of the id, high half, length of the parameters (each as int32), parameters
/// </code>
/// Source: org/apache/cassandra/db/commitlog/CommitLogDescriptor.java.
/// </remarks>
internal sealed record CommitLogDescriptor(int Version, long Id, string? CompressionClass, IReadOnlyDictionary<string, string> CompressionOptions)
{
    /// <summary>3.0 to 3.11.</summary>
    public const int Version30 = 6;

    /// <summary>4.0 and 4.1, and 5.0 in its default compatibility mode.</summary>
    public const int Version40 = 7;

    /// <summary>5.0 without compatibility to 4.</summary>
    public const int Version50 = 8;

    private const string Prefix = "CommitLog-";
    private const string Suffix = ".log";

    /// <summary>The segment's file name.</summary>
    public string FileName => $"{Prefix}{Version}-{Id}{Suffix}";

    /// <summary>A segment that is not compressed.</summary>
    public static CommitLogDescriptor Plain(int version, long id) => new(version, id, null, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Whether a file name is a segment's, and what it says.</summary>
    public static bool TryParseFileName(string name, out int version, out long id)
    {
        version = 0;
        id = 0;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        string[] numbers = name[Prefix.Length..^Suffix.Length].Split('-');
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out version)
            && long.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    /// <summary>Reads the head.</summary>
    /// <exception cref="CorruptDataException">The checksum does not match.</exception>
    /// <exception cref="UnsupportedFormatException">An unknown version, or an encrypted segment.</exception>
    public static CommitLogDescriptor Read(ref SpanReader reader)
    {
        int version = reader.ReadInt32();
        long id = reader.ReadInt64();
        ushort length = reader.ReadUInt16();
        ReadOnlySpan<byte> parameters = reader.ReadBytes(length);
        uint stored = reader.ReadUInt32();
        uint computed = Checksum(version, id, parameters);
        if (stored != computed)
            reader.Throw($"the segment's head has the checksum 0x{stored:x8}, computed is 0x{computed:x8}.");
        if (version is < Version30 or > Version50)
            throw new UnsupportedFormatException(reader.File, $"commit log version {version} is not known; {Version30}, {Version40} and {Version50} are.");

        string? compressor = null;
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument json = JsonDocument.Parse(parameters.ToArray());
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "compressionClass":
                        compressor = property.Value.GetString();
                        break;
                    case "compressionParameters" when property.Value.ValueKind != JsonValueKind.Null:
                        foreach (JsonProperty option in property.Value.EnumerateObject())
                            options[option.Name] = option.Value.ToString();
                        break;
                    case "encCipher":
                    case "encKeyAlias":
                        throw new UnsupportedFormatException(reader.File, "the commit log segment is encrypted; only the node that holds the key can replay it.");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CorruptDataException(reader.File, 14, $"the segment's parameters are no JSON object: {e.Message}", e);
        }

        return new CommitLogDescriptor(version, id, compressor, options);
    }

    /// <summary>Writes the head.</summary>
    public void Write(BufferWriter output)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            if (CompressionClass is not null)
            {
                json.WriteString("compressionClass", CompressionClass);
                json.WriteStartObject("compressionParameters");
                foreach ((string name, string value) in CompressionOptions)
                    json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        ReadOnlySpan<byte> parameters = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        output.WriteInt32(Version);
        output.WriteInt64(Id);
        output.WriteShortBytes(parameters);
        output.WriteInt32((int)Checksum(Version, Id, parameters));
    }

    private static uint Checksum(int version, long id, ReadOnlySpan<byte> parameters)
    {
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(numbers, version);
        BinaryPrimitives.WriteInt32BigEndian(numbers[4..], (int)id);
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], (int)(id >> 32));
        BinaryPrimitives.WriteInt32BigEndian(numbers[12..], parameters.Length);
        return Crc32.Update(Crc32.Compute(numbers), parameters);
    }
}
