"""Claims from questions and their answers."""

import re

AUX = set("is are was were do does did can could will would has have had should may might must".split())


def claim(question, answer):
    """The statement that a question and an answer make, or None when the
    question has no simple form."""
    q = " ".join(question.strip().rstrip("?. ").split())
    answer = answer.strip().rstrip(".,;")
    words = q.split()
    if len(words) < 4 or not answer:
        return None
    low = [w.lower() for w in words]
    cap = lambda s: s[0].upper() + s[1:] + "."
    if low[0] in ("who", "what", "which", "how"):
        # The subject is asked for: "Who wrote X", "Which city hosts X", "How many people live in X".
        n = 1
        if low[0] in ("what", "which") and low[1] not in AUX or low[0] == "how" and low[1] in ("many", "much"):
            n = next((i for i in range(1, len(words)) if low[i] in AUX), 0)
            if not n:
                if low[0] == "how" and len(words) > 4:
                    return cap(answer + " " + " ".join(words[2:]))
                m = re.match(r"(?:what|which) (\w+) (\w+ed|won|wrote|made|led|took|became|held|began|gave|has) (.*)", q, re.I)
                return cap(f"{answer} {m.group(2)} {m.group(3)}") if m else (cap(answer + " " + " ".join(words[1:])) if low[0] == "what" and re.fullmatch(r"\w+(ed|s)", low[1]) else None)
        if n == 1 and low[1] not in AUX:
            return cap(answer + " " + " ".join(words[1:])) if low[0] in ("who", "what") else None
        aux, rest = low[n], words[n + 1 :]
        if not rest:
            return None
        if aux in ("is", "are", "was", "were"):
            if rest[0].lower() in ("the", "a", "an", "his", "her", "its", "their") and not re.search(r"(ed|ing|by|to|in|on|at|for|from|with|of|called|known|made|born|built|held|used)$", rest[-1].lower()):
                if n == 1:
                    return cap(" ".join(rest) + f" {aux} {answer}")
            elif n == 1 and re.search(r"(ed|en|ing|built|held|made|known|used)$", rest[0].lower()):
                return cap(f"{answer} {aux} " + " ".join(rest))
            elif n > 1 and re.search(r"(ed|en|ing|in|there|built|held|made|known|used)$", rest[0].lower()):
                return cap(f"{answer} " + (" ".join(words[2:n]) + " " if low[0] == "how" else "") + f"{aux} " + " ".join(rest))
            return None
        if aux in ("has", "have", "had", "can", "could", "will", "would") and re.search(r"(ed|en|ing|been|had|made|won)$", rest[0].lower()):
            return cap(f"{answer} {aux} " + " ".join(rest))
        if aux in ("did", "does", "do"):
            return cap(" ".join(rest) + f" {answer}")
        return None
    m = re.match(r"(in|to|of|with|from|on|at|for|by|during) (what|which) [\w ]{2,30}? (did|does|do) (.*)", q, re.I)
    if m:
        return cap(f"{m.group(4)} {m.group(1).lower()} {answer}")
    if low[0] in ("when", "where") and low[1] in ("was", "were", "is", "are", "did", "does", "do"):
        aux, rest = low[1], words[2:]
        tie = "" if re.match(r"(in|on|at|from|after|before|during|near|around|between|since|by|under|until|when|to|as)\b", answer, re.I) else ("on " if re.search(r"\d{1,2},? \d{4}|\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", answer) else "in ")
        if aux in ("did", "does", "do"):
            return cap(" ".join(rest) + f" {tie}{answer}")
        last = next((i for i in range(len(rest) - 1, 0, -1) if re.search(r"(ed|en|built|held|made|born|found|sold|shown|known|led|used)$", rest[i].lower())), 0)
        if last:
            return cap(" ".join(rest[:last]) + f" {aux} " + " ".join(rest[last:]) + f" {tie}{answer}")
        return cap(" ".join(rest) + f" {aux} {tie}{answer}") if low[0] == "where" else None
    return None
