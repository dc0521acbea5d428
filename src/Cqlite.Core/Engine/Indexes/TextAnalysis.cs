using System.Globalization;
using System.Text;
using Cqlite.Core.Engine.Indexes.Unicode;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Utf8 = System.Text.Encoding;

namespace Cqlite.Core.Engine.Indexes;

/// <summary>How an index makes terms of a text: its case, its normal form, and where it is cut into words.</summary>
/// <remarks>
/// Source: org/apache/cassandra/index/sai/analyzer/NonTokenizingAnalyzer.java, index/sasi/analyzer/{NonTokenizingAnalyzer,DelimiterAnalyzer,StandardAnalyzer}.java.
/// </remarks>
internal sealed class TextAnalysis
{
    private readonly bool _lowers;
    private readonly bool _raises;
    private readonly bool _normalizes;
    private readonly bool _folds;
    private readonly Rune? _delimiter;
    private readonly bool _cutsWords;
    private readonly string? _unavailable;

    private TextAnalysis(IReadOnlyDictionary<string, string> options, bool isSasi)
    {
        string analyzer = isSasi ? options.GetValueOrDefault("analyzer_class", "") : "";
        analyzer = analyzer[(analyzer.LastIndexOf('.') + 1)..];
        if (analyzer.Length == 0 && isSasi)
            analyzer = Is(options, "analyzed", false) ? "StandardAnalyzer" : "NoOpAnalyzer";
        switch (analyzer)
        {
            case "":
                _lowers = !Is(options, "case_sensitive", true);
                _normalizes = Is(options, "normalize", false);
                _folds = Is(options, "ascii", false);
                break;
            case "NonTokenizingAnalyzer":
                bool isCaseSensitive = Is(options, "case_sensitive", true);
                _lowers = !isCaseSensitive || Is(options, "normalize_lowercase", false);
                _raises = isCaseSensitive && Is(options, "normalize_uppercase", false);
                break;
            case "DelimiterAnalyzer":
                _delimiter = Rune.GetRuneAt(options.GetValueOrDefault("delimiter", ","), 0);
                break;
            case "StandardAnalyzer":
                _cutsWords = true;
                _lowers = Is(options, "tokenization_normalize_lowercase", !Is(options, "tokenization_normalize_uppercase", false));
                _raises = Is(options, "tokenization_normalize_uppercase", false);
                if (Is(options, "tokenization_enable_stemming", false))
                    _unavailable = "tokenization_enable_stemming";
                else if (Is(options, "tokenization_skip_stop_words", false))
                    _unavailable = "tokenization_skip_stop_words";
                break;
            default:
                break;
        }
    }

    /// <summary>Whether a text may become several terms.</summary>
    public bool IsTokenizing => _cutsWords || _delimiter is not null;

    /// <summary>Whether all that it needs is computed here.</summary>
    public bool IsAvailable => _unavailable is null;

    /// <summary>The analysis of an index; null where it takes values as they are.</summary>
    public static TextAnalysis? Of(IndexMetadata index, IndexFamily family, CqlType type)
    {
        CqlType text = type switch
        {
            ListType list => list.Elements,
            SetType set => set.Elements,
            MapType map => index.Target.StartsWith("keys(", StringComparison.Ordinal) ? map.Keys : map.Values,
            _ => type,
        };
        if (text.Name is not ("text" or "varchar" or "ascii") || family is not (IndexFamily.StorageAttached or IndexFamily.Sasi))
            return null;
        var analysis = new TextAnalysis(index.Options, family == IndexFamily.Sasi);
        bool changes = analysis._lowers || analysis._raises || analysis._normalizes || analysis._folds || analysis.IsTokenizing || analysis._unavailable is not null;
        return changes ? analysis : null;
    }

    /// <summary>The terms of a text, serialized as the text is.</summary>
    /// <exception cref="InvalidQueryException">The analysis needs what is not computed here.</exception>
    public List<byte[]> Terms(ReadOnlySpan<byte> value)
    {
        if (_unavailable is not null)
            throw new InvalidQueryException($"The index's option {_unavailable} is not computed here.");
        string text = Utf8.UTF8.GetString(value);
        var terms = new List<byte[]>();
        if (!IsTokenizing)
        {
            terms.Add(Utf8.UTF8.GetBytes(Filter(text)));
            return terms;
        }

        int start = -1;
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isPart = _delimiter is { } delimiter ? rune != delimiter : IsWordPart(text, at, rune);
            if (isPart && start < 0)
                start = at;
            if (!isPart && start >= 0)
            {
                terms.Add(Utf8.UTF8.GetBytes(Filter(text[start..at])));
                start = -1;
            }

            at += rune.Utf16SequenceLength;
        }

        if (start >= 0)
            terms.Add(Utf8.UTF8.GetBytes(Filter(text[start..])));
        return terms;
    }

    private static bool Is(IReadOnlyDictionary<string, string> options, string name, bool otherwise) =>
        options.TryGetValue(name, out string? text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : otherwise;

    // Words are letters, digits and marks; an apostrophe or a point between two of them does not part them.
    private static bool IsWordPart(string text, int at, Rune rune)
    {
        if (Rune.IsLetterOrDigit(rune) || rune.Value == '_' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            return true;
        return rune.Value is '\'' or '.' or 0x2019
            && at > 0 && at + 1 < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at + 1]);
    }

    private string Filter(string text)
    {
        if (_lowers)
            text = CaseMapping.ToLower(text);
        if (_raises)
            text = CaseMapping.ToUpper(text);
        if (_normalizes)
            text = CanonicalComposition.Compose(text);
        return _folds ? LatinFolding.Fold(text) : text;
    }
}
