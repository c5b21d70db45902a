"""What every page of ours shares: one HTML file that loads nothing and runs only its own script.

Templates escape all they are given. The page's policy names its script and its style by their
hashes, so nothing that a log, a run or a corpus holds can run or style anything.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from lrat_rank.analysis import charts

PACKAGE = "lrat_rank.analysis"
FRAME = {
    "width": charts.WIDTH,
    "height": charts.HEIGHT,
    "left": charts.LEFT,
    "right": charts.RIGHT,
    "top": charts.TOP,
    "bottom": charts.BOTTOM,
}
"""The frame of a chart, for the template that draws it."""


def environment(*packages: str) -> Environment:
    """The templates of `packages`, then those of this one: `charts.html.jinja` draws charts."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(name, "templates") for name in (*packages, PACKAGE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(name: str, package: str = PACKAGE) -> str:
    """The text of a style sheet or script among a package's templates."""
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def security_policy(script: str, style: str) -> str:
    """The content policy that lets this script and this style run, and nothing else.

    >>> security_policy("", "")[:67]
    "default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRk"
    """
    return (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
