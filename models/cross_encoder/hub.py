"""A trained ranker's folder, sent to the Hugging Face hub."""

from __future__ import annotations

import re
from pathlib import Path

from lrat_rank.errors import InputError

_MUST = "a repository OWNER/NAME of letters, digits, '.', '_' and '-'"


def check_hub_name(name: str) -> None:
    """Refuse what cannot be a repository's name, before hours are spent on what goes there.

    Raises:
        InputError: It is no OWNER/NAME.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name, flags=re.ASCII):
        raise InputError("--push-to-hub", must=_MUST, got=repr(name))


def push_to_hub(folder: Path, name: str) -> str:
    """Upload a ranker's folder as a model repository, which is made where there is none.

    The hub's own settings hold: the account that is logged in, and whether new repositories are
    private.

    Args:
        folder: The ranker's.
        name: "owner/name".

    Returns:
        The repository's address.

    Raises:
        InputError: The hub cannot be reached, or refuses.
    """
    import huggingface_hub

    check_hub_name(name)
    try:
        where = huggingface_hub.create_repo(name, exist_ok=True)
        huggingface_hub.upload_folder(repo_id=name, folder_path=str(folder))
    except Exception as error:  # names, tokens, rights and networks fail in ways of their own
        reason = next(iter(str(error).splitlines()), "").rstrip(".")
        raise InputError(
            "--push-to-hub",
            must="a repository OWNER/NAME that your token may write to",
            got=f"{name!r}: {type(error).__name__}: {reason}",
            do=f"The ranker is in {folder}; log in with: hf auth login, and upload it from there.",
        ) from error
    return str(where)
