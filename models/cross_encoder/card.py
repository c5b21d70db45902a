"""The model card of a trained cross-encoder: README.md in its folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.files import write_lines
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord, TrainingRecord

CARD = "README.md"

_USE = """\
## Use

With first-stage scores, as it was trained to be used:

```
lrat-rank rerank RUN --index INDEX --queries QUERIES --ranker THIS_FOLDER --out RERANKED
```

The learned part alone, as raw logits:

```python
from sentence_transformers import CrossEncoder

scores = CrossEncoder("THIS_FOLDER").predict([("a query", "a document")])
```
"""


def write_card(folder: Path, record: CrossEncoderRecord) -> None:
    """Write the card of a ranker's record into its folder."""
    write_lines(folder / CARD, card(record).rstrip("\n").split("\n"))


def card(record: CrossEncoderRecord) -> str:
    """The card's text: what the model is, how to use it, what it learned from, how good it is."""
    parts = [
        _front(record.training),
        "# Cross-encoder trained by lrat-rank\n",
        _score(record),
        _USE,
    ]
    if record.training is not None:
        parts += [_training(record.training), _figures(record)]
    return "\n".join(parts)


def _front(training: TrainingRecord | None) -> str:
    base = training.options.base if training is not None else ""
    # Only a hub's name means anything to a reader elsewhere.
    known = [f"base_model: {base}"] if "/" in base and not Path(base).exists() else []
    lines = [
        "library_name: sentence-transformers",
        "pipeline_tag: text-ranking",
        "tags: [cross-encoder, reranker, lrat-rank]",
        *known,
    ]
    return "\n".join(["---", *lines, "---", ""])


def _score(record: CrossEncoderRecord) -> str:
    reads = f"It reads a query and a document together, at most {record.max_length} tokens"
    template = f"(query as `{record.template.query}`, document as `{record.template.document}`)."
    if record.anchor is None:
        return f"{reads} {template} Its logit is the score; higher is better.\n"
    return (
        f"{reads} {template} Its logit is what it learned to add to the first stage's score:\n\n"
        f"    score = {record.anchor.scale:.6g} · z + logit\n\n"
        "z is the document's reciprocal-rank-fusion score, standardised over the first stage's "
        f"best {record.anchor.depth} documents of the query. lrat-rank adds it; other libraries "
        "give the logit alone, which orders documents that the first stage thinks equal.\n"
    )


def _training(training: TrainingRecord) -> str:
    base = training.options.base
    if Path(base).exists():
        base = Path(base).name
    told = msgspec.structs.replace(training.options, base=base)
    options = msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
    command = f"```\n{training.command}\n```\n\n" if training.command else ""
    return (
        f"## Training\n\n{command}"
        f"{training.n_lists} labelled lists, {training.n_pairs} query–document pairs, "
        f"{training.steps} steps in {training.seconds:.0f} s, {training.precision}; the weights "
        f"are those of step {training.best_step}. Left out: {training.left_out}. "
        f"{training.shortened_share:.1%} of the pairs lost tokens.\n\n"
        f"```json\n{options}\n```\n"
    )


def _figures(record: CrossEncoderRecord) -> str:
    training = record.training
    assert training is not None
    lines = ["## Figures", "", "| | |", "|---|---|"]
    lines += [f"| loss, first epoch | {training.loss_first:.4f} |"]
    lines += [f"| loss, last epoch | {training.loss_last:.4f} |"]
    found = training.validation
    if found is not None:
        lines += [
            f"| validation lists | {found.n_lists} |",
            f"| nDCG@10, first stage | {found.ndcg_first_stage:.4f} |",
            f"| nDCG@10, before training | {found.ndcg_before:.4f} |",
            f"| nDCG@10, trained | {found.ndcg_after:.4f} |",
        ]
    if record.gate is not None:
        lines += [f"| gate | {record.gate} |"]
    return "\n".join([*lines, ""])
