#!/usr/bin/env python3
"""The kill loop of tests/store.rs against LadybugDB (`pip install real_ladybug`).

    python3 benches/kills.py [ROUNDS]

A process commits two nodes and a relationship after the other and says so after each; it is killed (SIGKILL) at
some moment of its first quarter of a second. Another process opens the database, counts, and now and then takes a
checkpoint. A round is `lost` where an acknowledged commit is missing, `torn` where one is there in part, `refused`
where the database cannot be opened any more (then a new one is begun), `crashed` where opening ended the process.
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
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


def run(code, *arguments):
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    numbers = random.Random(7)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kills-"))
    seen = {"kept": 0, "lost": 0, "torn": 0, "refused": 0, "crashed": 0}
    messages = {}
    known, at = None, 0
    for number in range(rounds):
        if known is None:
            at = at + 1
            known = 0
            made = run(MAKE, folder / f"db{at}")
            assert made.returncode == 0, made.stderr
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(folder / f"db{at}"), str(known)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        first = child.stdout.readline()
        time.sleep(numbers.uniform(0.0, 0.25))
        child.kill()
        rest = child.stdout.read().split("\n")
        child.wait()
        said = [int(line) for line in [first.strip(), *rest[:-1]] if line]
        acknowledged = max(said, default=known)
        found = run(CHECK, folder / f"db{at}", int(number % 3 == 2))
        if found.returncode != 0:
            kind = "crashed" if found.returncode < 0 else "refused"
            seen[kind] += 1
            last = (found.stderr.strip().split("\n") or [""])[-1][:160]
            messages[last] = messages.get(last, 0) + 1
            known = None
            continue
        found = json.loads(found.stdout)
        if found["nodes"] != 2 * found["pairs"] or found["last"] != found["pairs"]:
            seen["torn"] += 1
        elif found["pairs"] < acknowledged:
            seen["lost"] += 1
        else:
            seen["kept"] += 1
        known = found["last"]
    shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"rounds": rounds, **seen, "messages": messages}, indent=1))


if __name__ == "__main__":
    main()
