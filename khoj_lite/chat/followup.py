"""A follow-up question made to stand alone, by rule. Pure.

Only what clearly leans on the question before is touched: a pronoun without anything in the
question for it to mean, "what about X?", "and in 2020?", "why?". A question that can stand alone
is returned as it is, since words of another topic spoil the search for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from khoj_lite.chat.followup_words import (
    BARE,
    EXPLETIVE,
    OPENER,
    PLACE,
    POINTER,
    PREPOSITION,
    QUESTION_WORD,
    SPAN_OF_TIME,
    THIRD,
    content,
    name_groups,
)

TOPIC_WORDS = 8
"""Words of an earlier question that are added to a later one, at most."""

LONGEST = 1000
"""Characters of a question; one that is longer says itself what it is about, and of one before it
that is longer the beginning is looked at."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_WHAT_ABOUT = re.compile(
    r"""\s*(?:(?:ok(?:ay)?|and|so|but)[,\s]+)?(?:(?:what|how)\ about|what\ of
    |(?:und\ )?(?:was\ ist|wie\ sieht\ es|wie\ ist\ es|wie\ steht\ es)\ mit|et\ pour
    |(?:y\ )?qué\ tal    |а\ что\ насчет|а\ как\ насчет)\s+(?P<x>.+?)(?:\s+aus)?[\s?？!.]*$
    |^\s*(?:那么?|那麼)?(?P<zh>[^\s?？]{1,12}?)呢[\s?？]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CLEFT = re.compile(r"\b(?:(?:do|does|did|should|can|could|would|must)\s+)?(?:i|we|you|one|to)\s+",
                    re.IGNORECASE)  # fmt: skip


def standalone(question: str, earlier: Sequence[str]) -> str:
    """`question` with what it leaves unsaid taken from the `earlier` questions, oldest first.

    The earlier ones are followed in turn, so that a thread of follow-ups keeps its topic."""
    topic = ""
    for before in (*earlier, question):
        topic = resolve(before.strip(), topic)
    return topic


def resolve(question: str, before: str) -> str:
    """`question` made to stand alone after the (standalone) question `before`."""
    if not before or not question or len(question) > LONGEST:
        return question
    before = before[:LONGEST]
    about = _WHAT_ABOUT.match(question)
    if about:
        return _instead(about.group("x") or about.group("zh"), before)
    opener = OPENER.match(question)
    rest = question[opener.end() :] if opener else question
    if _points_back(rest):
        return _with_names(rest, before)
    if _is_fragment(rest, bool(opener)):
        return _instead(rest, before) if _has_matter(rest) else _with_topic(rest, before)
    return question


# --- does it lean on what was said? --------------------------------------------------------


def _points_back(question: str) -> bool:
    """Whether a pronoun has nothing in the question itself to mean."""
    words = [m.group() for m in _WORD.finditer(question)]
    lower = [w.lower() for w in words]
    if POINTER.search(question):
        return True
    for i, word in enumerate(lower):
        ahead = [w for w in words[:i] if content(w)]
        named = any(w[0].isupper() for k, w in enumerate(words[:i]) if k and content(w))
        after = [w for w in lower[i + 1 :] if content(w)]
        if word in THIRD and not named and (words[i].islower() or i == 0):
            if word in ("it", "es") and EXPLETIVE.search(question) and after:
                continue
            verb_ahead = 0 < len(ahead) <= 2 and content(words[i - 1]) and THIRD[word] == "object"
            if not ahead or (verb_ahead and not _described(lower[:i])):
                return True
        if word in BARE:
            last = i == len(words) - 1
            time = not last and lower[i + 1] in SPAN_OF_TIME
            if (last and not named) or (not ahead and not time):
                return True
        if word in ("one", "ones") and 0 < i == len(words) - 1 and not named:
            return True
        if word in PLACE and i == len(words) - 1 and i > 0 and not named:
            return True
    return False


def _described(words: Sequence[str]) -> bool:
    """Whether a thing is introduced: "the mayor", "my bike"."""
    return any(w in ("the", "a", "an", "my", "our", "your", "der", "die", "das") for w in words)


def _is_fragment(question: str, opened: bool) -> bool:
    """Whether it is less than a question: "why?", "in 2020?", "which year?"."""
    words = [m.group() for m in _WORD.finditer(question)]
    matter = [w for w in words if content(w)]
    asks = QUESTION_WORD.match(question)
    if not matter:
        return True
    if all(w.isdigit() for w in matter):
        return len(words) <= 2
    if asks is None:
        short = question.rstrip().endswith(("?", "？")) and question.islower() and len(words) <= 2
        return short or ((opened or bool(PREPOSITION.match(question))) and len(matter) <= 3)
    if opened:
        return len(matter) < 2
    return len(matter) == 1 and asks.group("kind") is not None and words[-1] == matter[0]


def _has_matter(question: str) -> bool:
    asks = QUESTION_WORD.match(question)
    return asks is None and any(content(m.group()) for m in _WORD.finditer(question))


# --- what it leans on ----------------------------------------------------------------------


def _with_topic(question: str, before: str) -> str:
    """The question and, in brackets, the words of the one before that carry matter. Its names
    stay away where the question brings one of its own."""
    known = {m.group().lower() for m in _WORD.finditer(question)}
    if name_groups(question):
        known |= {word.lower() for name in name_groups(before) for word in name.split()}
    words = [m.group() for m in _WORD.finditer(before)]
    topic = [w for w in words if content(w) and w.lower() not in known][:TOPIC_WORDS]
    return f"{question} ({' '.join(topic)})" if topic else question


def _with_names(question: str, before: str) -> str:
    """A person's pronoun becomes the one name of the question before; else the topic is added."""
    names = name_groups(before)
    persons = {"he", "she", "him", "his", "her", "er", "ihn", "ihm"}
    if len(names) == 1:
        for match in _WORD.finditer(question):
            word = match.group().lower()
            if word in persons:
                after = _WORD.match(question, match.end() + 1)
                own = word == "his" or (word == "her" and after and content(after.group()))
                name = re.sub(r"['’]s$", "", names[0]) + ("'s" if own else "")
                return question[: match.start()] + name + question[match.end() :]
    return _with_topic(question, before)


def _instead(said: str, before: str) -> str:
    """The question before, asked about `said`: a year for a year, a name for a name, one thing
    done for another; where nothing can be replaced, both together."""
    said = said.strip(" \t?？!.,")
    bare = PREPOSITION.sub("", said, count=1).strip()
    year, old = _YEAR.search(bare), _YEAR.findall(before)
    if year and len(old) == 1:
        return before.replace(old[0], year.group())
    names, new = name_groups(before), name_groups("x " + bare)
    if new and " ".join(new) == bare and len(names) == 1:
        return before.replace(names[0], bare)
    preposition = PREPOSITION.match(said)
    if preposition:
        same = _phrase(before, preposition.group().split()[0])
        if same:
            return before[: same[0]] + said + before[same[1] :]
    cleft = _CLEFT.search(before)
    if cleft and not new and not year and not preposition:
        thing = _object(before, cleft.end())
        if thing:
            return before[: thing[0]] + bare + before[thing[1] :]
    end = before.rstrip(" ?？!.")
    return f"{end} {said}?"


def _phrase(question: str, preposition: str) -> tuple[int, int] | None:
    """Where a phrase with this preposition stands: "at [the office]" and the `at` with it."""
    pattern = rf"\b{re.escape(preposition)}\s+((?:the|a|an|my|our)\s+)?"
    match = re.search(pattern, question, re.IGNORECASE)
    if not match:
        return None
    end = match.end()
    for word in _WORD.finditer(question, match.end()):
        if not content(word.group()) or question[end : word.start()].strip():
            break
        end = word.end()
    return (match.start(), end) if end > match.end() else None


def _object(question: str, start: int) -> tuple[int, int] | None:
    """Where the thing stands that something is done to: the words after the verb at `start`, up
    to the next that carries no matter ("sow [tomatoes] in the greenhouse")."""
    words = list(_WORD.finditer(question, start))
    if len(words) < 2 or not content(words[0].group()):
        return None
    place = 1
    while place < len(words) and words[place].group().lower() in ("the", "a", "an", "my", "our"):
        place += 1
    first = place
    while place < len(words) and content(words[place].group()):
        place += 1
    return (words[first].start(), words[place - 1].end()) if place > first else None
