"""An index made again with another encoder; its corpus is not analysed again."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, read_json, refuse_inputs, write_json
from lrat_rank.models.first_stage.index import MANIFEST, Index, write_vectors
from lrat_rank.models.offline import checkpoint

_WITHOUT_ENCODER = ("documents.arrow", "forward", "bm25")
"""The parts of an index folder that no encoder has a say in."""


def reindex(folder: Path | str, encoder: str, out: Path | str) -> Index:
    """Write an index of the same documents whose vectors come from another encoder.

    Documents, term statistics and BM25 columns are copied; whatever an encoder makes is made anew,
    so the new folder answers as one that `Index.build` makes of the corpus with that encoder.

    Args:
        folder: The index to start from, with or without vectors.
        encoder: "offline", a checkpoint folder, or a hub name.
        out: Folder to write; an index that stands there is replaced.

    Raises:
        InputError: The folder is no index, the encoder is none, or `out` holds something else.
    """
    refuse_inputs(out, folder, encoder)
    if not encoder.strip() or encoder == "none":
        must = "offline, a checkpoint folder, or a hub name"
        raise InputError("encoder", must=must, got=repr(encoder))
    checkpoint(encoder)
    index = Index.load(folder)
    options = msgspec.structs.replace(index.options, encoder=encoder)
    with atomic_folder(out, marker=MANIFEST) as new:
        for name in _WITHOUT_ENCODER:
            part = index.folder / name
            if part.is_dir():
                shutil.copytree(part, new / name)
            elif part.exists():
                shutil.copy2(part, new / name)
        write_vectors(index.documents(index.doc_ids), new, options)
        manifest = read_json(index.folder / MANIFEST, "index manifest")
        write_json(new / MANIFEST, manifest | {"options": msgspec.to_builtins(options)})
    return Index.load(out)
