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
from eval import crossed_examples
from eval.crossed_examples import crossed_epoch, mixed_page, section_examples
from eval.held_out import article_of, held_out_articles, is_held_out_page
from eval.near_passages import NearPassages, Placed
from eval.parallel_examples import cloze
from eval.reader_training import BATCH_TOKENS, Lesson, lesson_of, move_back, shuffled_batches, train
from eval.reading_examples import OMOS_LANGUAGES, Example, Part, roughened, training_examples
from eval.training_questions import Page, read_rows
from index.document import Span
from index.embedding import Embedder

TEXT = "Rollo led them. They came from Norway and Denmark."
LINES = (("eins", "one"), ("zwei", "two"), ("drei", "three"))
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


def tiny_model() -> ReaderModel:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=60, hidden_size=64, num_hidden_layers=FROZEN_LAYERS + 2, num_attention_heads=4, intermediate_size=128
    )
    return ReaderModel(BertModel(config, add_pooling_layer=False))


def test_training_learns_and_leaves_the_lower_layers_alone(tiny_lessons: list[Lesson]) -> None:
    model = tiny_model()
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


def test_a_cloze_asks_for_the_number_or_word_that_it_leaves_out() -> None:
    chance = random.Random(4)
    asked = {cloze("Kursul costă 40 lei pe lună.", "ro", chance) for _ in range(20)}
    assert all(question.startswith("Cât ") and question.endswith("?") and "40" not in question for question in asked)
    assert cloze("Kursul costă mult.", "ro", chance).partition(" ")[0] in {"Ce", "Cine", "Unde", "Când", "De"}


def test_a_mixed_page_has_each_line_in_one_of_its_languages() -> None:
    versions = [Page("p", text, "t", "de", "g") for text in ("eins\nzwei\ndrei", "one\ntwo\nthree")]
    mixed = {mixed_page(versions, random.Random(seed)).text for seed in range(40)}
    assert len(mixed) == 8
    assert all(line in pair for text in mixed for line, pair in zip(text.split("\n"), LINES, strict=True))


def test_what_a_page_asks_itself_is_answered_by_the_lines_below_in_another_language() -> None:
    german = Page("p", "Titel\nWas kostet es?\nEs ist frei.\nWo?\nIm Rathaus.", "Titel", "de", "g")
    english = Page("p", "Title\nWhat does it cost?\nIt is free.\nWhere?\nIn the town hall.", "Title", "en", "g")
    pages = {language: {"p": english if language == "en" else german} for language in OMOS_LANGUAGES}
    found = [item for seed in range(20) for item in section_examples(pages, ["p"], random.Random(seed))]
    answers = {(item.question, item.passage.text[a:b]) for item in found for a, b in item.answers}
    assert ("Was kostet es?", "It is free.") in answers
    assert ("Where?", "Im Rathaus.") in answers
    assert not any(item.question in item.passage.text for item in found)


def test_a_near_passage_is_of_an_admitted_source(embedder: Embedder) -> None:
    texts = {"law": "A visa is issued by the consulate.", "food": "Boil the pasta for ten minutes.", "own": "Visa!"}
    near = NearPassages(
        embedder, [Placed(source, Part(0, 9, PassageText("", text, ()))) for source, text in texts.items()]
    )
    drawn = near.draw("Who issues a visa?", lambda source: source == "law", random.Random(1))
    assert drawn.passage.text == texts["law"]


def test_nothing_held_out_is_trained_on(shared_data: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
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
    monkeypatch.setattr(crossed_examples, "SEARCHED", 0.02)
    examples += crossed_epoch(shared_data, 1, embedder)
    assert not texts & {example.passage.text for example in examples}
    assert not (left_out - trained) & {example.question for example in examples}


def test_the_weights_say_how_they_were_made() -> None:
    record = json.loads((Path(__file__).parents[1] / "assistant" / "reader.json").read_text(encoding="utf-8"))
    assert {"embedding_model", "trained", "torch", "data", "epochs"} <= set(record)
    assert all({"seed", "examples", "learning_rate", "curve"} <= set(epoch) for epoch in record["epochs"])
    assert all(len(digest) == 64 for digest in record["data"].values())
    weights = Path(__file__).parents[1] / "assistant" / "reader.safetensors"
    assert weights.stat().st_size <= 20_000_000


def test_weights_can_go_half_the_way_back(tiny_lessons: list[Lesson]) -> None:
    model = tiny_model()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    list(train(model, [tiny_lessons] * 5, 1e-3))
    after = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    move_back(model, before, 0.5)
    for name, tensor in model.state_dict().items():
        assert torch.allclose(tensor, (before[name] + after[name]) / 2, atol=1e-6), name
    assert any(not torch.equal(before[name], after[name]) for name in trained_names(model))
