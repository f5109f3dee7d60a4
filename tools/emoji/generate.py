#!/usr/bin/env python3
"""Turns Unicode's list of emoji and CLDR's names for them into the files of the emoji picker.

usage: generate.py EMOJI CLDR OUTPUT

EMOJI   the list: emoji-test.txt of Unicode, or data-by-group.json of the npm package unicode-emoji-json, made from it
CLDR    a folder with annotations/ and annotationsDerived/: common/ of CLDR (XML), or the npm packages of cldr-json
OUTPUT  the folder the four files are written to

Only needed when a new Unicode version comes: the outputs are committed. They were made from npm's packages
unicode-emoji-json 0.9.0 (Emoji 17.0), cldr-annotations-full 48.2.0 and cldr-annotations-derived-full 48.2.0 (CLDR 48):

  npm pack unicode-emoji-json@0.9.0 cldr-annotations-full@48.2.0 cldr-annotations-derived-full@48.2.0
  mkdir emoji cldr
  tar xzf unicode-emoji-json-*.tgz --strip-components=1 -C emoji
  for package in cldr-*.tgz; do tar xzf $package --strip-components=1 -C cldr; done
  generate.py emoji/data-by-group.json cldr OUTPUT

Debian's unicode-data and unicode-cldr-core do too (/usr/share/unicode/emoji/emoji-test.txt and /usr/share/unicode/cldr/common),
but Debian 12 has Emoji 15.0 and CLDR 41, which lacks the names of its 21 newest emoji; such a row of names is empty.

The data is Unicode's, under the Unicode License V3 (https://www.unicode.org/license.txt): copyright © 2004-2026 Unicode, Inc.
The licence asks that it goes with copies of the data: LICENSE.txt beside the outputs. unicode-emoji-json itself is under the MIT licence.

Format, all of it JSON without white space:

  groups.json    [[group key, [emoji, ...]], ...] in Unicode's order; fully-qualified emoji, none with a skin tone
  tones.json     [emoji, ...]: those of them which accept a skin tone; see toned() for how one is put on
  names.en.json  ["short name|keyword|keyword", ...]: one for each emoji, in the order of the emoji in all groups
  names.zh.json  the same in Simplified Chinese

A keyword is left out where a search finds the emoji without it: in English a search looks at the beginnings of words,
in Chinese, which has no spaces, anywhere, both without regard to case.
"""
import json
import sys
from pathlib import Path

from sources import TONES, Annotations, groups

JOINER, TO_EMOJI = "\u200d", "\ufe0f"
PEOPLE = ("👨", "👩", "🧑")


def toned(emoji, tone):
    """Puts a skin tone on an emoji that accepts one: after its first character, and on whoever is joined last (couples)."""
    first, *others = emoji.split(JOINER)
    parts = [first[0] + tone + first[1:].removeprefix(TO_EMOJI), *others]
    if others and others[-1] in PEOPLE:
        parts[-1] += tone
    return JOINER.join(parts)


def words_begin(word, text):
    return text.startswith(word) or f" {word}" in text


def contains(word, text):
    return word in text


# Language and when a word of it is found in a text.
LANGUAGES = {"en": words_begin, "zh": contains}


def names(words, found):
    """The short name and those keywords that find more than it and each other, in CLDR's order."""
    name, *keywords = words
    kept = {name.lower(): name}
    for keyword in sorted(keywords, key=len, reverse=True):
        if not any(found(keyword.lower(), other) for other in kept):
            kept[keyword.lower()] = keyword
    row = [name, *(keyword for keyword in keywords if keyword in kept.values() and keyword != name)]
    if any("|" in word for word in row):
        raise ValueError(f"the separator is in {row}")
    return "|".join(row)


def write(directory, name, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (directory / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(value)} rows, {len(text.encode('utf-8'))} bytes")


def main(emoji, cldr, output):
    output.mkdir(parents=True, exist_ok=True)
    table = groups(emoji)
    flat = [emoji for _, group in table for emoji in group]
    if len(flat) != len(set(flat)):
        raise ValueError("an emoji is listed twice")
    annotations = {language: Annotations(cldr, language) for language in LANGUAGES}
    write(output, "groups.json", table)
    write(output, "tones.json", [emoji for emoji in flat if toned(emoji, TONES[0]) in annotations["en"]])
    for language, found in LANGUAGES.items():
        known = annotations[language]
        rows = [names(known.of(emoji), found) if emoji in known else "" for emoji in flat]
        write(output, f"names.{language}.json", rows)
        if "" in rows:
            print(f"  without a name: {' '.join(emoji for emoji, row in zip(flat, rows) if not row)}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
