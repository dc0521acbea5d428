"""Writes UnicodeTables.cs beside this file: python3.10 UnicodeTables.py

The data are those of the interpreter's unicodedata. Python 3.9 and 3.10 have Unicode 13, as Java 17 has; with another version it stops.
"""
import pathlib
import sys
import unicodedata

VERSION = "13.0.0"
CODES = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
LINE = 150


def canonical(code):
    """The canonical decomposition in one step: one or two code points; none."""
    text = unicodedata.decomposition(chr(code))
    return [] if not text or text.startswith("<") else [int(part, 16) for part in text.split()]


def classes():
    """Where the combining class changes: the first code point, shifted by 8, and the class from there."""
    found, last = [], -1
    for code in CODES:
        value = unicodedata.combining(chr(code))
        if value != last:
            found.append(code << 8 | value)
            last = value
    return found


def runs(mapping):
    """Mappings as first, last, stride and difference; the longest run from each place."""
    codes, found = sorted(mapping), []
    while codes:
        first, delta = codes[0], mapping[codes[0]] - codes[0]
        best = [first]
        for stride in (1, 2):
            run = [first]
            while mapping.get(run[-1] + stride, -1) - run[-1] - stride == delta and (stride == 1 or run[-1] + 1 not in mapping):
                run.append(run[-1] + stride)
            best = max(best, run, key=len)
        found.append((first, best[-1], best[1] - best[0] if len(best) > 1 else 1, delta))
        codes = [c for c in codes if c not in set(best)]
    return found


def span(summary, name, numbers):
    lines, line = [], "       "
    for text in (f" {'-' if n < 0 else ''}0x{abs(n):X}," for n in numbers):
        if len(line) + len(text) > LINE:
            lines.append(line)
            line = "       "
        line += text
    return f"    /// <summary>{summary}</summary>\n    public static ReadOnlySpan<int> {name} =>\n    [\n" + "\n".join([*lines, line]) + "\n    ];\n"


def flat(rows):
    return [number for row in rows for number in row]


def main():
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"This interpreter has Unicode {unicodedata.unidata_version}; Unicode {VERSION} is needed.")
    steps = {c: canonical(c) for c in CODES if canonical(c)}
    composes = {c: unicodedata.normalize("NFC", unicodedata.normalize("NFD", chr(c))) == chr(c) for c in steps}
    lower = {c: ord(chr(c).lower()) for c in CODES if chr(c).lower() != chr(c) and len(chr(c).lower()) == 1}
    upper = {c: ord(chr(c).upper()) for c in CODES if chr(c).upper() != chr(c) and len(chr(c).upper()) == 1}
    expanded = {c: [ord(u) for u in chr(c).upper()] for c in CODES if len(chr(c).upper()) > 1}
    tables = [
        span("Where the combining class changes: the first code point, shifted by 8, and the class from there on.", "CombiningClasses", classes()),
        span("Code points that stand for one other, in order: the code point, the other.", "Singletons",
             flat((c, *s) for c, s in steps.items() if len(s) == 1)),
        span("Code points that two others compose to, in order: the code point, the first, the second.", "Pairs",
             flat((c, *s) for c, s in steps.items() if len(s) == 2 and composes[c])),
        span("Code points that decompose into two others and stay so, in order: the code point, the first, the second.", "UncomposedPairs",
             flat((c, *s) for c, s in steps.items() if len(s) == 2 and not composes[c])),
        span("Lower case, in order: runs of a first and a last code point, the distance from one to the next, and what is added.", "Lower",
             flat(runs(lower))),
        span("Upper case, in order: runs of a first and a last code point, the distance from one to the next, and what is added.", "Upper",
             flat(runs(upper))),
        span("Code points whose upper case is several, in order: the code point, then three, of which the last may be zero.", "LongUpper",
             flat((c, *u, *[0] * (3 - len(u))) for c, u in expanded.items())),
    ]
    head = (f"namespace Cqlite.Core.Engine.Indexes.Unicode;\n\n"
            f"/// <summary>What Unicode {VERSION} says of composition and case. Written by UnicodeTables.py, not by hand.</summary>\n"
            "internal static class UnicodeTables\n{\n")
    pathlib.Path(__file__).with_suffix(".cs").write_text(head + "\n".join(tables) + "}\n", encoding="utf-8", newline="\n")


main()
