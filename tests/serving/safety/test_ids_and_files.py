"""What clients send is never the name of a file, whatever it looks like."""

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator

import httpx
import pytest
from http_server import SharedWords, backend, running
from served_process import search, write_index

from lrat_rank.errors import InputError
from lrat_rank.models.first_stage import Index
from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.text_scores import RerankService

WATCHED = ("open", "os.", "glob.", "shutil.", "pathlib.", "import", "subprocess.", "socket.getaddr")
HOSTILE = [
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "/etc/passwd",
    "//etc//passwd",
    "file:///etc/passwd",
    "C:\\windows\\win.ini",
    "..\\..\\etc\\passwd",
    "manifest.json",
    "documents.arrow",
    "00%00.txt",
    "%00",
    "~root/.ssh/id_rsa",
    "$HOME",
    "`id`",
    "00\u202e",
    "con",
    "." * 500,
]
_SEEN: list[tuple[str, str]] = []
_LOOKING = threading.Event()


def _watch(event: str, arguments: tuple) -> None:
    if _LOOKING.is_set() and event.startswith(WATCHED):
        _SEEN.append((event, str(arguments[0]) if arguments else ""))


sys.addaudithook(_watch)  # it cannot be taken away again, only told not to look


@contextlib.contextmanager
def what_is_touched() -> Iterator[list[tuple[str, str]]]:
    """Files, folders, modules and processes that anything in this process asks the system for."""
    _SEEN.clear()
    _LOOKING.set()
    try:
        yield _SEEN
    finally:
        _LOOKING.clear()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    journal = Journal(folder / "log")
    index = Index.load(write_index(folder / "index"))
    service = Backend(
        SearchTool(Engine(index), log=None),
        RerankService(lambda: None),
        journal=journal,
        closers=(journal.close,),
    )
    with running(service) as address, httpx.Client(base_url=address, timeout=60) as client:
        # What the first request loads is not what a hostile one reaches.
        assert search(address, "poet", session_id="first").status_code == 200
        assert client.get("/documents/02?session_id=first").status_code == 200
        assert client.get("/documents/99").status_code == 404
        reranked = client.post("/v2/rerank", json={"query": "a", "documents": ["b"]})
        assert reranked.status_code == 400
        yield client, folder


@pytest.mark.parametrize("doc_id", HOSTILE, ids=range(len(HOSTILE)))
def test_a_document_id_is_looked_up_in_the_index_alone(served, doc_id):
    client, folder = served
    with what_is_touched() as touched:
        reply = client.get(httpx.URL(f"{client.base_url}", raw_path=raw(f"/documents/{doc_id}")))
    assert reply.status_code in (404, 422)
    assert "root:" not in reply.text
    assert [path for _, path in touched if not path.startswith(str(folder / "log"))] == []


def test_the_tool_that_all_servers_call_looks_ids_up_in_the_index_alone(served):
    tool = SearchTool(Engine(Index.load(served[1] / "index")))
    assert tool.get_document("02") is not None
    with what_is_touched() as touched:
        assert [tool.get_document(doc_id) for doc_id in HOSTILE] == [None] * len(HOSTILE)
    assert touched == []


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_session_a_query_and_a_model_name_no_file(served, name):
    client, folder = served
    with what_is_touched() as touched:
        asked = {"query": f"poet {name}", "session_id": name[:128], "question": name}
        found = client.post("/search", json=asked)
        client.get("/documents/02", params={"session_id": name[:128], "reasoning": name})
        client.post("/v2/rerank", json={"query": name, "documents": [name], "model": name})
    assert found.status_code in (200, 422)
    assert [path for _, path in touched if not path.startswith(str(folder / "log"))] == []
    written = {path.name for path in folder.rglob("*") if path.parent.name == "log"}
    assert all(one.startswith("journal-") and one.endswith(".jsonl") for one in written)
    assert {path.name for path in folder.iterdir()} == {"log", "index"}


def test_an_id_of_a_megabyte_is_refused_by_every_way_in(served):
    client, _ = served
    longest = "x" * 1_000_000
    with pytest.raises(InputError, match="1,024 characters"):
        SearchTool(Engine(Index.load(served[1] / "index"))).get_document(longest)
    # Over HTTP it does not even fit into a request's head.
    with socket.create_connection((client.base_url.host, client.base_url.port), 60) as connection:
        with contextlib.suppress(ConnectionError):  # closed while it is sent
            connection.sendall(f"GET /documents/{longest} HTTP/1.1\r\n".encode())
        reply = b""
        with contextlib.suppress(ConnectionError):
            reply = connection.recv(65536)
    assert not reply or reply.startswith(b"HTTP/1.1 4")
    assert client.get("/documents/" + "x" * 2000).status_code == 422
    assert client.post("/search", json={"query": "a", "session_id": longest}).status_code == 422
    assert client.get("/documents/02").status_code == 200


def test_the_watch_sees_what_a_careless_route_would_do(tmp_path):
    with what_is_touched() as touched, contextlib.suppress(OSError):
        (tmp_path / ".." / "passwd").read_text()
    assert any("passwd" in path for _, path in touched)


def test_no_route_lists_or_sends_files():
    with running(backend(SharedWords())) as address:
        for path in ("/static/../app.py", "/docs", "/redoc", "/favicon.ico", "/.env", "/index"):
            assert httpx.get(address + path).status_code == 404


def raw(path: str) -> bytes:
    """A path as it is, with what no request may hold written in percent."""
    return b"".join(
        bytes([one]) if 0x21 <= one < 0x7F else b"%%%02X" % one for one in path.encode()
    )
