#!/usr/bin/env python3
"""A writer that is killed again and again, in the midst of all others who use its store.

    python3 benches/crowd.py [ROUNDS] [--dossier BINARY] [--in FOLDER] [--seed NUMBER]

A process commits two nodes and a relationship after the other, and is killed (SIGKILL) at some moment of a second.
Meanwhile ten processes read, one after the other is a second writer, one backs the store up, and `cp -r` copies it, which
nobody promises anything of. Whoever reads must find whole commits, each time from the last acknowledged one on and
none older than before; a backup must pass `check` and be the store at such a commit; a copy by `cp` must be the
store at some commit, or be refused; the second writer must be told who writes. What was wrong is printed.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import time

READERS = 10
COUNTS = (
    "OPTIONAL MATCH (a:A)-[:R]->(b:B {n: a.n}) WITH count(b) AS pairs "
    "OPTIONAL MATCH (n) WITH pairs, count(n) AS nodes "
    "OPTIONAL MATCH (a:A) RETURN pairs, nodes, coalesce(max(a.n), 0) AS last"
)


def is_whole(pairs, nodes, last):
    return nodes == 2 * pairs and last == pairs


class Crowd:
    """One store and all who use it."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.store = binary, folder, folder / "store"
        self.acknowledged = 0
        self.ends = threading.Event()
        self.wrong = []
        self.seen = dict.fromkeys(
            ["kills", "commits", "reads", "backups", "copies", "copies_refused", "writers_refused"], 0
        )
        self.pipe().communicate("")

    def pipe(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([self.binary, "pipe", "--store", str(self.store)], text=True, **pipes)

    def run(self, *arguments, may_fail=False):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        if done.returncode < 0 or done.returncode and not may_fail:
            self.wrong.append(f"{arguments[0]}: {done.returncode} {done.stderr[-200:]}")
        return done

    def look(self, path, least, may_fail=False):
        """Whether a store is in order, and whole from a commit on."""
        for step in (["check", "--store", path], ["query", "--store", path, "--format", "json", COUNTS]):
            done = self.run(*step, may_fail=may_fail)
            if done.returncode:
                return False
        counts = json.loads(done.stdout)[0].values()
        if not is_whole(*counts) or list(counts)[0] < least:
            self.wrong.append(f"{path.name}: {counts} after {least}")
        return True

    def read(self):
        child, last = self.pipe(), 0
        while not self.ends.is_set():
            least = max(last, self.acknowledged)
            answer = ask(child, COUNTS)
            counts = answer["rows"][0] if answer and "rows" in answer else None
            if counts is None or not is_whole(*counts) or counts[0] < least:
                self.wrong.append(f"a reader: {answer} after {least}")
                return
            last = counts[0]
            self.seen["reads"] += 1
        child.communicate("")

    def back_up(self):
        number = 0
        while not self.ends.is_set():
            number, least = number + 1, self.acknowledged
            to = self.folder / f"backup{number}"
            if not self.run("backup", "--store", self.store, to).returncode:
                self.look(to, least)
                self.seen["backups"] += 1
            shutil.rmtree(to, ignore_errors=True)

    def copy(self):
        to = self.folder / "copy"
        while not self.ends.is_set():
            subprocess.run(["cp", "-r", str(self.store), str(to)], capture_output=True)
            self.seen["copies" if self.look(to, 0, may_fail=True) else "copies_refused"] += 1
            shutil.rmtree(to, ignore_errors=True)

    def write(self, lives, other):
        """Commits until it is killed."""
        child, number = self.pipe(), self.acknowledged
        killer = threading.Timer(lives, child.kill)
        killer.start()
        while True:
            number += 1
            answer = ask(child, f"CREATE (:A {{n: {number}}})-[:R]->(:B {{n: {number}}}) RETURN {number}")
            if answer is None:
                break
            if "rows" not in answer:
                self.wrong.append(f"the writer: {answer}")
                break
            self.acknowledged = number
            self.seen["commits"] += 1
            if other and number % 20 == 0:
                # Where the first was killed meanwhile, it may write, and changes nothing.
                refused = ask(other, "MATCH (n:Nobody) SET n.x = 1") or {}
                self.seen["writers_refused"] += "error" in refused
                if "rows" not in refused and f"process {child.pid}" not in json.dumps(refused):
                    self.wrong.append(f"a second writer: {refused}")
        child.wait()
        self.seen["kills"] += 1
        # What was written and not acknowledged may be there.
        found = self.run("query", "--store", self.store, "--format", "json", COUNTS)
        if found.returncode:
            return
        counts = list(json.loads(found.stdout)[0].values())
        if not is_whole(*counts) or counts[0] not in (self.acknowledged, self.acknowledged + 1):
            self.wrong.append(f"after a kill: {counts}, acknowledged {self.acknowledged}")
        self.acknowledged = counts[0]

    def gather(self, rounds, numbers):
        others = [threading.Thread(target=self.read) for _ in range(READERS)]
        others += [threading.Thread(target=self.back_up), threading.Thread(target=self.copy)]
        for thread in others:
            thread.start()
        try:
            for number in range(rounds):
                other = self.pipe() if number % 3 == 0 else None
                self.write(numbers.uniform(0.05, 1.0), other)
                if other:
                    other.communicate("")
                if number % 7 == 6:
                    self.run("checkpoint", "--store", self.store)
        finally:
            self.ends.set()
        for thread in others:
            thread.join()


def ask(child, query):
    """The answer to a query; `None` where the process has ended."""
    try:
        child.stdin.write(json.dumps({"query": query}) + "\n")
        child.stdin.flush()
    except OSError:
        return None
    line = child.stdout.readline()
    return json.loads(line) if line.endswith("\n") else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rounds", nargs="?", type=int, default=40)
    parser.add_argument("--dossier", default="target/release/dossier")
    parser.add_argument("--in", dest="folder", default=None)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crowd-", dir=arguments.folder) as folder:
        begun = time.monotonic()
        crowd = Crowd(arguments.dossier, pathlib.Path(folder))
        crowd.gather(arguments.rounds, random.Random(arguments.seed))
        seconds = round(time.monotonic() - begun)
        print(json.dumps({**crowd.seen, "seconds": seconds, "wrong": crowd.wrong[:20]}, indent=1))


if __name__ == "__main__":
    main()
