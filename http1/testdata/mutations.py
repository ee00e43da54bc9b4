"""Prints requests after mutation by the HTTP Garden's tools/mutations.py.

Arguments: its folder, a seed, how many. Standard input: the requests to start
from, one in base64 on each line. Output: for each mutation a line with the
pieces of a stream in base64, with spaces between.
"""

import base64
import random
import re
import sys
import types


def load(name):
    """Loads a module of theirs, which is written for a later Python than many have."""
    with open(f"{sys.argv[1]}/{name}.py") as f:
        text = re.sub(r"def (\w+)\[[^\]]*\]\(", r"def \1(", f.read())
    head = "from __future__ import annotations\n"
    text = text.replace('"""\n', '"""\n' + head, 1) if text.startswith('"""') else head + text
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
    return module


load("util")
load("http1")
mutate = load("mutations").mutate
random.seed(int(sys.argv[2]))
starts = [base64.b64decode(line) for line in sys.stdin]
for _ in range(int(sys.argv[3])):
    stream = random.sample(starts, random.randint(1, 3))
    for _ in range(random.randint(1, 4)):
        try:
            stream = mutate(stream)
        except Exception:  # theirs, about what is no request any more
            break
    print(" ".join(base64.b64encode(piece).decode() or "=" for piece in stream))
