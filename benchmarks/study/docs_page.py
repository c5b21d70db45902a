"""The part of a page in docs/ that a study writes: its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lrat_rank.files import atomic_file

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"


def write_page(page: Path, lines: Sequence[str]) -> None:
    """Put the tables between the marks of a page, which is otherwise left as it is."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    with atomic_file(page) as temporary:
        whole = f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{tail}"
        Path(temporary).write_text(whole, encoding="utf-8")
