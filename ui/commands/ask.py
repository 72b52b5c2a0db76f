"""`missiondesk ask`."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from assistant.question import checked_question
from assistant.wiring import open_assistant
from index.document import Audience
from index.scope import EVERYTHING, PUBLIC_ONLY
from ui.bodies.answer import AnswerBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_answer, print_json
from ui.languages import check_answer_language


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    language: Annotated[
        str | None, typer.Option(help="Language of the answer's own words, such as ro (default: the question's).")
    ] = None,
    audience: Annotated[
        Audience, typer.Option(help="Whose view: public documents only, or all of them.")
    ] = Audience.INTERNAL,
    as_json: AsJson = False,
) -> None:
    """Answer one question, with sources.

    Where the library holds no answer, it says so.
    """
    language = check_answer_language(language)
    question = checked_question(readable(question))
    scope = PUBLIC_ONLY if audience is Audience.PUBLIC else EVERYTHING
    assistant = open_assistant(settings_of(context))
    with closing(assistant.index):
        answer = AnswerBody.model_validate(assistant.answer(question, scope=scope, language=language))
    print_json(answer) if as_json else print_answer(answer)
