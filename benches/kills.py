#!/usr/bin/env python3
"""The same kill loop against Dossier and against LadybugDB (`pip install ladybug`).

    python3 benches/kills.py [ROUNDS] [--dossier BINARY] [--in FOLDER] [--limit SECONDS]

A process commits two nodes and a relationship after the other and says so after each; it is killed (SIGKILL) at
some moment of the quarter of a second after its first answer. Another process opens the database, counts, and in
every third round takes a checkpoint. Every hundred rounds a new database is begun. A round is `lost` where an
acknowledged commit is missing, `torn` where one is there in part, `refused` where the database cannot be opened or
(Dossier) checked any more, `crashed` where opening ended the process, `hung` where a process had not ended after
the limit, or a writer had not acknowledged anything. Ctrl-C, or SIGTERM, ends the loop and reports what was done.
"""

import argparse
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

WRITE = """
import sys, ladybug as lb
connection = lb.Connection(lb.Database(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    connection.execute("CREATE (:A {n: $n})-[:R]->(:B {n: $n})", {"n": number})
    print(number, flush=True)
"""

CHECK = """
import sys, json, ladybug as lb
connection = lb.Connection(lb.Database(sys.argv[1]))
def one(query):
    return connection.execute(query).get_next()[0]
found = {
    "pairs": one("MATCH (a:A)-[:R]->(b:B) WHERE a.n = b.n RETURN count(*)"),
    "nodes": one("MATCH (n) RETURN count(n)"),
    "last": one("MATCH (a:A) RETURN max(a.n)") or 0,
}
if sys.argv[2] == "1":
    connection.execute("CHECKPOINT")
print(json.dumps(found))
"""

MAKE = """
import sys, ladybug as lb
connection = lb.Connection(lb.Database(sys.argv[1]))
connection.execute("CREATE NODE TABLE A(n INT64, PRIMARY KEY(n))")
connection.execute("CREATE NODE TABLE B(n INT64, PRIMARY KEY(n))")
connection.execute("CREATE REL TABLE R(FROM A TO B)")
"""


class Ladybug:
    """LadybugDB, through its Python package: each step a process of its own."""

    def __init__(self, limit):
        self.limit = limit

    def make(self, path):
        made = self.run(MAKE, path)
        assert made.returncode == 0, made.stderr

    def writer(self, path, known):
        return subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path), str(known)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )

    def check(self, path, checkpoint):
        found = self.run(CHECK, path, int(checkpoint))
        return found, (json.loads(found.stdout) if found.returncode == 0 else None)

    def run(self, code, *arguments):
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=self.limit)


class Dossier:
    """Dossier, through its command."""

    COUNTS = (
        "MATCH (a:A)-[:R]->(b:B {n: a.n}) WITH count(*) AS pairs "
        "MATCH (n) WITH pairs, count(n) AS nodes "
        "OPTIONAL MATCH (a:A) RETURN pairs, nodes, coalesce(max(a.n), 0) AS last"
    )

    def __init__(self, binary, limit):
        self.binary, self.limit = binary, limit

    def make(self, path):
        made = subprocess.run([self.binary, "pipe", "--store", path], input="", capture_output=True, text=True)
        assert made.returncode == 0, made.stderr

    def writer(self, path, known):
        child = subprocess.Popen(
            [self.binary, "pipe", "--store", str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )

        def feed():
            number = known
            try:
                while True:
                    number += 1
                    query = f"CREATE (:A {{n: {number}}})-[:R]->(:B {{n: {number}}}) RETURN {number}"
                    child.stdin.write(json.dumps({"query": query}) + "\n")
                    child.stdin.flush()
            except OSError:
                pass

        threading.Thread(target=feed, daemon=True).start()
        return child

    def check(self, path, checkpoint):
        steps = [["check"]] + ([["checkpoint"]] if checkpoint else [])
        for step in steps:
            done = self.run(*step, "--store", path)
            if done.returncode != 0:
                return done, None
        found = self.run("query", "--store", path, "--format", "json", self.COUNTS)
        return found, (json.loads(found.stdout)[0] if found.returncode == 0 else None)

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=self.limit)


def acknowledged(line):
    """The number that a whole line says was committed."""
    answer = json.loads(line)
    return answer if isinstance(answer, int) else answer["rows"][0][0]


def killed_after(child, wait, limit):
    """What a writer said in whole lines until it was killed; `None` where it said nothing within the limit."""
    watch = threading.Timer(limit, child.kill)
    watch.start()
    first = child.stdout.readline()
    is_late = not watch.is_alive()
    watch.cancel()
    if not is_late:
        time.sleep(wait)
    child.kill()
    rest = child.stdout.read().split("\n")
    child.wait()
    return None if is_late else [acknowledged(line) for line in [first.strip(), *rest[:-1]] if line]


class Loop:
    """Databases that are written, killed and looked at, and what came of it."""

    def __init__(self, engine, folder, limit):
        self.engine, self.folder, self.limit = engine, folder, limit
        self.numbers = random.Random(7)
        self.seen = {"kept": 0, "lost": 0, "torn": 0, "refused": 0, "crashed": 0, "hung": 0}
        self.messages, self.commits, self.rounds = {}, 0, 0
        self.known, self.at = None, 0

    def run(self, rounds):
        for number in range(rounds):
            if self.known is None or number % 100 == 0:
                if self.at:
                    shutil.rmtree(self.folder / f"db{self.at}", ignore_errors=True)
                self.at, self.known = self.at + 1, 0
                self.engine.make(self.folder / f"db{self.at}")
            kind, self.known = self.round(self.folder / f"db{self.at}", number % 3 == 2)
            self.seen[kind] += 1
            self.rounds += 1

    def round(self, path, checkpoint):
        """What came of one round, and the last commit known; `None` where a new database is needed."""
        said = killed_after(self.engine.writer(path, self.known), self.numbers.uniform(0.0, 0.25), self.limit)
        if said is None:
            self.note("the writer acknowledged nothing")
            return "hung", None
        self.commits += len(said)
        try:
            done, found = self.engine.check(path, checkpoint)
        except subprocess.TimeoutExpired:
            self.note("opening, checking or counting did not end")
            return "hung", None
        if found is None:
            self.note((done.stderr.strip().split("\n") or [""])[-1][:160])
            return ("crashed" if done.returncode < 0 else "refused"), None
        if found["nodes"] != 2 * found["pairs"] or found["last"] != found["pairs"]:
            kind = "torn"
        else:
            kind = "lost" if found["pairs"] < max(said, default=self.known) else "kept"
        return kind, found["last"]

    def note(self, message):
        self.messages[message] = self.messages.get(message, 0) + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=100)
    parser.add_argument("--dossier", metavar="BINARY")
    parser.add_argument("--in", dest="place")
    parser.add_argument("--limit", metavar="SECONDS", type=float, default=60)
    options = parser.parse_args()
    engine = Dossier(options.dossier, options.limit) if options.dossier else Ladybug(options.limit)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills-", dir=options.place))
    loop, begun = Loop(engine, folder, options.limit), time.time()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        loop.run(options.rounds)
    except KeyboardInterrupt:
        pass
    shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.time() - begun)
    report = {"rounds": loop.rounds, **loop.seen, "acknowledged": loop.commits, "seconds": seconds}
    print(json.dumps({**report, "messages": loop.messages}, indent=1))


if __name__ == "__main__":
    main()
