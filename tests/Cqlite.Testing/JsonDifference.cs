using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>Finds where two JSON documents part, and names the place as a path.</summary>
/// <remarks>
/// Documents are compared token by token while they stream, whatever their size. White space does not count; the order of members does, for
/// Cassandra's tools keep it. Numbers are equal when they are written alike (<c>1.0</c> is not <c>1</c>), strings when they mean the same.
/// </remarks>
public static class JsonDifference
{
    private const int ShownCharacters = 300;

    /// <summary>The first place where the documents differ; null when they are equal.</summary>
    /// <exception cref="JsonException">The expected document is no JSON.</exception>
    public static string? Find(Stream expected, Stream actual)
    {
        var left = new JsonTokens(expected);
        var right = new JsonTokens(actual);
        var path = new JsonPath();
        while (true)
        {
            var more = left.Read();
            bool actualMore;
            try
            {
                actualMore = right.Read();
            }
            catch (JsonException error)
            {
                return $"at {path}: found what is no JSON ({error.Message})";
            }

            if (!more || !actualMore)
                return more == actualMore ? null : $"at {path}: expected {Describe(left, more)}, found {Describe(right, actualMore)}";
            if (left.Type != right.Type || !SameValue(left, right))
            {
                return $"at {path.Of(left.Type)} (byte {left.Position:N0} expected, {right.Position:N0} found): "
                    + $"expected {Describe(left, true)}, found {Describe(right, true)}";
            }

            path.Advance(left);
        }
    }

    /// <summary>The same of two texts.</summary>
    public static string? Find(string expected, string actual) =>
        Find(new MemoryStream(Encoding.UTF8.GetBytes(expected)), new MemoryStream(Encoding.UTF8.GetBytes(actual)));

    /// <summary>Fails unless the documents are equal.</summary>
    /// <param name="expected">What it must be.</param>
    /// <param name="actual">What it is.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="DifferenceException">They differ.</exception>
    public static void Require(Stream expected, Stream actual, string what)
    {
        if (Find(expected, actual) is { } difference)
            throw new DifferenceException($"{what}: {difference}");
    }

    private static bool SameValue(JsonTokens left, JsonTokens right) =>
        left.IsEscaped || right.IsEscaped ? left.Text() == right.Text() : left.Raw.SequenceEqual(right.Raw);

    private static string Describe(JsonTokens tokens, bool present)
    {
        if (!present)
            return "the end";

        switch (tokens.Type)
        {
            case JsonTokenType.StartObject:
                return "an object";
            case JsonTokenType.EndObject:
                return "the end of the object";
            case JsonTokenType.StartArray:
                return "an array";
            case JsonTokenType.EndArray:
                return "the end of the array";
            case JsonTokenType.PropertyName:
                return $"member \"{Cut(tokens.Text())}\"";
            case JsonTokenType.String:
                return $"\"{Cut(tokens.Text())}\"";
            default:
                return Cut(tokens.Text());
        }
    }

    private static string Cut(string text) => text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "...";

    /// <summary>Where in a document the tokens are: <c>$[3].rows[0].cells[1].value</c>.</summary>
    private sealed class JsonPath
    {
        private readonly List<(string? Member, int Index, bool IsArray)> steps = [];

        public void Advance(JsonTokens tokens)
        {
            switch (tokens.Type)
            {
                case JsonTokenType.StartObject:
                case JsonTokenType.StartArray:
                    steps.Add((null, 0, tokens.Type == JsonTokenType.StartArray));
                    break;
                case JsonTokenType.EndObject:
                case JsonTokenType.EndArray:
                    steps.RemoveAt(steps.Count - 1);
                    NextElement();
                    break;
                case JsonTokenType.PropertyName:
                    steps[^1] = (tokens.Text(), 0, false);
                    break;
                default:
                    NextElement();
                    break;
            }
        }

        /// <summary>The path of the token that comes: an end or a member's name belongs to what contains it.</summary>
        public string Of(JsonTokenType type) =>
            type is JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName ? Render(steps.Count - 1) : ToString();

        public override string ToString() => Render(steps.Count);

        private string Render(int depth)
        {
            var text = new StringBuilder("$");
            foreach (var (member, index, isArray) in steps.Take(depth))
            {
                if (isArray)
                    text.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
                else if (member is not null)
                    text.Append('.').Append(member);
            }

            return text.ToString();
        }

        private void NextElement()
        {
            if (steps.Count > 0 && steps[^1].IsArray)
                steps[^1] = (null, steps[^1].Index + 1, true);
        }
    }
}
