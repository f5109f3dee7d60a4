"""Reads the files of the Unicode Character Database (UAX #44) that the tables are made from."""
import re

LAST = 0x10FFFF


class Ucd:
    def __init__(self, directory):
        self.directory = directory
        self.version = re.search(r"-(\d+\.\d+\.\d+)\.txt", self.text("Scripts.txt").split("\n", 1)[0]).group(1)
        self._decomposition = {}
        self._compatibility = set()
        self.combining = {}
        self.category = self._by_code_point("extracted/DerivedGeneralCategory.txt", "Cn")
        self._read_unicode_data()
        self._read_scripts()
        self.default_ignorable = self._property("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point")
        self._excluded = self._property("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")
        self.folding = {
            int(cp, 16): [int(c, 16) for c in to.split()]
            for cp, status, to, *_ in self.fields("CaseFolding.txt") if status in ("C", "F")
        }

    def text(self, name):
        return (self.directory / name).read_text(encoding="utf-8")

    def fields(self, name):
        """The fields of every line that is not a comment."""
        for line in self.text(name).splitlines():
            line = line.split("#", 1)[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]

    @staticmethod
    def span(field):
        first, _, last = field.partition("..")
        return range(int(first, 16), int(last or first, 16) + 1)

    def _by_code_point(self, name, default):
        values = [default] * (LAST + 1)
        for where, value, *_ in self.fields(name):
            for cp in self.span(where):
                values[cp] = value
        return values

    def _property(self, name, wanted):
        return {cp for where, what, *_ in self.fields(name) if what == wanted for cp in self.span(where)}

    def _read_unicode_data(self):
        for line in self.text("UnicodeData.txt").splitlines():
            field = line.split(";")
            cp = int(field[0], 16)
            if field[3] != "0":
                self.combining[cp] = int(field[3])
            if field[5]:
                parts = field[5].split()
                if parts[0].startswith("<"):
                    self._compatibility.add(cp)
                    parts = parts[1:]
                self._decomposition[cp] = [int(part, 16) for part in parts]

    def _read_scripts(self):
        code_of, self.script_names = {}, {}
        for what, code, name, *_ in self.fields("PropertyValueAliases.txt"):
            if what == "sc":
                code_of[name] = code
                self.script_names[code] = name.replace("_", " ")
        self.script = [code_of[name] for name in self._by_code_point("Scripts.txt", "Unknown")]
        self.extensions = {
            cp: set(codes.split()) for where, codes, *_ in self.fields("ScriptExtensions.txt") for cp in self.span(where)
        }
        used = set(self.script).union(*self.extensions.values())
        self.script_names = {code: name for code, name in self.script_names.items() if code in used}

    def _ordered(self, cps):
        """Canonical Ordering Algorithm (D109): a stable sort of every run of non-starters."""
        result, run = [], []
        for cp in cps:
            if self.combining.get(cp, 0):
                run.append(cp)
            else:
                result += sorted(run, key=self.combining.get) + [cp]
                run = []
        return result + sorted(run, key=self.combining.get)

    def _expand(self, cp):
        return [c for part in self._decomposition[cp] for c in self._expand(part)] if cp in self._decomposition else [cp]

    def full_decompositions(self):
        """For every code point with a mapping but Hangul syllables (which UnicodeData.txt gives as one range)."""
        return {cp: self._ordered(self._expand(cp)) for cp in self._decomposition}

    def compositions(self):
        return {
            tuple(parts): cp for cp, parts in self._decomposition.items()
            if cp not in self._compatibility and cp not in self._excluded
        }
