#!/usr/bin/env python3
"""The same kill loop against Dossier and against LadybugDB (`pip install ladybug`).

    python3 benches/kills.py [ROUNDS] [--dossier BINARY] [--in FOLDER] [--limit SECONDS]

A process commits two nodes and a relationship after the other and says so after each; it is killed (SIGKILL) at
some moment of the quarter of a second after its first answer. Another process opens the database, counts, and in
every third round takes a checkpoint. Every hundred rounds a new database is begun. A round is `lost` where an
acknowledged commit is missing, `torn` where one is there in part, `refused` where the database cannot be opened or
(Dossier) checked any more, `crashed` where opening ended the process. Ctrl-C, or SIGTERM, ends the loop and reports
what was done.

A process that has not ended after the limit, or a writer that has not acknowledged anything, is looked at and given
nine limits more. `late` counts those that then came through, beside what else is said of their round; a round is `hung`
where one did not. What each thread did meanwhile is printed at once: its state, what it waits for, and how long
it computed, waited for a core and waited for the disk in the two seconds of looking. Threads that sleep in a
`futex` and compute nothing are a deadlock; those that run, or wait for a core, a busy machine.
"""

import argparse
import json
import os
import pathlib
import queue
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


def first_line(path):
    try:
        return path.read_text().split("\n")[0]
    except OSError:
        return ""


def threads_of(process):
    """Of each thread: name, state, what the kernel waits for, and milliseconds computed, waited for a core, for the disk."""
    found = {}
    for task in pathlib.Path(f"/proc/{process}/task").glob("*"):
        name, _, after = first_line(task / "stat").rpartition(")")
        fields, waits = after.split(), first_line(task / "schedstat").split()
        if len(fields) > 39 and len(waits) > 1:
            # Fields 3 and 42 of `stat`; `schedstat` is in nanoseconds.
            tick = 1000 / os.sysconf("SC_CLK_TCK")
            spent = (int(waits[0]) / 1e6, int(waits[1]) / 1e6, int(fields[39]) * tick)
            place = f"{first_line(task / 'wchan')} {first_line(task / 'syscall').split(' ')[0]}"
            found[task.name] = (name.split("(")[-1], fields[0], place, spent)
    return found


def look_at(process, what):
    """Prints what the threads of a process do; gdb's stacks too, where there is one."""
    before = threads_of(process)
    time.sleep(2)
    load = first_line(pathlib.Path("/proc/loadavg"))
    print(f"late: {what} (process {process}, load {load})", file=sys.stderr)
    for number, (name, state, place, spent) in threads_of(process).items():
        earlier = before.get(number, (name, state, place, (0, 0, 0)))[3]
        change = [round(now - then) for now, then in zip(spent, earlier)]
        said = "{} {} {}: computed {} ms, waited {} ms for a core, {} ms for the disk".format(name, state, place, *change)
        print(f"  {said}; in all {[round(part) for part in spent]}", file=sys.stderr)
    if shutil.which("gdb"):
        command = ["gdb", "-p", str(process), "-batch", "-ex", "thread apply all bt 30"]
        stacks = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        print(stacks.stdout, file=sys.stderr)
    sys.stderr.flush()


class Late:
    """How many processes needed more than the limit and ended all the same."""

    def __init__(self, limit):
        self.limit, self.count = limit, 0

    def run(self, command):
        """What `subprocess.run` says of a command, given ten limits."""
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = child.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            look_at(child.pid, " ".join(map(str, command))[:80])
            try:
                out, err = child.communicate(timeout=9 * self.limit)
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()
                raise
            self.count += 1
        return subprocess.CompletedProcess(command, child.returncode, out, err)


class Ladybug:
    """LadybugDB, through its Python package: each step a process of its own."""

    def __init__(self, late):
        self.late = late

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
        return self.late.run(command)


class Dossier:
    """Dossier, through its command."""

    COUNTS = (
        "MATCH (a:A)-[:R]->(b:B {n: a.n}) WITH count(*) AS pairs "
        "MATCH (n) WITH pairs, count(n) AS nodes "
        "OPTIONAL MATCH (a:A) RETURN pairs, nodes, coalesce(max(a.n), 0) AS last"
    )

    def __init__(self, binary, late):
        self.binary, self.late = binary, late

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
        return self.late.run([self.binary, *arguments])


def acknowledged(line):
    """The number that a whole line says was committed."""
    answer = json.loads(line)
    return answer if isinstance(answer, int) else answer["rows"][0][0]


def killed_after(child, wait, late):
    """What a writer said in whole lines until it was killed; `None` where it said nothing within ten limits."""
    lines = queue.SimpleQueue()

    def read():
        for line in child.stdout:
            lines.put(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    said = []
    try:
        said.append(lines.get(timeout=late.limit))
    except queue.Empty:
        look_at(child.pid, "a writer that has acknowledged nothing")
        try:
            said.append(lines.get(timeout=9 * late.limit))
            late.count += 1
        except queue.Empty:
            pass
    if said:
        time.sleep(wait)
    child.kill()
    child.wait()
    reader.join()
    while not lines.empty():
        said.append(lines.get())
    # The last line may be cut off.
    return [acknowledged(line) for line in said if line.endswith("\n")] or None


class Loop:
    """Databases that are written, killed and looked at, and what came of it."""

    def __init__(self, engine, folder, late):
        self.engine, self.folder, self.late = engine, folder, late
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
        said = killed_after(self.engine.writer(path, self.known), self.numbers.uniform(0.0, 0.25), self.late)
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
    late = Late(options.limit)
    engine = Dossier(options.dossier, late) if options.dossier else Ladybug(late)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills-", dir=options.place))
    loop, begun = Loop(engine, folder, late), time.time()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        loop.run(options.rounds)
    except KeyboardInterrupt:
        pass
    shutil.rmtree(folder, ignore_errors=True)
    seconds = round(time.time() - begun)
    report = {"rounds": loop.rounds, **loop.seen, "late": late.count, "acknowledged": loop.commits, "seconds": seconds}
    print(json.dumps({**report, "messages": loop.messages}, indent=1))


if __name__ == "__main__":
    main()
