"""The model card of a dense retriever: what it is, what it learned from, what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.dense.record import DenseRecord
from lrat_rank.models.offline import OFFLINE
from lrat_rank.models.verdict import Verdict

_BASE_NAMES = {OFFLINE: "sentence-transformers/all-MiniLM-L6-v2"}

_OUTCOMES = {
    Verdict.PASSED: "It is at least as good as its base on lists it did not train on.",
    Verdict.FAILED: "Training made it worse on lists it did not train on, so these are the weights "
    "of the base, unchanged.",
    Verdict.NOT_RUN: "There were no lists to tell whether it is better than its base.",
}


def write_card(folder: Path, record: DenseRecord) -> None:
    """Write `README.md` into a dense retriever's folder."""
    (folder / "README.md").write_text(card(record), encoding="utf-8")


def card(record: DenseRecord) -> str:
    """The card, Markdown with the head the Hugging Face hub reads."""
    base = _BASE_NAMES.get(record.options.base, record.options.base)
    return f"""---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: {base}
tags:
- sentence-transformers
- lrat-rank
- agentic-search
---

# Dense retriever trained on what search agents did

{base}, fine-tuned by weighted InfoNCE on documents that search agents opened and used.
{_OUTCOMES[record.gate]}

## Use

```python
from sentence_transformers import SentenceTransformer

vectors = SentenceTransformer(FOLDER).encode(["a query", "a document"], normalize_embeddings=True)
```

Queries and documents are encoded alike; a document is its title and its text with a blank between
them, cut at {record.max_length} tokens. Similarity is the cosine.

## Data

| | |
|---|---|
{_rows(_data(record))}

## Training

| | |
|---|---|
{_rows(_training(record))}

```sh
{command(record.options)}
```
"""


def command(options: DenseOptions) -> str:
    """The command line that trains with these options; defaults are left out.

    >>> command(DenseOptions(epochs=3, in_batch=False))
    'lrat-rank train dense LABELS --index INDEX --out FOLDER --epochs 3 --no-in-batch'
    """
    words = ["lrat-rank train dense LABELS --index INDEX --out FOLDER"]
    defaults = DenseOptions()
    for name in msgspec.structs.fields(DenseOptions):
        value = getattr(options, name.name)
        option = name.name.replace("_", "-")
        if value == getattr(defaults, name.name):
            continue
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            words.append(f"--{option} {getattr(value, 'name', value)}")
    return " ".join(words)


def _data(record: DenseRecord) -> dict[str, Any]:
    left_out = msgspec.structs.asdict(record.left_out)
    return {
        "lists (searches of agents)": record.n_lists,
        "groups (questions)": record.n_groups,
        "examples (query and used document)": record.n_examples,
        "documents": record.n_documents,
        "candidates spared as possible false negatives": record.spared,
        **{name.replace("_", " "): count for name, count in left_out.items()},
        "index of the documents": record.index or "none",
    }


def _training(record: DenseRecord) -> dict[str, Any]:
    rows: dict[str, Any] = {
        "steps": record.steps,
        "seconds": f"{record.seconds:.0f}",
        "precision": record.precision,
        "loss of each epoch": " ".join(f"{loss:.4f}" for loss in record.losses),
    }
    found = record.validation
    if found:
        epochs = " ".join(f"{value:.4f}" for value in found.ndcg_epochs)
        rows |= {
            "validation lists": f"{found.n_lists} ({'held out' if found.held_out else 'given'})",
            "validation nDCG@10 before": f"{found.ndcg_before:.4f}",
            "after each epoch": epochs,
            "of this encoder": f"{found.ndcg_after:.4f}",
        }
    return rows | {"gate": record.gate.value}


def _rows(rows: dict[str, Any]) -> str:
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())
