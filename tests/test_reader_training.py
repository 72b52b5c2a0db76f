"""That the reader's training learns, and from nothing that it is later calibrated or measured on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from assistant.pair import NOBODY, Pair, PairEncoder, PassageText
from assistant.reader_model import FROZEN_LAYERS, ReaderModel, trained_names
from eval.held_out import article_of, held_out_articles, is_held_out_page
from eval.reader_training import BATCH_TOKENS, Lesson, lesson_of, shuffled_batches, train
from eval.reading_examples import Example, roughened, training_examples
from eval.training_questions import read_rows
from index.document import Span

TEXT = "Rollo led them. They came from Norway and Denmark."
PASSAGE = PassageText("Normans", TEXT, (Span(0, 15), Span(16, len(TEXT))))


def test_a_lesson_marks_the_answers_tokens_and_its_sentence(pairs: PairEncoder) -> None:
    start = TEXT.index("Norway")
    lesson = lesson_of(Example("Where did they come from?", PASSAGE, ((start, start + 6),)), pairs)
    assert lesson.evidence == (False, True)
    marked = [offset for offset, target in zip(lesson.pair.offsets, lesson.targets, strict=True) if target]
    assert "Norway" in TEXT[marked[0][0] : marked[-1][1]]
    assert all(owner == 1 for owner, target in zip(lesson.pair.owners, lesson.targets, strict=True) if target)
    assert not any(lesson_of(Example("Who?", PASSAGE, ()), pairs).targets)


def test_batches_hold_every_lesson_once_and_are_bounded(pairs: PairEncoder) -> None:
    chance = random.Random(1)
    examples = [Example("why " * chance.randint(1, 60), PASSAGE, ()) for _ in range(300)]
    lessons = [lesson_of(example, pairs) for example in examples]
    batches = shuffled_batches(lessons, seed=3)
    assert sorted(len(lesson.pair.ids) for batch in batches for lesson in batch) == sorted(
        len(lesson.pair.ids) for lesson in lessons
    )
    for batch in batches:
        assert len(batch) * max(len(lesson.pair.ids) for lesson in batch) <= BATCH_TOKENS


def test_training_learns_and_leaves_the_lower_layers_alone(tiny_lessons: list[Lesson]) -> None:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=60, hidden_size=64, num_hidden_layers=FROZEN_LAYERS + 2, num_attention_heads=4, intermediate_size=128
    )
    model = ReaderModel(BertModel(config, add_pooling_layer=False))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    progress = list(train(model, [tiny_lessons] * 300, 1e-3))
    assert progress[-1].pointer < 0.5 * progress[0].pointer
    assert progress[-1].evidence < 0.5 * progress[0].evidence
    trained = set(trained_names(model))
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]) == (name not in trained), name


@pytest.fixture
def tiny_lessons() -> list[Lesson]:
    """Sequences of ten tokens in two sentences; token 40 answers where the first token is 30, none where it is 31."""
    chance = random.Random(5)
    lessons = []
    for number in range(32):
        asked = 30 + number % 2
        body = [chance.randint(3, 25) for _ in range(8)]
        place = chance.randrange(8)
        body[place] = 40
        owners = (NOBODY, NOBODY, *([0] * 4), *([1] * 4))
        targets = (False, False, *(asked == 30 and position == place for position in range(8)))
        pair = Pair((asked, 2, *body), owners, ((0, 0),) * 10)
        lessons.append(Lesson(pair, targets, (any(targets[2:6]), any(targets[6:]))))
    return lessons


def test_some_questions_are_written_as_on_a_telephone() -> None:
    chance = random.Random(2)
    written = {roughened("Când începe cursul?", chance) for _ in range(100)}
    assert written == {"Când începe cursul?", "cand incepe cursul"}


def test_nothing_held_out_is_trained_on(shared_data: Path) -> None:
    held = held_out_articles(shared_data / "training")
    assert {article.partition("-")[0] for article in held} == {"sqit", "sqes", "arcd"}
    texts = {
        row["text"]
        for name in ("squad_it", "squad_es_v2", "arcd")
        for row in read_rows(shared_data / "training" / name / "corpus.jsonl")
        if article_of(row["id"]) in held
    }
    left_out, trained = set[str](), set[str]()
    for language in ("de", "en", "fr", "ar", "uk"):
        for name in ("queries.jsonl", "queries_unanswerable.jsonl"):
            for row in read_rows(shared_data / "omos_qa" / language / name):
                kept = row["split"] == "train" and not is_held_out_page(row["page"])
                (trained if kept else left_out).add(row["text"])
    examples = training_examples(shared_data, seed=1)
    assert len(examples) > 20_000
    assert not texts & {example.passage.text for example in examples}
    assert not (left_out - trained) & {example.question for example in examples}


def test_the_weights_say_how_they_were_made() -> None:
    record = json.loads((Path(__file__).parents[1] / "assistant" / "reader.json").read_text(encoding="utf-8"))
    assert {"embedding_model", "trained", "torch", "data", "epochs"} <= set(record)
    assert all({"seed", "examples", "learning_rate", "curve"} <= set(epoch) for epoch in record["epochs"])
    assert all(len(digest) == 64 for digest in record["data"].values())
    weights = Path(__file__).parents[1] / "assistant" / "reader.safetensors"
    assert weights.stat().st_size <= 20_000_000
