using System.Text.RegularExpressions;

namespace Cqlite.Fuzz.Statements;

/// <summary>Makes statements of others: words are lost, doubled, exchanged, taken from another statement of the same schema.</summary>
/// <param name="statements">What to begin with.</param>
/// <param name="random">Chooses.</param>
internal sealed partial class StatementMutator(IReadOnlyList<string> statements, Random random)
{
    private const int MostChanges = 3;

    private static readonly string[] s_pieces =
    [
        "(", ")", "[", "]", "{", "}", "'", "\"", "$$", ".", ",", "?", ":x", ";", "-", "*", "=", "IN", "AS", "JSON", "null", "unset", "NaN", "1", "-1", "0x", "0xff", "''", "'a'", "true", "1.5", "1d", "[]", "{}", "{1}", "{1: 2}", "(1, 2)",
        "9223372036854775808", "00000000-0000-1000-8000-000000000000", "token", "writetime", "ttl", "count", "DISTINCT", "IF", "EXISTS", "LIMIT", "PER PARTITION LIMIT", "GROUP BY", "ORDER BY", "ALLOW FILTERING", "CONTAINS", "CONTAINS KEY",
        "USING TTL", "USING TIMESTAMP", "IS NOT NULL", "LIKE", "static", "frozen", "counter", "tuple", "vector<float, 2>", "ANN OF", "BETWEEN",
    ];

    private readonly string[][] _words = [.. statements.Select(s => Word().Matches(s).Select(m => m.Value).ToArray()).Where(w => w.Length > 0)];

    /// <summary>The next statement.</summary>
    public string Next()
    {
        List<string> words = [.. Other()];
        for (int change = random.Next(1, MostChanges + 1); change > 0 && words.Count > 0; change--)
        {
            int at = random.Next(words.Count);
            switch (random.Next(7))
            {
                case 0:
                    words.RemoveAt(at);
                    break;
                case 1:
                    words.Insert(at, words[random.Next(words.Count)]);
                    break;
                case 2:
                    int with = random.Next(words.Count);
                    (words[at], words[with]) = (words[with], words[at]);
                    break;
                case 3:
                    words[at] = s_pieces[random.Next(s_pieces.Length)];
                    break;
                case 4:
                    words.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 5:
                    string[] other = Other();
                    words[at] = other[random.Next(other.Length)];
                    break;
                default:
                    string[] tail = Other();
                    int from = random.Next(tail.Length);
                    words.InsertRange(at, tail[from..Math.Min(tail.Length, from + random.Next(1, 8))]);
                    break;
            }
        }

        return string.Join(' ', words);
    }

    private string[] Other() => _words[random.Next(_words.Length)];

    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_]\w*|0x[0-9a-fA-F]+|[0-9][\w.\-]*|[<>!+\-]=|\S""")]
    private static partial Regex Word();
}
