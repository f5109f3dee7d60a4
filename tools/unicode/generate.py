#!/usr/bin/env python3
"""Turns the Unicode Character Database into the tables the server carries and the vectors its tests use.

usage: generate.py DIRECTORY [--all-vectors]

DIRECTORY holds the UCD files; Debian's package `unicode-data` installs them in /usr/share/unicode.
Writes src/Chatroom.Server/Names/unicode.bin and tests/Chatroom.Tests/Names/vectors/ in this repository.
Only needed when the Unicode version changes: the outputs are committed. With --all-vectors nfkc.txt holds every
column of NormalizationTest.txt: run the tests once that way after a change, then generate again without it.

Format of unicode.bin. "n" is an unsigned LEB128 number (7 bits a byte, least significant first), "s" is a
UTF-8 string with its byte length as n before it; both are what .NET's BinaryReader reads.

  4 bytes "CUCD", n format (1), s Unicode version
  scripts        n count; each s ISO 15924 code, s name (Common and Inherited are among them)
  script sets    n count; each n members, then n script index for each: the value of Script_Extensions
  records        n count; each n kind, n canonical combining class, n script index, n script set index
  ranges         n count; each n first code point minus that of the range before, n record index;
                 together they cover 0..10FFFF
  decompositions n count; each n code point minus the one before, n length, n code points: the full compatibility
                 decomposition in canonical order, without Hangul syllables, which are arithmetic
  compositions   n count; each n first, n second, n primary composite (exclusions already left out)
  foldings       n count; each n code point minus the one before, n length, n code points: statuses C and F

Kinds: see KINDS below; the reader has the same list under the same numbers.
"""
import sys
from pathlib import Path

import vectors
from ucd import Ucd, LAST

KINDS = ["Ordinary", "Mark", "Space", "Separator", "Control", "Invisible", "Surrogate", "PrivateUse", "Unassigned"]

# Assigned, neither format characters nor default ignorable, and yet nothing to see: a name of them would look empty.
BLANK = {
    0x2800,   # BRAILLE PATTERN BLANK
    0xFFFC,   # OBJECT REPLACEMENT CHARACTER
    0x13441,  # EGYPTIAN HIEROGLYPH FULL BLANK
    0x13442,  # EGYPTIAN HIEROGLYPH HALF BLANK
    0x16FE4,  # KHITAN SMALL SCRIPT FILLER
    0x1D159,  # MUSICAL SYMBOL NULL NOTEHEAD
}


def kind(ucd, cp):
    gc = ucd.category[cp]
    if gc == "Cs":
        return "Surrogate"
    if gc == "Cc":
        return "Control"
    if gc == "Cf" or cp in ucd.default_ignorable or cp in BLANK:
        return "Invisible"
    if gc == "Co":
        return "PrivateUse"
    if gc == "Cn":
        return "Unassigned"
    if gc in ("Zl", "Zp") or (gc == "Zs" and cp != 0x20):
        return "Separator"
    if gc == "Zs":
        return "Space"
    return "Mark" if gc in ("Mn", "Mc", "Me") else "Ordinary"


class Writer:
    def __init__(self):
        self.out = bytearray()

    def number(self, *values):
        for value in values:
            while value >= 0x80:
                self.out.append(value & 0x7F | 0x80)
                value >>= 7
            self.out.append(value)

    def string(self, text):
        raw = text.encode("utf-8")
        self.number(len(raw))
        self.out += raw

    def mapping(self, table):
        self.number(len(table))
        before = 0
        for cp in sorted(table):
            self.number(cp - before, len(table[cp]), *table[cp])
            before = cp


def tables(ucd):
    scripts = sorted(ucd.script_names)
    index = {code: i for i, code in enumerate(scripts)}
    sets, records, ranges = {}, {}, []
    for cp in range(LAST + 1):
        members = tuple(sorted(index[s] for s in ucd.extensions.get(cp, {ucd.script[cp]})))
        set_index = sets.setdefault(members, len(sets))
        record = (KINDS.index(kind(ucd, cp)), ucd.combining.get(cp, 0), index[ucd.script[cp]], set_index)
        number = records.setdefault(record, len(records))
        if not ranges or ranges[-1][1] != number:
            ranges.append((cp, number))

    out = Writer()
    out.out += b"CUCD"
    out.number(1)
    out.string(ucd.version)
    out.number(len(scripts))
    for code in scripts:
        out.string(code)
        out.string(ucd.script_names[code])
    out.number(len(sets))
    for members in sets:
        out.number(len(members), *members)
    out.number(len(records))
    for record in records:
        out.number(*record)
    out.number(len(ranges))
    before = 0
    for start, number in ranges:
        out.number(start - before, number)
        before = start
    out.mapping(ucd.full_decompositions())
    compositions = ucd.compositions()
    out.number(len(compositions))
    for (first, second), composite in sorted(compositions.items()):
        out.number(first, second, composite)
    out.mapping(ucd.folding)
    return bytes(out.out)


def main():
    everything = "--all-vectors" in sys.argv[1:]
    arguments = [argument for argument in sys.argv[1:] if argument != "--all-vectors"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    root = Path(__file__).resolve().parents[2]
    ucd = Ucd(Path(arguments[0]))
    data = tables(ucd)
    (root / "src/Chatroom.Server/Names/unicode.bin").write_bytes(data)
    print(f"unicode.bin: Unicode {ucd.version}, {len(data)} bytes")
    hidden = {cp for cp in range(LAST + 1) if kind(ucd, cp) == "Invisible"}
    vectors.write(ucd, hidden, root / "tests/Chatroom.Tests/Names/vectors", everything)


if __name__ == "__main__":
    main()
