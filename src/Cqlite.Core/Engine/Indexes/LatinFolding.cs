using System.Collections.Frozen;
using System.Text;

namespace Cqlite.Core.Engine.Indexes;

/// <summary>Takes accents off: letters of the Latin script become the plain ones, quotes and dashes those of ASCII; all else stays.</summary>
/// <remarks>
/// The table holds what decomposes in Unicode's blocks of Latin letters and the few that do not. No data of the platform is used, for it may have none.
/// Source of the idea: org/apache/lucene/analysis/miscellaneous/ASCIIFoldingFilter.java, which knows more scripts' symbols.
/// </remarks>
internal static class LatinFolding
{
    private static readonly (string Plain, string Letters)[] s_groups =
    [
        ("'", "\u2018\u2019\u201A\u201B"),
        ("\"", "\u201C\u201D\u201E"),
        ("-", "\u2010\u2011\u2012\u2013\u2014"),
        ("A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("AE", "Æ"),
        ("ae", "æ"),
        ("B", "ḂḄḆ"),
        ("b", "ḃḅḇ"),
        ("C", "ÇĆĈĊČḈ"),
        ("c", "çćĉċčḉ"),
        ("D", "ÐĎĐḊḌḎḐḒ"),
        ("d", "ðďđḋḍḏḑḓ"),
        ("DZ", "ǄǱ"),
        ("Dz", "ǅǲ"),
        ("dz", "ǆǳ"),
        ("E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("F", "ƑḞ"),
        ("f", "ƒḟ"),
        ("G", "ĜĞĠĢǦǴḠ"),
        ("g", "ĝğġģǧǵḡ"),
        ("H", "ĤĦȞḢḤḦḨḪ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
        ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
        ("IJ", "Ĳ"),
        ("ij", "ĳ"),
        ("J", "Ĵ"),
        ("j", "ĵǰ"),
        ("K", "ĶǨḰḲḴ"),
        ("k", "ķǩḱḳḵ"),
        ("L", "ĹĻĽŁḶḸḺḼ"),
        ("l", "ĺļľłḷḹḻḽ"),
        ("LJ", "Ǉ"),
        ("Lj", "ǈ"),
        ("lj", "ǉ"),
        ("M", "ḾṀṂ"),
        ("m", "ḿṁṃ"),
        ("N", "ÑŃŅŇŊǸṄṆṈṊ"),
        ("n", "ñńņňŋǹṅṇṉṋ"),
        ("NJ", "Ǌ"),
        ("Nj", "ǋ"),
        ("nj", "ǌ"),
        ("O", "ÒÓÔÕÖØŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"),
        ("o", "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("OE", "Œ"),
        ("oe", "œ"),
        ("P", "ṔṖ"),
        ("p", "ṕṗ"),
        ("q", "ĸ"),
        ("R", "ŔŖŘȐȒṘṚṜṞ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
        ("s", "śŝşšſșṡṣṥṧṩẛ"),
        ("ss", "ß"),
        ("T", "ŢŤŦȚṪṬṮṰ"),
        ("t", "ţťŧțṫṭṯṱẗ"),
        ("TH", "Þ"),
        ("th", "þ"),
        ("U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("V", "ṼṾ"),
        ("v", "ṽṿ"),
        ("W", "ŴẀẂẄẆẈ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("X", "ẊẌ"),
        ("x", "ẋẍ"),
        ("Y", "ÝŶŸȲẎỲỴỶỸ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"),
        ("Z", "ŹŻŽẐẒẔ"),
        ("z", "źżžẑẓẕ"),
    ];

    private static readonly FrozenDictionary<char, string> s_plain =
        s_groups.SelectMany(g => g.Letters, (group, letter) => (letter, group.Plain)).ToFrozenDictionary(p => p.letter, p => p.Plain);

    /// <summary>The text without accents.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var folded = new StringBuilder(text.Length);
        foreach (char letter in text)
        {
            if (s_plain.TryGetValue(letter, out string? plain))
                folded.Append(plain);
            else
                folded.Append(letter);
        }

        return folded.ToString();
    }
}
