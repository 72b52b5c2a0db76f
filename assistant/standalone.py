"""What a question that goes on from another is searched with: a question that can be understood by itself."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.follow_up import is_function, read_question
from assistant.referring_words import Lexicon, lexicon
from assistant.words import Word, words_of

_NAMED = {"name", "number"}


def standalone(question: str, asked_in: str, before: str, before_in: str) -> str:
    """The question before it with the new words in the place of those they stand against; else both, one by one.

    "When is the office in Turin open?" and "And in Amman?" give "When is the office in Amman open?": what was asked of
    Turin is asked of Amman, and Turin no longer.
    """
    known = lexicon(asked_in, before_in)
    old = words_of(before)
    new = read_question(question, known, {word.plain for word in old})
    own = any(word.plain in known.asking for word in new.words) or not new.opened
    place = _contrast(new.words, old, known, names_only=own)
    if place is None:
        return f"{before} {question}"
    replacing, replaced = place
    words = question[replacing[0].start : replacing[-1].end]
    completed = f"{before[: replaced[0].start]}{words}{before[replaced[-1].end :]}"
    return f"{completed} {question}" if own else completed


def _contrast(
    new: Sequence[Word], old: Sequence[Word], known: Lexicon, *, names_only: bool
) -> tuple[Sequence[Word], Sequence[Word]] | None:
    """The new words, and the old ones that they stand against: of one kind, and after the same word if there is one.

    `names_only`: the new words are a question of their own, of which only a name may stand against an old one.
    """
    for place, link in enumerate(new[:-1]):
        if is_function(link, known) and link.plain not in known.links:
            continue
        rest = new[place + 1 :]
        for at in range(len(old) - 2, -1, -1):
            run = _run(old, at + 1, known)
            if old[at].plain == link.plain and run and _alike(rest, run, known, names_only):
                return rest, run
    return None if names_only else _names(new, old, known)


def _names(new: Sequence[Word], old: Sequence[Word], known: Lexicon) -> tuple[Sequence[Word], Sequence[Word]] | None:
    """A name alone ("And Amman?") stands against the last one of its kind."""
    names = [word for word in new if not is_function(word, known)]
    if not names or any(word.kind not in _NAMED for word in names):
        return None
    starts = [at for at, word in enumerate(old) if not is_function(word, known)]
    runs = [run for at in starts if (run := _run(old, at, known)) and run[-1].kind == names[0].kind]
    # Of the runs that end with the last name, the first is the longest.
    return next(((names, run) for run in runs if run[-1] is runs[-1][-1]), None)


def _run(words: Sequence[Word], start: int, known: Lexicon) -> Sequence[Word]:
    """The words from `start` that name one thing: articles, then names side by side or one other word."""
    end = start
    while end < len(words) and is_function(words[end], known) and words[end].plain not in known.links:
        end += 1
    if end == len(words) or is_function(words[end], known):
        return ()
    named = words[end].kind in _NAMED
    end += 1
    while named and end < len(words) and words[end].kind in _NAMED:
        end += 1
    return words[start:end]


def _alike(new: Sequence[Word], old: Sequence[Word], known: Lexicon, names_only: bool) -> bool:
    heads = [word for word in new if not is_function(word, known)]
    if not heads or heads[0].kind != old[-1].kind or heads[0].plain == old[-1].plain:
        return False
    return not names_only or heads[0].kind in _NAMED
