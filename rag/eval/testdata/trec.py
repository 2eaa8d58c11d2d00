"""Writes trec.json: trec_eval's scores for rankings that footnote found.

    footnote eval --json SET > run.json     (for some sets in BEIR's format)
    pip install pytrec-eval-terrier==0.5.11 (pytrec_eval with trec_eval's C code built in)
    python3 trec.py run.json... > trec.json

The file has ids, relevance grades and scores, but no text. The script adds
random rankings over made-up ids. They cover cases that are rare in the sets:
grades from 1 to 3, rankings of different lengths, and questions for which
nothing was found.
"""
import json
import random
import sys

import pytrec_eval

MEASURES = {"ndcg_cut_10": "ndcg@10", "map_cut_10": "map@10", "recip_rank": "mrr@10", "success_1": "hit@1", "success_5": "hit@5",
            "recall_1": "recall@1", "recall_5": "recall@5", "recall_10": "recall@10", "P_5": "precision@5", "P_10": "precision@10"}
PER_SET = 60

cases = []
for path in sys.argv[1:]:
    run = json.load(open(path))
    found = [q for q in run["questions"] if q.get("relevant")]
    for q in found[:: max(1, len(found) // PER_SET)][:PER_SET]:
        cases.append({"id": run["set"] + "/" + q["id"], "ranked": q["ranked"][:10], "relevant": q["relevant"]})
random.seed(1)
for i in range(100):
    ids = ["d%02d" % j for j in range(20)]
    relevant = {d: random.randint(1, 3) for d in random.sample(ids, random.randint(1, 12))}
    random.shuffle(ids)
    cases.append({"id": "random/%d" % i, "ranked": ids[: random.randint(0, 10)], "relevant": relevant})

for c in cases:
    # Rankings have at most 10 ids, so recip_rank equals mrr@10.
    run = {c["id"]: {d: float(-i) for i, d in enumerate(c["ranked"])}}
    evaluator = pytrec_eval.RelevanceEvaluator({c["id"]: c["relevant"]}, {"ndcg_cut.10", "map_cut.10", "recip_rank", "success.1,5", "recall.1,5,10", "P.5,10"})
    got = evaluator.evaluate(run).get(c["id"], {})
    c["want"] = {ours: got.get(theirs, 0.0) for theirs, ours in MEASURES.items()}

print("[")
print(",\n".join(json.dumps(c, sort_keys=True) for c in cases))
print("]")
