"""What the server counts, for Prometheus. No label holds anything that a person wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from assistant.access import Caller
from assistant.answer import Answer
from index.engines import Standing
from index.job import Stage as JobStage
from index.measures import Stage
from ui.admission import Admission

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
_NANOSECONDS = 1e9


class Metrics:
    """Listens to one index and its dialogues; what stands now is looked up when somebody reads."""

    def __init__(
        self, admission: Admission, standing: Callable[[], Standing], jobs: Callable[[], dict[JobStage, int]] | None
    ) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "missiondesk_questions", "Questions answered or declined; `reason` says why not, or why only verbatim.",
            ("outcome", "reason", "language", "role"), registry=self._registry,
        )  # fmt: skip
        self._withheld = Counter(
            "missiondesk_withheld_sentences",
            "Sentences of chat models that were not shown, because no source supports them.",
            registry=self._registry,
        )
        self._seconds = Histogram(
            "missiondesk_stage_seconds", "Time of each stage of a question; first_statement holds those before it.",
            ("stage",), buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._model_errors = Counter(
            "missiondesk_model_errors", "Answers of the chat model that could not be used.", ("kind",),
            registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Standing(admission, standing, jobs))
        ProcessCollector(registry=self._registry)

    def told(self, answer: Answer, caller: Caller) -> None:
        """Count an answer that is whole."""
        self._questions.labels(answer.status, answer.reason or "", answer.language, caller.role).inc()
        self._withheld.inc(answer.withheld)

    def took(self, stage: Stage, started: int, ended: int) -> None:
        """See `index.measures.Listener`."""
        self._seconds.labels(stage).observe((ended - started) / _NANOSECONDS)

    def model_failed(self, kind: str) -> None:
        """See `index.measures.Listener`."""
        self._model_errors.labels(kind).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """What is not counted but looked up."""

    def __init__(
        self, admission: Admission, standing: Callable[[], Standing], jobs: Callable[[], dict[JobStage, int]] | None
    ) -> None:
        self._admission = admission
        self._standing = standing
        self._jobs = jobs

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise collect once when this is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        counts = self._admission.counts()
        yield _gauge("missiondesk_questions_at_work", "Questions that are being answered.", counts.at_work)
        yield _gauge("missiondesk_questions_waiting", "Questions in the waiting line.", counts.waiting)
        refused = CounterMetricFamily("missiondesk_questions_refused", "Questions turned away because of too many.")
        refused.add_metric([], counts.refused)
        yield refused
        standing = self._standing()
        if standing.generation_age is not None:
            yield _gauge("missiondesk_generation_age_seconds", "Age of the search engines.", standing.generation_age)
        yield _gauge("missiondesk_generation_passages", "Passages in the search engines.", standing.generation)
        yield _gauge("missiondesk_delta_passages", "Newer passages, searched in memory.", standing.delta)
        if self._jobs is not None:
            jobs = GaugeMetricFamily("missiondesk_jobs", "Jobs of the last 30 days.", labels=["stage"])
            counted = self._jobs()
            for stage in JobStage:
                jobs.add_metric([stage.value], counted.get(stage, 0))
            yield jobs


def _gauge(name: str, description: str, value: float) -> Metric:
    return GaugeMetricFamily(name, description, value)
