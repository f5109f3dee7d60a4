#!/usr/bin/env python3
"""Makes docs/images/session.svg: two people talk through a real server, each in a terminal of tmux, and what the terminals show is drawn as it is.

    dotnet build src/Chatroom -c Release && docs/images/make-session.py

Needs tmux and a free port 7443 on 127.0.0.1. Everything else is made in a temporary folder and removed.
"""
import os, pathlib, re, shutil, subprocess, sys, tempfile, time, unicodedata, xml.sax.saxutils

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHATROOM = str(ROOT / "chatroom")
WIDTH, HEIGHT = 74, 17
CELL, LINE, SIZE = 8.4, 18, 14
BACK, FORE = "#16181d", "#d8dce3"
COLOURS = ["#16181d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dce3",
           "#7f8794", "#ff7b86", "#b5e890", "#ffd68a", "#82c4ff", "#df9bf5", "#7fdbe6", "#ffffff"]


class Terminal:
    """One terminal of a tmux server of its own, with a shell in it."""

    def __init__(self, folder, name, title, env):
        self.folder, self.home, self.name, self.title = folder, env["HOME"], name, title
        shell = ["env", "-i", *[f"{key}={value}" for key, value in env.items()], "PS1=$ ", "TERM=tmux-256color", "bash", "--norc", "--noprofile"]
        self.tmux("new-session", "-d", "-s", name, "-x", str(WIDTH), "-y", str(HEIGHT), *shell)
        self.until("$")

    def tmux(self, *arguments):
        socket = os.path.join(self.folder, "tmux")
        return subprocess.run(["tmux", "-u", "-S", socket, "-f", "/dev/null", *arguments], cwd=self.home, check=True, capture_output=True, text=True).stdout

    def type(self, text, enter=True):
        self.tmux("send-keys", "-t", self.name, "-l", text)
        if enter:
            self.tmux("send-keys", "-t", self.name, "Enter")

    def shown(self, *options):
        return self.tmux("capture-pane", "-t", self.name, "-p", *options)

    def until(self, text, seconds=30):
        """Waits until the text is on the screen."""
        end = time.monotonic() + seconds
        while text not in self.shown():
            if time.monotonic() > end:
                sys.exit(f"{self.name}: no {text!r} on:\n{self.shown()}")
            time.sleep(0.05)


def wide(character):
    return 2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) or character in "\ufe0f\u200d" else 1


def colour(numbers):
    """The colour at the front of SGR parameters after 38 or 48."""
    kind = numbers.pop(0)
    if kind == 2:
        return "#%02x%02x%02x" % tuple(numbers.pop(0) for _ in range(3))
    index = numbers.pop(0)
    if index < 16:
        return COLOURS[index]
    if index > 231:
        return "#%02x%02x%02x" % ((8 + 10 * (index - 232),) * 3)
    parts = [(index - 16) // 36, (index - 16) // 6 % 6, (index - 16) % 6]
    return "#%02x%02x%02x" % tuple(0 if part == 0 else 55 + 40 * part for part in parts)


def styled(line, style):
    """(text, style) runs of a captured line; the style goes on into the next line."""
    for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
        if not part.startswith("\x1b"):
            if part:
                yield part, dict(style)
            continue
        numbers = [int(number or 0) for number in re.split("[;:]", part[2:-1])]
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                style.clear()
            elif number in (1, 2, 3, 4, 7):
                style[number] = True
            elif number in (22, 23, 24, 27):
                for off in {22: (1, 2), 23: (3,), 24: (4,), 27: (7,)}[number]:
                    style.pop(off, None)
            elif number in (38, 48):
                style["fore" if number == 38 else "back"] = colour(numbers)
            elif number in (39, 49):
                style.pop("fore" if number == 39 else "back", None)
            elif 30 <= number <= 37 or 90 <= number <= 97:
                style["fore"] = COLOURS[number - 30 if number < 90 else number - 82]
            elif 40 <= number <= 47 or 100 <= number <= 107:
                style["back"] = COLOURS[number - 40 if number < 100 else number - 92]


def text(x, y, content, style):
    fore, back = style.get("fore", FORE), style.get("back")
    if style.get(7):
        fore, back = back or BACK, fore
    out = []
    cells = sum(wide(character) for character in content)
    if back:
        out.append(f'<rect x="{x:.1f}" y="{y - 14}" width="{cells * CELL:.1f}" height="{LINE}" fill="{back}"/>')
    look = f' fill="{fore}"' + (' font-weight="bold"' if style.get(1) else "") + (' opacity=".65"' if style.get(2) else "") + (
        ' font-style="italic"' if style.get(3) else "") + (' text-decoration="underline"' if style.get(4) else "")
    # Wide characters are placed one by one: no font's are exactly twice as wide as its Latin letters.
    for run in re.findall(r"[\u0020-\u2fff]+|[^\u0020-\u2fff][\ufe0f\u200d]?", content):
        length = sum(wide(character) for character in run)
        if run.strip():
            exact = f' textLength="{length * CELL:.1f}"' if run.isascii() and length > 1 else ""
            out.append(f'<text x="{x:.1f}" y="{y}"{look}{exact}>{xml.sax.saxutils.escape(run)}</text>')
        x += length * CELL
    return "".join(out)


def draw(terminals):
    pane = WIDTH * CELL + 24
    width, height = 2 * pane + 12, HEIGHT * LINE + 46
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img"'
           f' aria-label="Two terminals side by side: two people talk in the lobby with chatroom chat."'
           f' font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,&quot;DejaVu Sans Mono&quot;,monospace" font-size="{SIZE}" xml:space="preserve">']
    for number, terminal in enumerate(terminals):
        left = number * (pane + 12)
        out.append(f'<rect x="{left:.1f}" width="{pane:.1f}" height="{height}" rx="8" fill="{BACK}"/>'
                   f'<text x="{left + pane / 2:.1f}" y="22" text-anchor="middle" fill="#7f8794">{xml.sax.saxutils.escape(terminal.title)}</text>')
        style = {}
        for row, line in enumerate(terminal.shown("-e").split("\n")[:HEIGHT]):
            x = left + 12
            for content, look in styled(line, style):
                out.append(text(x, 50 + row * LINE, content, look))
                x += sum(wide(character) for character in content) * CELL
    out.append("</svg>\n")
    return "\n".join(part for part in out if part)


def main():
    folder = tempfile.mkdtemp()
    server, terminals = None, []
    try:
        server = subprocess.Popen([CHATROOM, "serve", "--data", f"{folder}/data", "--master-key", f"{folder}/keys/master.key", "--listen", "127.0.0.1:7443"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        fingerprint = next((line.split()[1] for line in server.stdout if line.startswith("fingerprint")), None) or sys.exit("The server did not start.")
        for name, language in (("alice", "en"), ("小明", "zh")):
            env = {"PATH": os.environ["PATH"], "HOME": f"{folder}/{name}", "LANG": "C.UTF-8" if language == "en" else "zh_CN.UTF-8", "LC_CTYPE": "C.UTF-8",
                   "CHATROOM_PASSWORD": "correct horse battery", "CHATROOM_TRUST": fingerprint}
            home = pathlib.Path(env["HOME"])
            home.mkdir()
            (home / "chatroom").write_text(f'#!/bin/sh\nexec "{CHATROOM}" "$@"\n')
            (home / "chatroom").chmod(0o755)
            if name == "alice":
                (home / "menu.txt").write_text("Soup\n" * 40)
            subprocess.run([CHATROOM, "register", "--user", name], env=env, check=True, capture_output=True)
            terminals.append(Terminal(folder, f"t{len(terminals)}", f"{name}'s terminal", env))
        talk(*terminals)
        (ROOT / "docs/images/session.svg").write_text(draw(terminals), encoding="utf-8")
    finally:
        for terminal in terminals[:1]:
            terminal.tmux("kill-server")
        if server:
            server.terminate()
            server.wait()
        shutil.rmtree(folder)


def talk(alice, ming):
    def say(who, line, seen=None):
        who.type(line)
        for terminal in (alice, ming):
            terminal.until(seen or line)

    alice.type("./chatroom chat --user alice")
    alice.until("/help")
    ming.type("./chatroom chat --user 小明")
    ming.until("/help")
    alice.until("小明 ")
    say(alice, "Hello! Dinner at seven?")
    say(ming, "好的,我带饮料 🥤")
    say(alice, "/file menu.txt", "menu.txt")
    say(alice, "That is what there is: no choice, but plenty.")
    ming.type("/get menu.txt")
    ming.until("menu.txt\n")
    say(ming, "/react 3 👍", "👍")
    say(ming, "汤!")
    say(alice, "/reply 8 With bread, of course", "With bread")


if __name__ == "__main__":
    main()
