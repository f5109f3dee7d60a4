"""Reads Unicode's list of emoji and CLDR's names for them, each in the form Unicode publishes and in that of its npm package."""
import json
import re
import xml.etree.ElementTree as xml

TONES = [chr(cp) for cp in range(0x1F3FB, 0x1F3FF + 1)]

# How the groups of emoji-test.txt are called in the outputs; the client translates these keys. "Component" is no group to pick from.
GROUPS = {
    "Smileys & Emotion": "smileys",
    "People & Body": "people",
    "Animals & Nature": "nature",
    "Food & Drink": "food",
    "Travel & Places": "travel",
    "Activities": "activities",
    "Objects": "objects",
    "Symbols": "symbols",
    "Flags": "flags",
}


def groups(path):
    """[group key, [emoji, ...]] in Unicode's order: fully-qualified emoji without skin tones."""
    read = _groups_of_json if path.suffix == ".json" else _groups_of_test
    found = [[GROUPS[name], emoji] for name, emoji in read(path.read_text(encoding="utf-8")) if name != "Component"]
    if [key for key, _ in found] != list(GROUPS.values()):
        raise ValueError(f"other groups than expected: {[key for key, _ in found]}")
    return found


def _groups_of_test(text):
    found = []
    for line in text.splitlines():
        if line.startswith("# group: "):
            found.append((line.removeprefix("# group: "), []))
        elif match := re.match(r"([0-9A-F ]+?) *; fully-qualified ", line):
            emoji = "".join(chr(int(cp, 16)) for cp in match.group(1).split())
            if not any(tone in emoji for tone in TONES):
                found[-1][1].append(emoji)
    return found


def _groups_of_json(text):
    return [(group["name"], [row["emoji"] for row in group["emojis"]]) for group in json.loads(text)]


class Annotations:
    """Short name and keywords of emoji in one language."""

    def __init__(self, directory, language):
        self._names, self._keywords = {}, {}
        for part in ("annotations", "annotationsDerived"):
            packed = directory / part / language / "annotations.json"
            if packed.exists():
                self._read_json(json.loads(packed.read_text(encoding="utf-8"))[part]["annotations"])
            else:
                self._read_xml(xml.parse(directory / part / f"{language}.xml"))

    def _read_json(self, rows):
        for emoji, row in rows.items():
            self._names[emoji] = row["tts"][0]
            self._keywords[emoji] = row.get("default", [])

    def _read_xml(self, tree):
        for row in tree.iter("annotation"):
            if row.get("type") == "tts":
                self._names[row.get("cp")] = row.text
            else:
                self._keywords[row.get("cp")] = [word.strip() for word in row.text.split("|")]

    @staticmethod
    def _key(emoji):
        return emoji.replace("\ufe0f", "")  # CLDR's keys have no variation selectors

    def __contains__(self, emoji):
        return self._key(emoji) in self._names

    def of(self, emoji):
        """Short name and keywords."""
        key = self._key(emoji)
        return [self._names[key], *self._keywords.get(key, [])]
