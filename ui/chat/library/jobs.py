"""The jobs: what is being read, how far it has come, and why something could not be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from babel.dates import format_datetime

from assistant.messages import message
from index.job import ENDED, Job, JobItem, Stage
from ingest.jobs import KEPT
from ui.chat.escaping import escape
from ui.chat.library.reasons import reason_html
from ui.chat.library.workroom import Curator
from ui.facets import value_name
from ui.intake import Intake

MOST_JOBS = 20
"""Jobs in the list, the newest first."""
MOST_ITEMS = 200
"""Files of a job that are shown: those that failed come first."""


def jobs_html(intake: Intake, curator: Curator, opened: Collection[str], told: str = "") -> str:
    """The newest jobs; the files of those at work, of the newest one, and of the `opened` ones. `told` stands above."""
    language = curator.language
    jobs = intake.jobs.newest(MOST_JOBS, curator.caller.scope)
    shown = {job.id for job in jobs if job.stage is Stage.RUNNING} | {job.id for job in jobs[:1]} | set(opened)
    held = {id_: intake.jobs.items(id_) for id_ in shown & {job.id for job in jobs}}
    items = "".join(f'<li data-id="{escape(job.id)}">{_job_html(job, held.get(job.id), language)}</li>' for job in jobs)
    live = " data-live" if any(job.stage not in ENDED for job in jobs) else ""
    none = escape(message("library_no_jobs", language, days=KEPT.days))
    body = f'<ol class="md-lib-jobs"{live}>{items}</ol>' if jobs else f"<p>{none}</p>"
    said = f'<p class="md-notice" role="alert">{escape(told)}</p>' if told else ""
    return f"<h2>{_text('library_jobs', language)}</h2>{said}{body}"


def _job_html(job: Job, items: Sequence[JobItem] | None, language: str) -> str:
    stage = "cancelling" if job.cancelling else job.stage.value
    facts = [value_name("audience", job.audience.value, interface=language), job.collection]
    said = " · ".join(f"<bdi>{escape(fact)}</bdi>" for fact in facts)
    reason = f'<p class="md-lib-reason">{reason_html(job.error, language)}</p>' if job.error else ""
    return (
        f'<h3>{_text(f"library_job_{job.kind}", language)} <time datetime="{_utc(job.created_at).isoformat()}">'
        f'{escape(_moment(job.created_at, language))}</time></h3><p class="md-lib-facts">{said}</p>'
        f"{_targets_html(job)}{_progress_html(job, stage, language)}{reason}"
        f"{_items_html(job, items, language)}{_actions_html(job, items, language)}"
    )


def _targets_html(job: Job) -> str:
    if not job.targets:
        return ""
    return f'<p class="md-lib-targets" dir="ltr">{"<br>".join(escape(target) for target in job.targets)}</p>'


def _progress_html(job: Job, stage: str, language: str) -> str:
    told = escape(message("library_progress", language, done=job.done, total=job.total))
    bar = ""
    if job.stage is Stage.RUNNING:
        # Of a crawl whose pages are still looked for it is not known how far it has come.
        value = f' value="{job.done}"' if job.total else ""
        bar = f'<progress max="{max(job.total, 1)}"{value} aria-label="{told}"></progress>'
    named = _text(f"library_stage_{stage}", language)
    return f'<p class="md-lib-stage md-lib-{stage}"><strong>{named}</strong> <span>{told}</span></p>{bar}'


def _items_html(job: Job, items: Sequence[JobItem] | None, language: str) -> str:
    if items is None:
        return ""
    ordered = sorted(items, key=lambda item: item.status != "failed")[:MOST_ITEMS]
    more = len(items) - len(ordered)
    rest = f"<li>{escape(message('library_more_files', language, count=more))}</li>" if more > 0 else ""
    listed = "".join(_item_html(item, language) for item in ordered)
    # It scrolls, so the keyboard must reach it; it is named by how far it has come.
    told = escape(message("library_progress", language, done=job.done, total=job.total))
    named = f'tabindex="0" aria-label="{told}" data-key="files-{escape(job.id)}"'
    return f'<ul class="md-lib-items" {named}>{listed}{rest}</ul>' if ordered else ""


def _item_html(item: JobItem, language: str) -> str:
    state = _text(f"library_item_{item.status}", language)
    name = f'<bdi class="md-lib-file">{escape(item.uri)}</bdi>'
    if item.document_id is not None and item.status != "failed":
        id_ = escape(item.document_id)
        name = f'<button type="button" class="md-lib-link" data-open="{id_}" data-key="item-{id_}">{name}</button>'
    reason = f'<p class="md-lib-reason">{reason_html(item.error, language)}</p>' if item.error else ""
    return f'<li class="md-lib-{item.status}">{name} <span class="md-lib-state">{state}</span>{reason}</li>'


def _actions_html(job: Job, items: Sequence[JobItem] | None, language: str) -> str:
    buttons = []
    if items is None and job.total:
        buttons.append(_button(job, "open", "library_files", language))
    if job.stage not in ENDED and not job.cancelling:
        buttons.append(_button(job, "cancel", "library_cancel", language))
    # Of a job without files, or whose files are not shown, only its own end tells that something is left.
    left = any(item.status == "failed" for item in items) if items else job.stage is not Stage.DONE
    if job.stage in ENDED and left:
        buttons.append(_button(job, "retry", "library_retry", language))
    return f'<div class="md-tools">{"".join(buttons)}</div>' if buttons else ""


def _button(job: Job, act: str, key: str, language: str) -> str:
    return (
        f'<button type="button" class="md-tool" data-job="{escape(job.id)}" data-act="{act}" '
        f'data-key="{act}-{escape(job.id)}">{_text(key, language)}</button>'
    )


def _moment(at: datetime, language: str) -> str:
    return f"{format_datetime(_utc(at), 'short', locale=language)} UTC"


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def _text(key: str, language: str) -> str:
    return escape(message(key, language))
