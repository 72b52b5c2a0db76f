from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from assistant.pair import END, NOBODY, START, WINDOW, PairEncoder, PassageText
from assistant.reader import UNREAD, Reader, trained
from assistant.reader_model import (
    FROZEN_LAYERS,
    ReaderModel,
    change_between,
    changed,
    load_change,
    save_change,
    trained_names,
)
from index.document import Span
from index.embedding import Embedder, SentenceTransformerEmbedder


def passage(*sentences: str, context: str = "") -> PassageText:
    """One passage of these sentences, a space between them."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(context, " ".join(sentences), tuple(spans))


OFFICE = passage(
    "The office in Marseille was founded in 2003.",
    "It opens at 9:00 from Monday to Friday.",
    "Bring your passport and two photographs.",
    "The language course lasts 12 weeks and is free of charge.",
    context="The office in Marseille",
)
KITCHEN = passage(
    "Mescolate la farina con le uova.", "Aggiungete il latte poco a poco.", "Cuocete in padella per due minuti."
)


@pytest.fixture
def encoder(embedder: Embedder) -> BertModel:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert isinstance(embedder.encoder, BertModel)
    return embedder.encoder


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("When does the office open?", 1),
        ("What do I have to bring?", 2),
        ("Quanto dura il corso di lingua?", 3),
        ("In ce an a fost înființat biroul?", 0),
        ("Скільки коштує мовний курс?", 3),
        ("في أي ساعة يفتح المكتب أبوابه؟", 1),
    ],
)
def test_the_pointer_finds_the_sentence_that_answers(reader: Reader, question: str, place: int) -> None:
    assert int(np.argmax(reader.read(question, [OFFICE])[0].pointers)) == place


def test_a_passage_about_something_else_points_nowhere(reader: Reader) -> None:
    right, wrong = reader.read("When does the office in Marseille open?", [OFFICE, KITCHEN])
    assert right.pointers.max() > 0 > wrong.pointers.max()
    assert reader.read("What is the capital of Peru?", [OFFICE])[0].pointers.max() < 0


def test_readings_keep_the_order_and_do_not_depend_on_company(reader: Reader) -> None:
    question = "When does the office open?"
    long = passage(*(f"Paragraph {number} says nothing about opening hours." for number in range(20)))
    together = reader.read(question, [long, OFFICE, KITCHEN, OFFICE])
    alone = [reader.read(question, [text])[0] for text in (long, OFFICE, KITCHEN, OFFICE)]
    for one, other in zip(together, alone, strict=True):
        # bfloat16 keeps eight bits; padding changes the order of additions.
        np.testing.assert_allclose(one.pointers, other.pointers, atol=0.5)
    assert [len(reading.pointers) for reading in together] == [20, 4, 3, 4]


def test_nothing_to_read_is_no_reading(reader: Reader) -> None:
    assert reader.read("When?", []) == []


def test_what_lies_beyond_the_window_is_unread(reader: Reader) -> None:
    endless = passage(*(f"This is sentence number {number} of a very long passage." for number in range(80)))
    reading = reader.read("Which is the last sentence?", [endless])[0]
    assert reading.pointers[0] > UNREAD
    assert reading.pointers[-1] == reading.evidence[-1] == UNREAD


def test_a_pair_owns_its_sentences_tokens(pairs: PairEncoder) -> None:
    pair = pairs.pairs("When?", [OFFICE])[0]
    assert pair.ids[0] == START
    assert pair.ids.count(END) == 3
    assert len(pair.ids) == len(pair.owners) == len(pair.offsets) <= WINDOW
    first = pair.owners.index(0)
    assert set(pair.owners[:first]) == {NOBODY}
    assert [owner for owner in pair.owners if owner != NOBODY] == sorted(
        owner for owner in pair.owners if owner != NOBODY
    )
    for owner, (start, end) in zip(pair.owners, pair.offsets, strict=True):
        if owner != NOBODY:
            assert OFFICE.sentences[owner].start < end
            assert start < OFFICE.sentences[owner].end


def test_an_endless_question_leaves_room_for_the_passage(pairs: PairEncoder) -> None:
    pair = pairs.pairs("why " * 2000, [OFFICE])[0]
    assert len(pair.ids) <= WINDOW
    assert set(pair.owners) == {NOBODY, 0, 1, 2, 3}


def tiny_encoder() -> BertModel:
    config = BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=FROZEN_LAYERS + 2, num_attention_heads=2, intermediate_size=64
    )
    return BertModel(config, add_pooling_layer=False)


def test_the_change_brings_the_trained_weights_back(tmp_path: Path) -> None:
    base_encoder = tiny_encoder()
    base = {f"encoder.{name}": tensor.clone() for name, tensor in base_encoder.state_dict().items()}
    model = ReaderModel(base_encoder)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in trained_names(model):
                parameter.add_(0.01 * torch.randn_like(parameter))
    save_change(change_between(base, model), str(tmp_path / "change.safetensors"))
    back = changed(base, load_change(str(tmp_path / "change.safetensors")))
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(back[name], tensor, atol=5e-4, rtol=1e-3)


def test_the_reader_shares_what_training_left_alone_and_changes_nothing(encoder: BertModel, reader: Reader) -> None:
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    model = trained(encoder, Path(__file__).parents[2] / "assistant" / "reader.safetensors")
    own, theirs = model.encoder.state_dict(), encoder.state_dict()
    shared = {name for name in theirs if own[name].data_ptr() == theirs[name].data_ptr()}
    assert "embeddings.word_embeddings.weight" in shared
    assert f"encoder.layer.{FROZEN_LAYERS - 1}.output.dense.weight" in shared
    assert f"encoder.layer.{FROZEN_LAYERS}.output.dense.weight" not in shared
    for name, tensor in encoder.state_dict().items():
        assert torch.equal(tensor, before[name])
