"""The training examples: questions with passages, claims with evidence.

The folder holds JSON lines {"q", "passage", "label", "span"}; reader.md says
where each file comes from and under which licence. Nothing here reads the sets
that measure footnote."""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from claims import claim
from edits import COMMON, entities, false, negated, other_form, other_name, other_number, other_word, typing

WRITTEN = 4  # times
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9])")


@dataclass
class Example:
    asks: bool  # a question; otherwise a claim
    first: str
    second: str
    label: int
    span: tuple | None = None  # characters of the answer in second


def read(path):
    with open(path, encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def sentences(text):
    return [s for s in SENTENCE.split(text) if s.strip()]


def around(rng, text, at, n):
    """Up to n sentences of text around the character at."""
    found = sentences(text)
    place, i = 0, 0
    for i, s in enumerate(found):
        place = text.find(s, place) + len(s)
        if at < place:
            break
    first = max(0, i - rng.randrange(n))
    return " ".join(found[first : first + n])


def titled(rng, passage, span=None):
    """One passage in five gets its most frequent name as a title."""
    if rng.random() > .2:
        return passage, span
    names = [n for *_, n in entities(passage)]
    if not names:
        return passage, span
    title = max(sorted(set(names)), key=names.count) + ". "
    return title + passage, span and (span[0] + len(title), span[1] + len(title))


def questions(folder, rng):
    out = []

    def add(q, passage, label, span=None):
        if rng.random() < .12:
            q = typing(rng, q)
        passage, span = titled(rng, passage, tuple(span) if label and span else None)
        out.append(Example(True, q, passage, label, span))

    # People wrote the unanswerable questions of this set to look answerable. They
    # teach more than the edited ones below, so they come several times.
    for r in WRITTEN * read(folder / "unansq.jsonl"):
        add(r["q"], r["passage"], r["label"], r["span"])
    near = read(folder / "neg_hard_new_wiki.jsonl")
    rng.shuffle(near)
    for r in near[:3000] + read(folder / "neg_edit_new_wiki.jsonl"):
        add(r["q"], r["passage"], 0)
    for r in read(folder / "squadshifts_new_wiki.jsonl"):
        add(r["q"], r["passage"], 1, r["span"])
        pool = [n for *_, n in entities(r["passage"])]
        answer = r["passage"][r["span"][0] : r["span"][1]]
        pool = [n for n in pool if n not in answer]
        name = lambda g, t: other_name(g, t, pool)
        edits = [other_number, other_word, name, name]
        rng.shuffle(edits)
        if rng.random() < .15:
            edits.insert(0, negated)
        for edit in edits if rng.random() < 0.5 else ():
            new = edit(rng, r["q"])
            if new and new != r["q"]:
                add(new, r["passage"], 0)
                break
    return out


def claims(folder, rng):
    out = []

    others = []

    def add(text, evidence, label):
        evidence = titled(rng, evidence)[0]
        if others and rng.random() < .15:  # long evidence, most of it about something else
            far = rng.choice(others)
            evidence = f"{far} {evidence}" if rng.random() < .5 else f"{evidence} {far}"
        out.append(Example(False, text, evidence, label))

    for name, most in ("fever_pairs", None), ("fm2", None), ("fever_symmetric", None), ("conjnli", 5000):
        rows = read(folder / f"{name}.jsonl")
        rng.shuffle(rows)
        for r in rows[:most]:
            add(r["q"], r["passage"], r["label"])

    asked = read(folder / "squadshifts_new_wiki.jsonl")
    passages = {}
    for r in asked:
        passages.setdefault(r["passage"], []).append(r)
    far = {}
    for r in read(folder / "neg_hard_new_wiki.jsonl"):
        far.setdefault(r["q"], r["passage"])
    others = sorted({p for p in far.values() if len(p.split()) < 130})
    for passage, rows in passages.items():
        pool = [n for *_, n in entities(passage)]
        answers = [passage[r["span"][0] : r["span"][1]] for r in rows]
        for r, answer in zip(rows, answers):
            true = claim(r["q"], answer)
            if not true:
                continue
            evidence = passage if rng.random() < .4 else around(rng, passage, r["span"][0], rng.choice([1, 2, 3]))
            add(true, evidence, 1)
            others = [a for a in answers if a.lower() not in answer.lower() and answer.lower() not in a.lower()]
            edited = false(rng, true, pool)
            wrong = claim(r["q"], rng.choice(others)) if others and rng.random() < .4 else edited
            if wrong:
                add(wrong, evidence, 0)
            if r["q"] in far and rng.random() < .3:
                add(true, far[r["q"]], 0)
    for passage in sorted({*passages, *far.values()}):
        pool = [n for *_, n in entities(passage)]
        found = sentences(passage)
        usable = [i for i, s in enumerate(found) if 6 <= len(s.split()) <= 45]
        rng.shuffle(usable)
        for i in usable[:4]:
            first = max(0, i - rng.randrange(3))
            evidence = found if rng.random() < .3 else found[first : first + 3]
            evidence = evidence if found[i] in evidence else [found[i]]
            text = " ".join(evidence)
            true = other_form(rng, found[i])
            wrong = false(rng, found[i], pool)
            if not true or not wrong:
                continue
            if rng.random() < .7:
                add(true, text, 1)
            if rng.random() < .5:
                wrong = other_form(rng, wrong) or wrong
            add(wrong, text, 0)
            rest = " ".join(s for s in found if s != found[i])
            if rng.random() < .15 and rest:
                add(true, rest, 0)
        joined(rng, found, usable, pool, add)
    return out


def joined(rng, found, usable, pool, add):
    """Claims of two sentences: supported only if both are."""
    for i, j in zip(usable[::2][:2], usable[1::2][:2]):
        i, j = min(i, j), max(i, j)
        forms = [other_form(rng, found[k]) for k in (i, j)]
        if not all(forms):
            continue
        tie = rng.choice([" ", " ", ", and ", "; "])
        first = forms[0] if tie == " " else forms[0].rstrip(". ")
        low = lambda s: s[0].lower() + s[1:] if tie == ", and " and s.split()[0].lower() in COMMON else s
        both = first + tie + low(forms[1])
        near = " ".join(found[i : j + 1]) if j - i < 5 else f"{found[i]} {found[j]}"
        whole = near if rng.random() < .5 else " ".join(found)
        add(both, whole, 1)
        if rng.random() < .5:  # one of the two is not there
            gone = rng.choice([i, j])
            add(both, " ".join(s for k, s in enumerate(found) if k != gone), 0)
        wrong = false(rng, forms[1], pool)
        if wrong and rng.random() < .5:
            add(first + tie + low(wrong), whole, 0)


def examples(folder, seed):
    rng = random.Random(seed)
    folder = Path(folder)
    out = questions(folder, rng) + claims(folder, rng)
    rng.shuffle(out)
    return out


if __name__ == "__main__":
    import sys
    from collections import Counter

    found = examples(sys.argv[1], 0)
    print(Counter((e.asks, e.label) for e in found))
    words = sum(len(e.first.split()) + min(len(e.second.split()), 120) for e in found)
    print("words", words)
