#!/usr/bin/env python3
"""The same kill loop against Dossier and against LadybugDB (`pip install real_ladybug`).

    python3 benches/kills.py [ROUNDS] [--dossier BINARY] [--in FOLDER]

A process commits two nodes and a relationship after the other and says so after each; it is killed (SIGKILL) at
some moment of the quarter of a second after its first answer. Another process opens the database, counts, and in
every third round takes a checkpoint. Every hundred rounds a new database is begun. A round is `lost` where an
acknowledged commit is missing, `torn` where one is there in part, `refused` where the database cannot be opened or
(Dossier) checked any more, `crashed` where opening ended the process.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

WRITE = """
import sys, real_ladybug as lb
connection = lb.Connection(lb.Database(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    connection.execute("CREATE (:A {n: $n})-[:R]->(:B {n: $n})", {"n": number})
    print(number, flush=True)
"""

CHECK = """
import sys, json, real_ladybug as lb
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
import sys, real_ladybug as lb
connection = lb.Connection(lb.Database(sys.argv[1]))
connection.execute("CREATE NODE TABLE A(n INT64, PRIMARY KEY(n))")
connection.execute("CREATE NODE TABLE B(n INT64, PRIMARY KEY(n))")
connection.execute("CREATE REL TABLE R(FROM A TO B)")
"""


class Ladybug:
    """LadybugDB, through its Python package: each step a process of its own."""

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

    @staticmethod
    def run(code, *arguments):
        return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)


class Dossier:
    """Dossier, through its command."""

    COUNTS = (
        "MATCH (a:A)-[:R]->(b:B {n: a.n}) WITH count(*) AS pairs "
        "MATCH (n) WITH pairs, count(n) AS nodes "
        "OPTIONAL MATCH (a:A) RETURN pairs, nodes, coalesce(max(a.n), 0) AS last"
    )

    def __init__(self, binary):
        self.binary = binary

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
            done = subprocess.run([self.binary, *step, "--store", path], capture_output=True, text=True)
            if done.returncode != 0:
                return done, None
        found = subprocess.run(
            [self.binary, "query", "--store", path, "--format", "json", self.COUNTS], capture_output=True, text=True
        )
        return found, (json.loads(found.stdout)[0] if found.returncode == 0 else None)


def acknowledged(line):
    """The number that a whole line says was committed."""
    answer = json.loads(line)
    return answer if isinstance(answer, int) else answer["rows"][0][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=100)
    parser.add_argument("--dossier", metavar="BINARY")
    parser.add_argument("--in", dest="place")
    options = parser.parse_args()
    engine = Dossier(options.dossier) if options.dossier else Ladybug()
    numbers = random.Random(7)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills-", dir=options.place))
    seen = {"kept": 0, "lost": 0, "torn": 0, "refused": 0, "crashed": 0}
    messages, commits = {}, 0
    known, at, begun = None, 0, time.time()
    for number in range(options.rounds):
        if known is None or number % 100 == 0:
            if at:
                shutil.rmtree(folder / f"db{at}", ignore_errors=True)
            at, known = at + 1, 0
            engine.make(folder / f"db{at}")
        path = folder / f"db{at}"
        child = engine.writer(path, known)
        first = child.stdout.readline()
        time.sleep(numbers.uniform(0.0, 0.25))
        child.kill()
        rest = child.stdout.read().split("\n")
        child.wait()
        said = [acknowledged(line) for line in [first.strip(), *rest[:-1]] if line]
        last_said = max(said, default=known)
        commits += len(said)
        done, found = engine.check(path, number % 3 == 2)
        if found is None:
            kind = "crashed" if done.returncode < 0 else "refused"
            seen[kind] += 1
            last = (done.stderr.strip().split("\n") or [""])[-1][:160]
            messages[last] = messages.get(last, 0) + 1
            known = None
            continue
        if found["nodes"] != 2 * found["pairs"] or found["last"] != found["pairs"]:
            seen["torn"] += 1
        elif found["pairs"] < last_said:
            seen["lost"] += 1
        else:
            seen["kept"] += 1
        known = found["last"]
    shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.time() - begun)
    report = {"rounds": options.rounds, **seen, "acknowledged": commits, "seconds": seconds, "messages": messages}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
