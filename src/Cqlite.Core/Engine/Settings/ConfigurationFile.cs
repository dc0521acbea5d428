using System.Text.Json;
using System.Text.RegularExpressions;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.Engine.Settings;

/// <summary>
/// Reads a configuration file: JSON, or as much of YAML as settings need (mappings by indentation, plain and quoted scalars, lists of scalars, comments).
/// <c>${VAR}</c> stands for a variable of the environment, <c>${VAR:default}</c> for one that may be missing.
/// </summary>
/// <remarks>
/// <code>
/// cqlite:
///   database_path: ${HOME}/shop
///   config:
///     cache_size: 256MB      # cqlite.config.cache_size
///     compression: ${CODEC:zstd}
/// cassandra:
///   contact_points: [10.0.0.1, 10.0.0.2]
/// </code>
/// </remarks>
internal static partial class ConfigurationFile
{
    private const int LongestFile = 1 << 20;

    /// <summary>The settings by their whole names (<c>cqlite.config.cache_size</c>); elements of lists are joined by commas.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="variables">The environment.</param>
    /// <exception cref="InvalidSettingException">It does not parse, or a variable is missing.</exception>
    public static IReadOnlyDictionary<string, string> Read(IFileSystem files, string path, Func<string, string?> variables)
    {
        string text = System.Text.Encoding.UTF8.GetString(files.ReadAll(path, LongestFile)).TrimStart('\uFEFF');
        SortedDictionary<string, string> settings = new(StringComparer.Ordinal);
        if (text.AsSpan().TrimStart().StartsWith("{"))
            ReadJson(text, path, settings);
        else
            ReadYaml(text, path, settings);
        return settings.ToDictionary(s => s.Key, s => Expand(s.Value, path, s.Key, variables), StringComparer.Ordinal);
    }

    private static void ReadJson(string text, string path, SortedDictionary<string, string> settings)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            Add(json.RootElement, "");
        }
        catch (JsonException e)
        {
            throw new InvalidSettingException(path, $"line {e.LineNumber + 1}", $"is not JSON: {e.Message}");
        }

        void Add(JsonElement element, string name)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (JsonProperty property in element.EnumerateObject())
                        Add(property.Value, name.Length == 0 ? property.Name : $"{name}.{property.Name}");
                    break;
                case JsonValueKind.Array:
                    settings[name] = string.Join(',', element.EnumerateArray().Select(e => e.ToString()));
                    break;
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    settings[name] = element.GetBoolean() ? "true" : "false";
                    break;
                default:
                    settings[name] = element.ToString();
                    break;
            }
        }
    }

    private static void ReadYaml(string text, string path, SortedDictionary<string, string> settings)
    {
        Stack<(int Indent, string Name)> above = [];
        string? list = null;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = WithoutComment(lines[i]).TrimEnd();
            string content = line.TrimStart(' ');
            if (content.Length == 0 || content == "---")
                continue;
            int indent = line.Length - content.Length;
            if (content[0] == '\t')
                throw new InvalidSettingException(path, $"line {i + 1}", "is indented by a tab; YAML takes blanks.");
            if (content.StartsWith("- ", StringComparison.Ordinal) && list is not null)
            {
                settings[list] = settings.TryGetValue(list, out string? before) && before.Length > 0 ? $"{before},{Scalar(content[2..])}" : Scalar(content[2..]);
                continue;
            }

            int colon = content.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || (colon + 1 < content.Length && content[colon + 1] != ' '))
                throw new InvalidSettingException(path, $"line {i + 1}", $"'{content}' is no 'name: value'.");
            while (above.Count > 0 && above.Peek().Indent >= indent)
                above.Pop();
            string own = Scalar(content[..colon]);
            string name = above.Count == 0 ? own : $"{above.Peek().Name}.{own}";
            string value = content[(colon + 1)..].Trim();
            if (value.Length == 0)
            {
                above.Push((indent, name));
                list = name;
            }
            else
            {
                list = null;
                settings[name] = value[0] == '[' && value[^1] == ']' ? string.Join(',', value[1..^1].Split(',').Select(v => Scalar(v))) : Scalar(value);
            }
        }
    }

    private static string WithoutComment(string line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '"' or '\'')
                quote = line[i];
            else if (line[i] == '#' && (i == 0 || line[i - 1] == ' '))
                return line[..i];
        }

        return line;
    }

    private static string Scalar(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] == text[^1] && text[0] is '"' or '\'' ? text[1..^1] : text;
    }

    private static string Expand(string value, string path, string setting, Func<string, string?> variables) => Variable().Replace(value, match =>
        variables(match.Groups["name"].Value) is { Length: > 0 } known
            ? known
            : match.Groups["default"].Success
                ? match.Groups["default"].Value[1..]
                : throw new InvalidSettingException(path, setting, $"the environment has no variable {match.Groups["name"].Value}; ${{{match.Groups["name"].Value}:default}} would do without."));

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<default>:[^}]*)?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Variable();
}
