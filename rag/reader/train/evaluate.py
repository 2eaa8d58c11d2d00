"""Measures a reader on sets that it was not trained on.

    python evaluate.py --data DATA --tokenizer tokenizer.json reader.safetensors…

DATA holds squad2, squad (in BEIR's form) and grounding. It prints one line for
each file: answerable or not, given the paragraph of the question (AUROC, squad2);
exact match and F1 of the best span in the paragraph (squad); supported or not
(AUROC of each set of claims). --golden FILE writes what the float32 model says
about the pairs of that file into it instead, for the Go tests."""

import argparse
import collections
import json
import re
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from model import load

LENGTH = 320
QUESTION_TOKENS, CLAIM_TOKENS = 64, 128  # as in footnote


@torch.no_grad()
def read(model, tokenizer, pairs, most=QUESTION_TOKENS, exact=False):
    """Returns for each pair the logits and the best span as text. It reads at most
    most tokens of the first text of a pair."""
    out = [None] * len(pairs)
    encoded = []
    for first, second in pairs:
        f = tokenizer.encode(first, add_special_tokens=False).ids[:most]
        s = tokenizer.encode(second, add_special_tokens=False)
        n = LENGTH - len(f) - 3
        encoded.append(([101, *f, 102, *s.ids[:n], 102], len(f) + 2, s.offsets[:n]))
    order = sorted(range(len(pairs)), key=lambda i: len(encoded[i][0]))
    for at in range(0, len(order), 16):
        some = order[at : at + 16]
        length = max(len(encoded[i][0]) for i in some)
        ids = torch.zeros(len(some), length, dtype=torch.long)
        segments, present = ids.clone(), ids.bool()
        for r, i in enumerate(some):
            n = len(encoded[i][0])
            ids[r, :n] = torch.tensor(encoded[i][0])
            segments[r, encoded[i][1] : n] = 1
            present[r, :n] = True
        with torch.autocast("cpu", torch.bfloat16, enabled=not exact):
            a, e, spans = (x.float() for x in model(ids, segments, present))
        for r, i in enumerate(some):
            offset, places = encoded[i][1], encoded[i][2]
            n = len(places)
            s, t = spans[r, offset : offset + n, 0].numpy(), spans[r, offset : offset + n, 1].numpy()
            score = np.add.outer(s, t)
            allowed = np.triu(np.ones((n, n))) - np.triu(np.ones((n, n)), 30)
            best = np.unravel_index(np.where(allowed > 0, score, -1e9).argmax(), score.shape) if n else None
            text = pairs[i][1][places[best[0]][0] : places[best[1]][1]] if n else ""
            null = float(spans[r, 0].sum())
            out[i] = (float(a[r]), float(e[r]), float(score[best]) - null if n else 0.0, text)
    return out


def auroc(yes, no):
    both = np.concatenate([yes, no])
    order = both.argsort(kind="stable")
    rank = np.empty(len(both))
    rank[order] = np.arange(1, len(both) + 1)
    for v in np.unique(both):
        rank[both == v] = rank[both == v].mean()
    return (rank[: len(yes)].sum() - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no))


def words(s):
    return re.sub(r"\b(a|an|the)\b", " ", re.sub(r"[^\w\s]", "", s.lower())).split()


def exact_f1(got, answers):
    exact = f1 = 0.0
    for a in answers:
        g, w = words(got), words(a)
        same = sum((collections.Counter(g) & collections.Counter(w)).values())
        exact = max(exact, float(g == w))
        f1 = max(f1, 2 * same / (len(g) + len(w)) if same else 0.0)
    return exact, f1


def lines(path):
    with open(path, encoding="utf8") as f:
        return [json.loads(x) for x in f if x.strip()]


def asked(folder, n):
    corpus = {d["_id"]: d["text"] for d in lines(folder / "corpus.jsonl")}
    questions = lines(folder / "queries.jsonl")
    return [(q, corpus[q["source_doc"]]) for q in questions[:: max(1, len(questions) // n)]]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", type=Path)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--most", type=int, default=375, help="questions or claims of each set")
    p.add_argument("--golden", help="file of pairs to fill in, for the Go tests")
    p.add_argument("files", nargs="+")
    a = p.parse_args()
    tokenizer = Tokenizer.from_file(a.tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for file in a.files:
        model = load(file).eval()
        if a.golden:
            golden(model, tokenizer, a.golden)
            continue
        said = []
        some = asked(a.data / "squad2", a.most)
        got = read(model, tokenizer, [(q["text"], text) for q, text in some])
        split = lambda f: ([f(g) for (q, _), g in zip(some, got) if q["answerable"]], [f(g) for (q, _), g in zip(some, got) if not q["answerable"]])
        said.append(f"squad2 AUROC answers {auroc(*split(lambda g: g[0])):.3f}, span {auroc(*split(lambda g: g[2])):.3f}, both {auroc(*split(lambda g: g[0] + 0.3 * g[2])):.3f} of {len(some)}")
        some = asked(a.data / "squad", a.most)
        got = read(model, tokenizer, [(q["text"], text) for q, text in some])
        scores = np.mean([exact_f1(g[3], q["answers"]) for (q, _), g in zip(some, got)], axis=0)
        said.append(f"squad EM {scores[0]:.3f} F1 {scores[1]:.3f} of {len(some)}")
        for name in ("attributionbench", "wice", "faithbench"):
            claims = lines(a.data / "grounding" / f"{name}.jsonl")
            claims = claims[:: max(1, len(claims) // a.most)]
            pairs, owner = [], []
            for i, c in enumerate(claims):
                w = " ".join(c["evidence"]).split()
                for at in range(0, max(1, len(w) - 50), 150):
                    pairs.append((c["claim"], " ".join(w[at : at + 200])))
                    owner.append(i)
            best = np.full(len(claims), -1e9)
            np.maximum.at(best, owner, [g[1] for g in read(model, tokenizer, pairs, CLAIM_TOKENS)])
            y = np.array([c["label"] for c in claims])
            said.append(f"{name} AUROC {auroc(best[y == 1], best[y == 0]):.3f} of {len(claims)}")
        print(Path(file).name + ": " + "; ".join(said), flush=True)


def golden(model, tokenizer, path):
    """Writes what the float32 model says about the pairs of a file into it."""
    pairs = lines(path)
    got = read(model, tokenizer, [(x["question"], x["passage"]) for x in pairs], exact=True)
    with open(path, "w", encoding="utf8") as f:
        for x, g in zip(pairs, got):
            said = {"answers": round(g[0], 3), "supports": round(g[1], 3), "span": g[3]}
            f.write(json.dumps({"question": x["question"], "passage": x["passage"], **said}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
