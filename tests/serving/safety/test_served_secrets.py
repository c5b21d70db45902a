"""A real server keeps its token to itself, and asks for one where other machines reach it."""

import httpx
import pytest
from served_process import free_port, serving, write_index

from lrat_rank.cli.app import run

SECRET = "open-sesame-0123456789"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return write_index(tmp_path_factory.mktemp("secrets") / "index")


def test_neither_standard_error_nor_the_search_log_holds_the_token(index, tmp_path, monkeypatch):
    monkeypatch.setenv("LRAT_RANK_TOKEN", SECRET)
    log = tmp_path / "log"
    with serving(index, "--log", str(log)) as server:
        shown = {"Authorization": f"Bearer {SECRET}"}
        with httpx.Client(base_url=server.address, timeout=60) as client:
            asked = {"query": "poet glacier", "session_id": "s"}
            assert client.post("/search", json=asked, headers=shown).status_code == 200
            statuses = [
                client.get(f"/documents/02?token={SECRET}&session_id=s", headers=shown),
                client.get(f"/documents/token={SECRET}", headers=shown),
                client.get(f"/documents/02?api_key={SECRET}"),
                client.post("/search", json=asked, headers={"Authorization": f"Basic {SECRET}"}),
                client.post("/search?access_token=" + SECRET, content=b"{", headers=shown),
                client.post("/admin/reload", headers=shown),
            ]
        assert [one.status_code for one in statuses] == [200, 404, 401, 401, 415, 409]
        assert all(SECRET not in one.text for one in statuses)
        assert all(SECRET not in str(one.headers) for one in statuses)
        assert server.stop() == 0
    assert len(server.said) >= 7
    assert SECRET not in "".join(server.said)
    [written] = [path.read_text() for path in log.iterdir()]
    assert "poet glacier" in written
    # An agent that asks for a document of that name has put it there itself.
    lines = [line for line in written.splitlines() if f'"token={SECRET}"' not in line]
    assert SECRET not in "".join(lines)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
@pytest.mark.parametrize("spoken", [["--http"], ["--mcp", "http"]])
def test_a_public_bind_without_a_token_is_refused_before_anything_is_opened(
    index, capsys, monkeypatch, host, spoken
):
    monkeypatch.delenv("LRAT_RANK_TOKEN", raising=False)
    told = ["serve", "--index", str(index), *spoken, "--host", host, "--port", str(free_port())]
    assert run(told) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "A public bind needs a token" in line
