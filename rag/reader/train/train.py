"""Trains footnote's reader.

    python train.py --data DATA --base model.onnx --tokenizer tokenizer.json --out reader.safetensors

It writes a checkpoint every five minutes and goes on from it when started
again. The same seed, versions and number of threads give the same weights, up
to rounding."""

import argparse
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer

from examples import examples
from model import Reader, load, load_base

CLS, SEP = 101, 102
FIRST_TOKENS, CLAIM_TOKENS = 64, 128  # of a question and of a claim, as in footnote
BATCH_TOKENS = 2400
LENGTHS, SHARES = (136, 208, 320), (0.65, 0.22, 0.13)  # the longest pair of a pool


def encode(tokenizer, e, length, rng):
    first = tokenizer.encode(e.first, add_special_tokens=False).ids[: FIRST_TOKENS if e.asks else CLAIM_TOKENS]
    second = tokenizer.encode(e.second, add_special_tokens=False)
    if not e.asks:
        length = LENGTHS[-1]  # what supports a claim must not be cut off
    room, at = length - len(first) - 3, 0
    start = end = None
    if e.span:
        start = next((i for i, (_, b) in enumerate(second.offsets) if b > e.span[0]), None)
        end = next((i for i in range(len(second.ids) - 1, -1, -1) if second.offsets[i][0] < e.span[1]), None)
        if start is None or end is None or end < start or end - start >= room:
            return None
    if len(second.ids) > room:
        if start is not None:  # a window that holds the answer, anywhere in it
            at = rng.randint(max(0, end - room + 1), min(start, len(second.ids) - room))
        elif e.asks:
            at = rng.randint(0, len(second.ids) - room)
        elif e.label:
            return None
    ids = [CLS, *first, SEP]
    offset = len(ids)
    ids += [*second.ids[at : at + room], SEP]
    span = (start - at + offset, end - at + offset) if start is not None else (0, 0)
    return ids, offset, span, e.asks, e.label


def batches(found, tokenizer, rng):
    """Endless batches of pairs of similar length."""
    up = lambda e: -(-len(e[0]) // 16) * 16
    while True:
        rng.shuffle(found)
        for i in range(0, len(found), 640):
            length = rng.choices(LENGTHS, SHARES)[0]
            pool = [x for x in (encode(tokenizer, e, length, rng) for e in found[i : i + 640]) if x]
            pool.sort(key=lambda e: (up(e), rng.random()))
            out, batch = [], []
            for e in pool:
                if batch and ((len(batch) + 1) * up(e) > BATCH_TOKENS or up(e) != up(batch[0])):
                    out.append(batch)
                    batch = []
                batch.append(e)
            out.append(batch)
            rng.shuffle(out)
            yield from out


def tensors(batch):
    length = -(-max(len(e[0]) for e in batch) // 16) * 16
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    segments, present = ids.clone(), ids.bool()
    barred = torch.full((len(batch), length), -1e4)  # where a span can't begin or end
    for r, (tokens, offset, *_) in enumerate(batch):
        n = len(tokens)
        ids[r, :n] = torch.tensor(tokens)
        segments[r, offset:n] = 1
        present[r, :n] = True
        barred[r, offset : n - 1] = 0
        barred[r, 0] = 0
    return ids, segments, present, barred


def loss_of(model, batch, rate, span_weight):
    ids, segments, present, barred = tensors(batch)
    with torch.autocast("cpu", torch.bfloat16):
        answers, supports, spans = model(ids, segments, present, rate)
    labels = torch.tensor([float(e[4]) for e in batch])
    asks = torch.tensor([e[3] for e in batch])
    loss = torch.zeros(())
    if asks.any():
        loss = loss + F.binary_cross_entropy_with_logits(answers[asks], labels[asks], reduction="sum")
        spans = (spans + barred[:, :, None])[asks]
        want = torch.tensor([e[2] for e in batch])[asks]
        for side in (0, 1):
            loss = loss + span_weight * F.cross_entropy(spans[:, :, side], want[:, side], reduction="sum")
    if not asks.all():
        loss = loss + F.binary_cross_entropy_with_logits(supports[~asks], labels[~asks], reduction="sum")
    return loss / len(batch)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--base", required=True)
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--tokens", type=float, default=11e6, help="tokens to train on")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--rate", type=float, default=1.1e-4, help="learning rate")
    p.add_argument("--start", help="weights to start from, of an earlier run")
    p.add_argument("--share", type=float, default=1.0, help="share of the examples to use")
    p.add_argument("--layers", type=int, default=12)
    p.add_argument("--freeze", type=int, default=6)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    tokenizer = Tokenizer.from_file(a.tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = load(a.start) if a.start else Reader(load_base(a.base), np.linspace(0, 11, a.layers).round().astype(int))
    model.freeze(a.freeze)
    model.train()
    trained = [q for q in model.parameters() if q.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": [q for q in trained if q.ndim > 1], "weight_decay": 0.01}, {"params": [q for q in trained if q.ndim < 2], "weight_decay": 0.0}],
        lr=a.rate, betas=(0.9, 0.98), fused=True,
    )
    found = examples(a.data, a.seed)
    found = found[: int(a.share * len(found))]
    print(f"{len(found)} examples, {sum(q.numel() for q in trained) / 1e6:.1f}M weights trained", flush=True)

    done = skip = pairs = 0
    checkpoint = a.out + ".checkpoint"
    if os.path.exists(checkpoint):
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done, skip, pairs = state["done"], state["step"], state["pairs"]
        torch.set_rng_state(state["random"])
        print(f"goes on after {done:.0f} tokens", flush=True)
    losses, began, saved, new = [], time.time(), time.time(), 0
    for step, batch in enumerate(batches(found, tokenizer, rng)):
        if step < skip:
            continue
        share = done / a.tokens
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 60) * (1 if share < 0.35 else (1 - share) / 0.65)
        loss = loss_of(model, batch, 0.1, 0.5)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        n = sum(len(e[0]) for e in batch)
        done, new, pairs = done + n, new + n, pairs + len(batch)
        losses.append(loss.item())
        if step % 100 == 0:
            print(f"step {step} pairs {pairs} tokens {done:.0f} loss {np.mean(losses[-100:]):.3f} {new / (time.time() - began):.0f} tokens/s", flush=True)
        if time.time() - saved > 300:
            saved = time.time()
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": done, "step": step + 1, "pairs": pairs, "random": torch.get_rng_state()}, checkpoint + ".new")
            os.replace(checkpoint + ".new", checkpoint)
            save_file(model.tensors(), a.out)
    save_file(model.tensors(), a.out)
    print(f"trained on {pairs} pairs, {done:.0f} tokens", flush=True)


if __name__ == "__main__":
    main()
