"""Folders of indexes and rankers are data: a pickle or a module planted in one is never run."""

import ast
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from served_process import write_index
from tiny_bert import write_tiny_bert

from lrat_rank.errors import InputError
from lrat_rank.models.first_stage import Index, IndexOptions
from lrat_rank.serving.backend import BackendOptions, open_backend

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("lrat_rank", "features", "models", "eval")
UNPICKLING = {"pickle", "cPickle", "dill", "joblib", "shelve", "cloudpickle", "marshal"}


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self):
        return Path.touch, (self._trace,)


@pytest.fixture
def trace(tmp_path):
    found = tmp_path / "it-ran"
    pickle.loads(pickle.dumps(Bomb(found)))
    assert found.exists(), "the bomb does not work"
    found.unlink()
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pickles")
    words = ["poet", "wrote", "of", "the", "harbour", "violin"]
    index = write_index(folder / "index", options=IndexOptions(encoder="none"))
    return index, write_tiny_bert(folder / "ranker", words, logits=1)


@pytest.fixture
def folders(whole, tmp_path):
    index, ranker = whole
    return shutil.copytree(index, tmp_path / "index"), shutil.copytree(ranker, tmp_path / "ranker")


PLANTED = [
    "model.pkl",
    "ranker.joblib",
    "training_args.bin",
    "optimizer.pt",
    "pytorch_model.bin",
    "calibration.pkl",
    "index.pkl",
    "vocab.pickle",
    "modules.dill",
]


def test_pickles_beside_what_is_read_are_left_alone(folders, trace):
    index, ranker = folders
    for folder in (index, ranker, index / "bm25", index / "forward"):
        for name in PLANTED:
            (folder / name).write_bytes(pickle.dumps(Bomb(trace)))
    service = open_backend(BackendOptions(index=index, ranker=ranker))
    assert service.tool.search("poet of the harbour")
    service.close()
    assert not trace.exists()


def test_weights_that_are_a_pickle_are_refused_and_not_run(folders, trace):
    index, ranker = folders
    weights = load_file(ranker / "model.safetensors")
    (ranker / "model.safetensors").unlink()
    torch.save({**weights, "bomb": Bomb(trace)}, ranker / "pytorch_model.bin")
    with pytest.raises(InputError):
        open_backend(BackendOptions(index=index, ranker=ranker))
    assert not trace.exists()


def test_a_pickle_under_the_name_of_weights_is_refused_and_not_run(folders, trace):
    index, ranker = folders
    (ranker / "model.safetensors").write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(InputError):
        open_backend(BackendOptions(index=index, ranker=ranker))
    assert not trace.exists()


def arrays(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.npy"))


def test_arrays_that_hold_pickles_are_refused_and_not_run(folders, trace):
    index, _ = folders
    names = arrays(index)
    assert len(names) > 8
    for name in names:
        path = index / name
        kept = path.read_bytes()
        np.save(path, np.array([Bomb(trace)], dtype=object), allow_pickle=True)
        with pytest.raises(InputError):
            open_backend(BackendOptions(index=index))
        path.write_bytes(pickle.dumps(Bomb(trace)))
        with pytest.raises(InputError):
            open_backend(BackendOptions(index=index))
        path.write_bytes(kept)
    open_backend(BackendOptions(index=index)).close()
    assert not trace.exists()


def test_code_that_a_checkpoint_brings_is_not_run(folders, trace):
    index, ranker = folders
    (ranker / "planted.py").write_text(
        f"import pathlib\npathlib.Path({str(trace)!r}).touch()\n"
        "from transformers import BertForSequenceClassification as Planted\n"
        "from transformers import BertConfig as PlantedConfig\n"
    )
    config = json.loads((ranker / "config.json").read_text())
    config["auto_map"] = {
        "AutoConfig": "planted.PlantedConfig",
        "AutoModelForSequenceClassification": "planted.Planted",
    }
    (ranker / "config.json").write_text(json.dumps(config))
    open_backend(BackendOptions(index=index, ranker=ranker)).close()
    config["model_type"] = "planted"
    (ranker / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError):
        open_backend(BackendOptions(index=index, ranker=ranker))
    assert not trace.exists()


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def unpickling(tree: ast.AST):
    """What in a module reads pickles: imports, and calls that read them unless told not to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.split(".")[0] in UNPICKLING)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNPICKLING:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            called, told = ast.unparse(node.func), {one.arg: one.value for one in node.keywords}
            safe = {"np.load": ("allow_pickle", False), "torch.load": ("weights_only", True)}
            if called in safe:
                name, value = safe[called]
                if name not in told or ast.unparse(told[name]) != str(value):
                    yield called
            remote = told.get("trust_remote_code")
            if remote is not None and ast.unparse(remote) != "False":
                yield f"{called} with code of others"


def test_no_module_reads_pickles():
    found = {str(path.relative_to(ROOT)): list(unpickling(tree)) for path, tree in modules()}
    assert len(found) > 200
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
    ],
)
def test_the_search_finds_what_it_is_there_to_find(line):
    assert list(unpickling(ast.parse(line)))


def test_an_index_loads_without_leave_to_unpickle(whole, monkeypatch):
    def refused(*_, **__):
        raise AssertionError("something was unpickled")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refused)
    index = Index.load(whole[0])
    assert index.retrieve({"q": "poet harbour"}, "bm25").rankings["q"]
