"""A trained ranker's folder, sent to the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path


def push_to_hub(folder: Path, name: str) -> str:
    """Upload a ranker's folder as a model repository, which is made where there is none.

    The hub's own settings hold: the account that is logged in, and whether new repositories are
    private.

    Args:
        folder: The ranker's.
        name: "owner/name".

    Returns:
        The repository's address.
    """
    import huggingface_hub

    where = huggingface_hub.create_repo(name, exist_ok=True)
    huggingface_hub.upload_folder(repo_id=name, folder_path=str(folder))
    return str(where)
