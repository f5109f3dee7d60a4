"""Writes the test vectors, from files the tables are not made from: NormalizationTest.txt and the derived property NFKC_CF."""
import bz2
import hashlib

from ucd import LAST


def scalars():
    return (cp for cp in range(LAST + 1) if not 0xD800 <= cp <= 0xDFFF)


def hexed(cps):
    return " ".join(f"{cp:04X}" for cp in cps)


def read_test(ucd):
    """(part, columns) of every line; the columns are source, NFC, NFD, NFKC, NFKD."""
    plain = ucd.directory / "NormalizationTest.txt"
    packed = ucd.directory / "NormalizationTest.txt.bz2"
    text = plain.read_text("utf-8") if plain.exists() else bz2.decompress(packed.read_bytes()).decode("utf-8")
    part = None
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if line.startswith("@Part"):
            part = int(line[5:])
        elif line:
            yield part, [[int(cp, 16) for cp in column.split()] for column in line.split(";")[:5]]


def normalization(ucd, directory, everything):
    """Writes the pairs of input and NFKC that differ, without what is tested otherwise: Hangul (the tests walk all syllables
    by arithmetic) and single code points (the digest covers them)."""
    pairs, expected = {}, {}
    for part, (source, nfc, nfd, nfkc, nfkd) in read_test(ucd):
        if part == 1 and len(source) == 1:
            expected[source[0]] = nfkc
        hangul = len(source) == 1 and 0xAC00 <= source[0] <= 0xD7A3
        for given in (source, nfc, nfd, nfkc, nfkd):
            if everything or (len(given) > 1 and given != nfkc and not hangul):
                pairs[tuple(given)] = nfkc
    lines = [f"{hexed(given)};{hexed(nfkc)}" for given, nfkc in sorted(pairs.items())]
    (directory / "nfkc.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"nfkc.txt: {len(lines)} pairs")
    return {cp: expected.get(cp, [cp]) for cp in scalars()}


def nfkc_casefold(ucd):
    mapped = {}
    for where, what, *rest in ucd.fields("DerivedNormalizationProps.txt"):
        if what == "NFKC_CF":
            for cp in ucd.span(where):
                mapped[cp] = [int(c, 16) for c in rest[0].split()] if rest and rest[0] else []
    return mapped


def digest(rows):
    sha = hashlib.sha256()
    for cps in rows:
        sha.update("".join(map(chr, cps)).encode("utf-8") + b"\n")
    return sha.hexdigest()


def write(ucd, hidden, directory, everything):
    directory.mkdir(parents=True, exist_ok=True)
    nfkc = normalization(ucd, directory, everything)
    folded = nfkc_casefold(ucd)
    # NFKC_CF drops ignorable code points; names refuse them instead, so those rows are not comparable.
    comparable = [cp for cp in scalars() if not hidden.intersection(nfkc[cp])]
    (directory / "digests.txt").write_text(
        "# SHA-256 over the UTF-8 result and a line feed, for every scalar value in order.\n"
        f"nfkc {digest(nfkc[cp] for cp in scalars())}\n"
        "# The same for NFKC_Casefold, without scalar values whose NFKC holds an invisible code point.\n"
        f"nfkc_casefold {digest(folded.get(cp, [cp]) for cp in comparable)}\n", encoding="ascii")
    lines = [f"{cp:04X};{hexed(to)}" for cp, to in sorted(ucd.folding.items())]
    (directory / "folding.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
