"""The reader: a BERT with three heads, and its base from an ONNX file."""

import re

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import nn

HIDDEN, HEADS, EPSILON = 384, 12, 1e-12


def load_base(path):
    """Reads a dynamically quantized BERT and returns its float32 weights by
    their Hugging Face names, without the prefix "bert."."""
    graph = onnx.load(path).graph
    values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    users = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    short = lambda name: name.removeprefix("bert.")

    def real(quantized):
        base = quantized.removesuffix("_quantized")
        return (values[quantized].astype(np.float32) - values[base + "_zero_point"].astype(np.float32)) * values[base + "_scale"]

    weights = {}
    for name, value in values.items():
        if value.dtype == np.float32 and value.ndim and re.match(r"(bert\.)?(embeddings|encoder|pooler)\.|classifier", name) and not name.endswith(("_scale", "_zero_point")):
            weights[short(name)] = value
        elif name.endswith("_quantized") and "embeddings" in name:
            weights[short(name).removesuffix("_quantized")] = real(name)
    for node in graph.node:
        # A product has no name of its own: it is named by the bias added to it.
        if node.op_type != "MatMulInteger" or not node.input[1].endswith("_quantized"):
            continue
        out = node.output[0]
        for _ in range(6):
            user = users[out][0]
            bias = [i for i in user.input if i.endswith(".bias") and i in values]
            if user.op_type == "Add" and bias:
                weights[short(bias[0]).removesuffix(".bias") + ".weight"] = real(node.input[1]).T.copy()
                break
            out = user.output[0]
    return weights


def dropped(x, rate):
    """Dropout with one random byte a number: the usual one takes a tenth of the
    time of training on a processor."""
    kept = torch.randint(0, 256, x.shape, dtype=torch.uint8) >= round(256 * rate)
    return x * (kept.to(x.dtype) / (1 - rate))


class Layer(nn.Module):
    def __init__(self, w, prefix):
        super().__init__()
        take = lambda name: nn.Parameter(torch.tensor(w[prefix + name]))
        join = lambda kind: nn.Parameter(torch.tensor(np.concatenate([w[f"{prefix}attention.self.{x}.{kind}"] for x in ("query", "key", "value")])))
        self.qkv, self.qkv_bias = join("weight"), join("bias")
        self.out, self.out_bias = take("attention.output.dense.weight"), take("attention.output.dense.bias")
        self.gain1, self.bias1 = take("attention.output.LayerNorm.weight"), take("attention.output.LayerNorm.bias")
        self.up, self.up_bias = take("intermediate.dense.weight"), take("intermediate.dense.bias")
        self.down, self.down_bias = take("output.dense.weight"), take("output.dense.bias")
        self.gain2, self.bias2 = take("output.LayerNorm.weight"), take("output.LayerNorm.bias")

    def forward(self, x, mask, rate):
        b, t, h = x.shape
        q, k, v = F.linear(x, self.qkv, self.qkv_bias).view(b, t, 3, HEADS, h // HEADS).permute(2, 0, 3, 1, 4)
        # Written out: backwards it is faster on a processor than the fused one.
        scores = torch.matmul(q * (h // HEADS) ** -0.5, k.transpose(-1, -2)) + mask
        with torch.autocast("cpu", enabled=False):
            share = torch.softmax(scores, -1)
        a = torch.matmul(share, v).transpose(1, 2).reshape(b, t, h)
        a = F.linear(a, self.out, self.out_bias)
        x = F.layer_norm(x + (dropped(a, rate) if rate else a), (h,), self.gain1, self.bias1, EPSILON)
        a = F.linear(F.gelu(F.linear(x, self.up, self.up_bias)), self.down, self.down_bias)
        return F.layer_norm(x + (dropped(a, rate) if rate else a), (h,), self.gain2, self.bias2, EPSILON)


class Reader(nn.Module):
    def __init__(self, w, layers):
        """layers are the numbers of the base's layers to use."""
        super().__init__()
        take = lambda name: nn.Parameter(torch.tensor(w[name]))
        self.word = take("embeddings.word_embeddings.weight")
        self.position = take("embeddings.position_embeddings.weight")
        self.segment = take("embeddings.token_type_embeddings.weight")
        self.gain, self.bias = take("embeddings.LayerNorm.weight"), take("embeddings.LayerNorm.bias")
        self.layers = nn.ModuleList(Layer(w, f"encoder.layer.{i}.") for i in layers)
        # Both verdicts start from the base's own judgement of relevance.
        for head in ("answers", "supports"):
            setattr(self, head + "_pooler", take("pooler.dense.weight"))
            setattr(self, head + "_pooler_bias", take("pooler.dense.bias"))
            setattr(self, head + "_out", nn.Parameter(torch.tensor(w["classifier.weight"]) * 0.25))
            setattr(self, head + "_out_bias", nn.Parameter(torch.zeros(1)))
        self.span, self.span_bias = nn.Parameter(torch.randn(2, HIDDEN) * 0.02), nn.Parameter(torch.zeros(2))

    def freeze(self, layers):
        """Keeps the embeddings and the first layers as they are."""
        self.frozen = layers
        for p in (self.word, self.position, self.segment, self.gain, self.bias, *self.layers[:layers].parameters()):
            p.requires_grad = False

    def verdict(self, head, c):
        hidden = torch.tanh(F.linear(c, getattr(self, head + "_pooler"), getattr(self, head + "_pooler_bias")))
        return F.linear(hidden, getattr(self, head + "_out"), getattr(self, head + "_out_bias"))[:, 0]

    def forward(self, ids, segments, present, rate=0.0):
        """Returns the logits of "answers" and "supports", and those of the
        span's start and end at each token."""
        mask = torch.where(present[:, None, None, :], 0.0, -1e4).to(torch.bfloat16)
        with torch.no_grad():
            x = self.word[ids] + self.position[: ids.shape[1]] + self.segment[segments]
            x = F.layer_norm(x, (HIDDEN,), self.gain, self.bias, EPSILON)
            for layer in self.layers[: self.frozen]:
                x = layer(x, mask, 0.0)
        for layer in self.layers[self.frozen :]:
            x = layer(x, mask, rate)
        x = x.float()
        return self.verdict("answers", x[:, 0]), self.verdict("supports", x[:, 0]), F.linear(x, self.span, self.span_bias)

    def tensors(self):
        """The weights by the names that the exporter reads."""
        out = {
            "embeddings.word_embeddings.weight": self.word,
            "embeddings.position_embeddings.weight": self.position,
            "embeddings.token_type_embeddings.weight": self.segment,
            "embeddings.LayerNorm.weight": self.gain,
            "embeddings.LayerNorm.bias": self.bias,
            "span.weight": self.span,
            "span.bias": self.span_bias,
        }
        for head in ("answers", "supports"):
            out[head + ".pooler.weight"] = getattr(self, head + "_pooler")
            out[head + ".pooler.bias"] = getattr(self, head + "_pooler_bias")
            out[head + ".out.weight"] = getattr(self, head + "_out")
            out[head + ".out.bias"] = getattr(self, head + "_out_bias")
        for i, l in enumerate(self.layers):
            p = f"encoder.layer.{i}."
            for n, part in enumerate(("query", "key", "value")):
                rows = slice(n * HIDDEN, (n + 1) * HIDDEN)
                out[f"{p}attention.self.{part}.weight"] = l.qkv[rows]
                out[f"{p}attention.self.{part}.bias"] = l.qkv_bias[rows]
            for name, w, b in (
                ("attention.output.dense", l.out, l.out_bias),
                ("attention.output.LayerNorm", l.gain1, l.bias1),
                ("intermediate.dense", l.up, l.up_bias),
                ("output.dense", l.down, l.down_bias),
                ("output.LayerNorm", l.gain2, l.bias2),
            ):
                out[p + name + ".weight"], out[p + name + ".bias"] = w, b
        return {k: v.detach().float().contiguous() for k, v in out.items()}


def load(path):
    """Reads a file that save_file wrote of Reader.tensors."""
    t = load_file(path)
    w = {k: v.numpy() for k, v in t.items()}
    w["pooler.dense.weight"], w["pooler.dense.bias"] = w["answers.pooler.weight"], w["answers.pooler.bias"]
    w["classifier.weight"] = w["answers.out.weight"]
    layers = 1 + max(int(k.split(".")[2]) for k in w if k.startswith("encoder.layer."))
    m = Reader(w, range(layers))
    m.freeze(0)
    with torch.no_grad():
        for head in ("answers", "supports"):
            for part in ("pooler", "out"):
                getattr(m, f"{head}_{part}").copy_(t[f"{head}.{part}.weight"])
                getattr(m, f"{head}_{part}_bias").copy_(t[f"{head}.{part}.bias"])
        m.span.copy_(t["span.weight"])
        m.span_bias.copy_(t["span.bias"])
    return m
