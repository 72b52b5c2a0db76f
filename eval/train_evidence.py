"""`python -m eval train-evidence`: trains the reader's upper layers and writes what that changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import torch
import typer
from tokenizers import Tokenizer
from transformers import BertModel

from assistant.pair import PairEncoder
from assistant.reader import WEIGHTS
from assistant.reader_model import ReaderModel, change_between, changed, load_change, save_change
from assistant.settings import load_settings
from assistant.wiring import BUNDLED_NAME, open_embedder
from eval.crossed_examples import crossed_epoch
from eval.parallel_examples import LANGUAGES
from eval.reader_training import BATCH_TOKENS, LEARNING_RATES, lesson_of, move_back, shuffled_batches, train
from eval.reading_examples import OMOS_LANGUAGES, Example, training_examples
from index.bundled import unpack_bundled_model

SEED = 20261124
EPOCHS = 3
FIRST_EPOCHS = 2
"""Epochs that teach to read; those after them teach to read across languages and to decline."""
CROSSED_STEPS, CROSSED_RATE = 280, 8e-5
"""Steps and rate of each epoch after the first ones: of 432 steps so many could be done on a busy machine."""
MOVED_BACK = 0.5
"""Share of the way back that the weights go after each epoch after the first ones. As such an epoch leaves them, they
take more near passages about something else for an answer; half-way they do not, and still read across languages
better.
"""
SETS = (
    "training/squad_it", "training/squad_es_v2", "training/arcd",
    *(f"omos_qa/{name}" for name in OMOS_LANGUAGES), *(f"ntrex/{name}" for name in LANGUAGES),
)  # fmt: skip


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa, training and ntrex.")],
    out: Annotated[Path, typer.Option(help="File of the weights; the record is written beside it.")] = WEIGHTS,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the questions.")] = EPOCHS,
    start: Annotated[Path | None, typer.Option(help="Weights to go on from, with their record beside them.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="End each epoch after so many steps, to try it out.")] = None,
) -> None:
    """Train on the public sets' training questions, those held out for calibration left aside."""
    folder = unpack_bundled_model(load_settings().models_dir)
    # In the full precision of the file, whatever type the processor is fastest in.
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    base = {f"encoder.{name}": tensor.clone() for name, tensor in encoder.state_dict().items()}
    torch.manual_seed(SEED)
    model = ReaderModel(encoder)
    done: list[dict[str, object]] = []
    if start:
        model.load_state_dict(changed(base, load_change(str(start))))
        done = json.loads(start.with_suffix(".json").read_text(encoding="utf-8"))["epochs"]
    pairs = PairEncoder(Tokenizer.from_file(str(folder / "tokenizer.json")))
    for epoch in range(len(done), len(done) + epochs):
        done.append(_epoch(model, pairs, data, epoch, steps))
        save_change(change_between(base, model), str(out))
        _write_record(out.with_suffix(".json"), data, done)


def _epoch(model: ReaderModel, pairs: PairEncoder, data: Path, number: int, steps: int | None) -> dict[str, object]:
    """One pass over the questions, `number` counted from 0; returns what the record says of it."""
    first = number < FIRST_EPOCHS
    rate = LEARNING_RATES[number] if first else CROSSED_RATE
    lessons = [lesson_of(example, pairs) for example in _examples(data, number)]
    batches = shuffled_batches(lessons, SEED + number)[: steps or (None if first else CROSSED_STEPS)]
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    curve = []
    for progress in train(model, batches, rate, falling=first):
        print(f"{progress.step}/{progress.steps}", f"{progress.seconds:.0f} s",
              f"pointer {progress.pointer:.3f}", f"evidence {progress.evidence:.3f}", sep="  ", flush=True)  # fmt: skip
        curve.append({name: round(value, 3) for name, value in asdict(progress).items()})
    moved_back = 0.0 if first else MOVED_BACK
    move_back(model, before, moved_back)
    return {
        "seed": SEED + number,
        "examples": len(lessons),
        "batch_tokens": BATCH_TOKENS,
        "learning_rate": rate,
        "moved_back": moved_back,
        "curve": curve,
    }


def _examples(data: Path, number: int) -> list[Example]:
    if number < FIRST_EPOCHS:
        return training_examples(data, SEED + number)
    return crossed_epoch(data, SEED + number, open_embedder(load_settings()))


def _write_record(file: Path, data: Path, epochs: Sequence[dict[str, object]]) -> None:
    record = {
        "embedding_model": BUNDLED_NAME,
        "trained": datetime.now(UTC).date().isoformat(),
        "torch": torch.__version__,
        "data": {name: _hash_of(data / name) for name in SETS},
        "epochs": epochs,
    }
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _hash_of(folder: Path) -> str:
    """SHA-256 of the folder's files, in order of their names."""
    digest = sha256()
    for file in sorted(folder.glob("*.*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
