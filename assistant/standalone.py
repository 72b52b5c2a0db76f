"""What a question that goes on from another is searched with: a question that can be understood by itself."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.follow_up import read_question
from assistant.referring_words import Lexicon, lexicon
from assistant.words import Word, words_of


def standalone(question: str, asked_in: str, before: str, before_in: str) -> str:
    """The question before it with the new words in the place of those they stand against; else both, one by one.

    "When is the office in Turin open?" and "And in Amman?" give "When is the office in Amman open?": what was asked of
    Turin is asked of Amman, and Turin no longer.
    """
    known = lexicon(asked_in, before_in)
    old = words_of(before)
    new = read_question(question, known, {word.plain for word in old})
    place = _contrast(new.words, old, known)
    if place is None:
        return f"{before} {question}"
    replacing, replaced = place
    words = question[replacing[0].start : replacing[-1].end]
    completed = f"{before[: replaced[0].start]}{words}{before[replaced[-1].end :]}"
    own = any(word.plain in known.asking for word in new.words) or not new.opened
    return f"{completed} {question}" if own else completed


def _contrast(new: Sequence[Word], old: Sequence[Word], known: Lexicon) -> tuple[Sequence[Word], Sequence[Word]] | None:
    """The new words, and the old ones that they stand against: of one kind, and after the same word if there is one."""
    for place, link in enumerate(new[:-1]):
        if link.plain in known.functions and link.plain not in known.links:
            continue
        rest = new[place + 1 :]
        for at in range(len(old) - 2, -1, -1):
            run = _run(old, at + 1, known)
            if old[at].plain == link.plain and run and _alike(rest, run, known):
                return rest, run
    runs = [_run(old, at, known) for at in range(len(old))]
    names = [word for word in new if word.kind in {"name", "number"} and word.plain not in known.functions]
    if names and names == [word for word in new if word.plain not in known.functions]:
        same = [run for run in runs if run and run[0].kind == names[0].kind]
        # The longest run that ends where the last name does.
        if same:
            last = same[-1][-1]
            return names, next(run for run in same if run[-1] is last)
    return None


def _run(words: Sequence[Word], start: int, known: Lexicon) -> Sequence[Word]:
    """The words from `start` that name one thing: articles, then names side by side or one other word."""
    end = start
    while end < len(words) and words[end].plain in known.functions and words[end].plain not in known.links:
        end += 1
    if end == len(words) or words[end].plain in known.functions:
        return ()
    head = words[end]
    end += 1
    while head.kind == "name" and end < len(words) and words[end].kind == "name":
        end += 1
    return words[start:end]


def _alike(new: Sequence[Word], old: Sequence[Word], known: Lexicon) -> bool:
    heads = [word for word in new if word.plain not in known.functions]
    return bool(heads) and heads[0].kind == old[-1].kind and heads[0].plain != old[-1].plain
