"""Edits that change what a text says, and edits that don't.

The reader has to tell a claim from one that differs in a single number, name,
degree or direction. Such pairs are made here from sentences and questions whose
licence allows it. Each function takes a random.Random and returns a new text,
or None when the edit does not apply."""

import re

OPPOSITES = [
    pair.split("/")
    for pair in """first/last largest/smallest biggest/smallest highest/lowest longest/shortest oldest/youngest
    most/least more/fewer increased/decreased increase/decrease rose/fell higher/lower larger/smaller greater/smaller
    before/after north/south east/west northern/southern eastern/western early/late earlier/later
    won/lost win/lose began/ended begins/ends start/end started/ended accepted/rejected accept/reject
    allowed/banned allow/ban approved/rejected always/never all/none male/female men/women man/woman
    father/mother son/daughter brother/sister husband/wife born/died above/below inside/outside
    public/private legal/illegal common/rare strong/weak hot/cold warm/cold wet/dry rich/poor
    support/oppose supported/opposed supports/opposes success/failure successful/unsuccessful possible/impossible
    opened/closed open/closed arrived/left joined/left gained/lost bought/sold buy/sell
    major/minor maximum/minimum many/few near/far old/new ancient/modern positive/negative
    upper/lower left/right front/back day/night summer/winter import/export imports/exports
    offensive/defensive victory/defeat defeated/lost to present/absent internal/external
    married/divorced winner/loser employer/employee teacher/student parent/child
    agreed/refused agree/refuse included/excluded includes/excludes enter/leave""".split()
    if "/" in pair
]
OPPOSITE = {}
for a, b in OPPOSITES:
    OPPOSITE.setdefault(a, b)
    OPPOSITE.setdefault(b, a)

SAME = {}
for group in """began/started begin/start ended/finished built/constructed purchased/bought large/big huge/enormous
    about/approximately nearly/almost many/numerous often/frequently located/situated famous/well-known
    children/kids film/movie city/town doctor/physician attempted/tried required/needed obtained/got
    assisted/helped died/passed away however/but also/additionally main/principal whole/entire
    country/nation wealthy/rich quickly/rapidly error/mistake error/fault answer/reply created/made
    joined/entered happened/occurred demonstrated/showed reported/said stated/said announced/declared
    received/got selected/chosen hired/employed fired/dismissed killed/slain near/close to
    loan/mortgage lawyer/attorney car/automobile firm/company permitted/allowed prohibited/banned
    attacked/assaulted assistance/help under/below over/above former/ex- largest/biggest
    roughly/about primarily/mainly resides/lives illness/disease wounded/injured""".split("\n"):
    for pair in group.split():
        if "/" in pair:
            a, b = pair.split("/")
            SAME.setdefault(a, b)
            SAME.setdefault(b, a)

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
COUNTS = "two three four five six seven eight nine ten eleven twelve".split()
UNITS = [
    "feet metres yards".split(), "miles kilometres".split(), "pounds kilograms tons".split(),
    "million billion thousand".split(), "hours days weeks months years".split(), "inches centimetres".split(),
    "dollars euros pounds".split(), "percent per cent of a percent".split()[:1],
]
ALIKE = [MONTHS, DAYS, COUNTS, *[u for u in UNITS if len(u) > 1]]
KIN = {w.lower(): group for group in ALIKE for w in group}

ENTITY = re.compile(r"\b[A-Z][\w'’-]+(?:\s+(?:of|the|de|van|von|and)?\s?[A-Z][\w'’-]+)*")
NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-]|[.,]\d)")
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
AUX = re.compile(r"\b(is|are|was|were|can|could|will|would|has|have|had|does|did|do|may|might|must|should)\b(?! not| n't|n't| never)", re.I)

COMMON = set("the a an in on at by to for and or but if when while after before since during with from as of it its he she they we i you his her their this that these those there who what which how why where not no".split())


def entities(text):
    """Capitalized names of text, without sentence-initial common words."""
    found = []
    for m in ENTITY.finditer(text):
        name, start = m.group(), m.start()
        words = name.split()
        while words and words[0].lower() in COMMON:
            start += len(words[0]) + 1
            words = words[1:]
        name = " ".join(words)
        if not name or text[start : start + len(name)] != name or len(name) < 3:
            continue
        if m.start() == 0 and len(words) == 1 and start == 0:
            continue  # probably only the first word of a sentence
        found.append((start, start + len(name), name))
    return found


def replace(text, start, end, by):
    return text[:start] + by + text[end:]


def other_number(rng, text):
    found = list(NUMBER.finditer(text))
    if not found:
        return None
    m = rng.choice(found)
    raw = m.group()
    value = float(raw.replace(",", ""))
    if re.fullmatch(r"1\d{3}|20\d\d", raw):
        new = str(int(value) + rng.choice([-30, -11, -10, -3, -2, -1, 1, 2, 4, 10, 12, 20]))
    elif "." in raw:
        new = f"{value * rng.choice([.5, 2, 3, .1]) + rng.choice([0, .3, 1]):.{len(raw.split('.')[1])}f}"
    else:
        new = int(value * rng.choice([.5, 2, 3, 1.3, 10])) + rng.choice([0, 1, 2])
        new = f"{new:,}" if "," in raw else str(new)
    return None if new == raw else replace(text, m.start(), m.end(), new)


def other_word(rng, text):
    """An opposite, or another month, weekday, count or unit."""
    found = [m for m in WORD.finditer(text) if m.group().lower() in OPPOSITE or m.group().lower() in KIN]
    found = [m for m in found if m.group() not in ("May", "may", "left", "second")]
    if not found:
        return None
    m = rng.choice(found)
    w = m.group().lower()
    new = OPPOSITE[w] if w in OPPOSITE else rng.choice([x for x in KIN[w] if x.lower() != w])
    if m.group()[0].isupper():
        new = new[0].upper() + new[1:]
    return replace(text, m.start(), m.end(), new)


def other_name(rng, text, pool):
    """One name replaced by another of the pool that the text lacks."""
    found = entities(text)
    if not found:
        return None
    start, end, name = rng.choice(found)
    low = text.lower()
    near = [n for n in pool if n.lower() not in low and name.lower() not in n.lower() and not set(n.lower().split()) & set(name.lower().split())]
    same = [n for n in near if len(n.split()) == len(name.split())]
    near = same or near
    return replace(text, start, end, rng.choice(near)) if near else None


def swapped(rng, text):
    """Two names of a sentence exchanged: who did what to whom."""
    found = entities(text)
    pairs = []
    for i, (s, e, n) in enumerate(found):
        for s2, e2, n2 in found[i + 1 :]:
            between = text[e:s2]
            if n.lower() == n2.lower() or not 4 <= len(between) <= 60:
                continue
            if re.fullmatch(r"[\s,]*(and|or|&|,|-|–|,? ?as well as|with|to)[\s,]*", between) or re.search(r"\b(and|or|with|between|both)\b", between):
                continue
            if not re.search(r"\b\w+(ed|s|t|d)\b|\b(is|was|were|by|from|than|over|won|beat|gave|took|made)\b", between):
                continue
            pairs.append((s, e, n, s2, e2, n2))
    if not pairs:
        return None
    s, e, n, s2, e2, n2 = rng.choice(pairs)
    return text[:s] + n2 + text[e:s2] + n + text[e2:]


def negated(rng, text):
    m = re.search(r"\b(\w+) (not|never)\b|\b(\w+)n[’']t\b", text)
    if m and rng.random() < .8:
        return text[: m.start()] + (m.group(1) or m.group(3)) + text[m.end() :]
    found = list(AUX.finditer(text))
    if found:
        m = rng.choice(found)
        return text[: m.end()] + rng.choice([" not", " not", " never"]) + text[m.end() :]
    return None


DEGREES = [
    (r"\b(some|many|several|most|a few)\b", ["all", "no"]),
    (r"\bone of the\b", ["the only one of the", "none of the"]),
    (r"\b(may|might|could|can)\b", ["will certainly", "cannot"]),
    (r"\b(often|usually|sometimes|generally|typically)\b", ["always", "never", "rarely"]),
    (r"\b(about|around|approximately|nearly|almost)\b", ["more than twice", "far more than"]),
    (r"\b(at least|more than|over)\b", ["less than", "at most"]),
    (r"\b(less than|fewer than|at most|up to|under)\b", ["more than", "at least"]),
    (r"\b(part of|partly|mostly|mainly)\b", ["all of", "entirely"]),
    (r"\b(likely|possibly|probably|reportedly|allegedly)\b", ["certainly", "definitely"]),
    (r"\b(planned|tried|attempted|wanted|hoped|agreed|offered) to (\w+)\b", [r"refused to \2", r"failed to \2"]),
    (r"\b(because of|due to|as a result of)\b", ["despite", "regardless of"]),
    (r"\b(because|since)\b", ["although", "even though"]),
    (r"\b(although|though|despite)\b", ["because of"]),
    (r"\b(proposed|suggested|considered|claimed)\b", ["proved", "confirmed"]),
]


def other_degree(rng, text):
    rules = [r for r in DEGREES if re.search(r[0], text)]
    if not rules:
        return None
    pattern, by = rng.choice(rules)
    return re.sub(pattern, rng.choice(by), text, count=1)


def false(rng, text, pool):
    """An edit after which text says something else."""
    name = lambda r, t: other_name(r, t, pool)
    edits = [other_number, other_number, other_word, other_degree, other_degree, swapped, swapped, name, name]
    rng.shuffle(edits)
    # Nearly every sentence can be negated, so that comes last, or first once in eight.
    edits.insert(0 if rng.random() < 1 / 8 else len(edits), negated)
    for edit in edits:
        new = edit(rng, text)
        if new and new != text:
            return new
    return None


def other_form(rng, text):
    """The same said otherwise: synonyms, numbers in words, parts left out."""
    new = text
    if rng.random() < .6:  # leave out what stands in brackets or between commas
        new = re.sub(r"\s*\([^()]*\)", "", new)
        if rng.random() < .6:
            new = re.sub(r", (?:which|who|whose|where|including|such as)\b[^,.;]*,", "", new, count=1)
    if rng.random() < .5:  # leave out an introduction
        new = re.sub(r"^(?:In|On|At|By|During|After|Since|For|However|Moreover|Furthermore|Additionally|Also|Meanwhile|Today)\b[^,.;]{0,40}, (\w)", lambda m: m.group(1).upper(), new)
    if rng.random() < .4:  # leave out the end
        new = re.sub(r"(?:, (?:and|but|while|whereas|which|although|though|so)|;)\s[^.;]*\.?$", ".", new)
    for _ in range(2):
        found = [m for m in WORD.finditer(new) if m.group() in SAME]
        if found and rng.random() < .7:
            m = rng.choice(found)
            new = replace(new, m.start(), m.end(), SAME[m.group()])
    if rng.random() < .3:
        new = re.sub(r"\b(\d{1,3}),(\d{3})\b", r"\1\2", new)
    if rng.random() < .3:
        for n, w in enumerate(COUNTS, 2):
            new = re.sub(rf"\b{w}\b", str(n), new) if rng.random() < .5 else re.sub(rf"(?<![\d.,]){n}(?![\d.,])", w, new)
    return new if len(new.split()) >= 4 else None


def typing(rng, question):
    """A question as people type it: with an error, or only its key words."""
    words = question.split()
    if rng.random() < .5:
        long = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
        if not long:
            return question
        i = rng.choice(long)
        w, at = words[i], rng.randrange(1, len(words[i]) - 2)
        words[i] = rng.choice([w[:at] + w[at + 1] + w[at] + w[at + 2 :], w[:at] + w[at + 1 :], w[:at] + w[at] + w[at:]])
        return " ".join(words)
    kept = [w for w in (x.strip("?,.") for x in words) if w and w.lower() not in COMMON | set("is are was were do does did be been".split())]
    return " ".join(kept) if len(kept) > 1 else question
