#!/usr/bin/env python3
"""How soon the server takes a sign-in after it was started, how much memory it holds when idle, and how large it is (Linux; standard library only).

    bench/startup/measure.py artifacts/linux-x64/chatroom         # ten starts
    bench/startup/measure.py --runs 3 A/chatroom B/chatroom       # several, one start of each in turn

The account is there before. Time is taken from the start of the process until LOGIN_SUCCESS has come over native TLS: by the token of a device, and by password, which
costs an Argon2id hash (19 MiB, 2 passes). Memory is the kernel's (smaps_rollup): resident, and of that what is the process's own (anonymous), 5 s after the first sign-in;
then 5 s after ten more by password, whose connections are closed.
"""
import argparse, os, shutil, signal, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../protocol/examples"))
from chatroom3 import Chatroom

NAME, PASSWORD, PATIENCE = "alice", "a password for measuring", 60


class Contender:
    def __init__(self, executable):
        self.executable, self.folder = os.path.abspath(executable), tempfile.mkdtemp(prefix="chatroom-startup-")
        self.figures = {"token": [], "password": [], "idle": [], "own": [], "after": [], "own after": []}
        process, address, _ = self.start(lambda client: client.change(2, name=NAME, password=PASSWORD))
        self.token = Chatroom(address).login(name=NAME, password=PASSWORD)[0][1]["token"]
        self.stop(process)

    def start(self, ask):
        """Starts the server and asks it as soon as it listens: the process, where it is, and the seconds until the answer."""
        for _ in range(3):
            started = self.start_on(free_port(), ask)
            if started:
                return started
        raise SystemExit(f"{self.executable} does not take connections.")

    def start_on(self, port, ask):
        arguments = ["serve", "--data", f"{self.folder}/data", "--master-key", f"{self.folder}/key", "--listen", f"127.0.0.1:{port}", "--http", "none", "--limits", "off"]
        began = time.monotonic()
        process = subprocess.Popen([self.executable, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                client = Chatroom(f"127.0.0.1:{port}")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - began > PATIENCE:
                    process.kill()
                    return None  # Somebody else took the port meanwhile.
                time.sleep(0.001)
        code, _ = first(ask(client))
        took = time.monotonic() - began
        client.socket.close()
        if code not in (101, 201):
            raise SystemExit(f"{self.executable} answered {code}.")
        return process, f"127.0.0.1:{port}", took

    def run(self):
        process, _, took = self.start(lambda client: client.login(name=NAME, password=PASSWORD))
        self.figures["password"].append(took * 1000)
        self.stop(process)
        process, address, took = self.start(lambda client: client.login(token=self.token))
        self.figures["token"].append(took * 1000)
        time.sleep(5)
        self.memory(process, "idle", "own")
        for _ in range(10):
            client = Chatroom(address)
            client.login(name=NAME, password=PASSWORD)
            client.socket.close()
        time.sleep(5)
        self.memory(process, "after", "own after")
        self.stop(process)

    def memory(self, process, resident, own):
        with open(f"/proc/{process.pid}/smaps_rollup") as file:
            values = {line.split(":")[0]: int(line.split()[1]) for line in file if line.endswith("kB\n")}
        self.figures[resident].append(values["Rss"] / 1024)
        self.figures[own].append(values["Anonymous"] / 1024)

    @staticmethod
    def stop(process):
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

    def close(self):
        shutil.rmtree(self.folder)


def first(replies):
    return replies if isinstance(replies, tuple) else replies[0]


def free_port():
    import socket
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("executables", nargs="+")
    parser.add_argument("--runs", type=int, default=10)
    given = parser.parse_args()
    contenders = [Contender(executable) for executable in given.executables]
    for _ in range(given.runs):
        for contender in contenders:
            contender.run()
    print("| file | MiB | sign-in by token, ms | by password, ms | idle, MiB (own) | after 10 sign-ins, MiB (own) |\n|---|---|---|---|---|---|")
    for contender in contenders:
        middle = {name: statistics.median(values) for name, values in contender.figures.items()}
        spread = {name: f"{middle[name]:.0f} ({min(values):.0f}–{max(values):.0f})" for name, values in contender.figures.items()}
        print(f"| {contender.executable} | {os.path.getsize(contender.executable) / 2**20:.1f} | {spread['token']} | {spread['password']} "
              f"| {middle['idle']:.0f} ({middle['own']:.0f}) | {middle['after']:.0f} ({middle['own after']:.0f}) |")
        contender.close()


if __name__ == "__main__":
    main()
