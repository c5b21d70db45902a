"""A small collection, agent runs over it, and a tiny checkpoint: what the whole way needs."""

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

TOPICS = ("harbour", "poet", "violin", "glacier", "comet", "orchid", "salt", "loom", "eel", "bell")


def write_corpus(path: Path) -> Path:
    """Two pages a topic: the one that tells, and a short one that does not."""
    with path.open("w") as out:
        for topic in TOPICS:
            told = f"The {topic} was first described by an engineer who wrote of every {topic}."
            out.write(json.dumps({"_id": topic, "title": topic.title(), "text": told}) + "\n")
            out.write(json.dumps({"_id": f"{topic}-stub", "text": f"See {topic}."}) + "\n")
    return path


def run_json(query_id: str, topic: str) -> dict[str, object]:
    """One agent run: a search that shows three pages, the telling one opened and used."""
    shown = [f"{topic}-stub", topic, f"{TOPICS[TOPICS.index(topic) - 1]}-stub"]
    hits = [
        {"docid": doc_id, "score": 1.0 / (n + 1), "snippet": doc_id}
        for n, doc_id in enumerate(shown)
    ]
    thought = "This gives exactly what I need: " + "the engineer is named here, " * (len(topic) + 1)
    return {
        "metadata": {"model": "test-agent"},
        "query_id": query_id,
        "query": f"Who first described the {topic}?",
        "status": "completed",
        "result": [
            tool_call("search", {"query": f"first described {topic}"}, json.dumps(hits)),
            tool_call("get_document", {"docid": topic}, f"Document {topic}:\ntext"),
            {"type": "reasoning", "output": thought},
            tool_call("search", {"query": "something else"}, "[]"),
            {"type": "output_text", "output": "An engineer."},
        ],
    }


def tool_call(name: str, arguments: dict[str, str], output: str) -> dict[str, object]:
    return {
        "type": "tool_call",
        "tool_name": name,
        "arguments": json.dumps(arguments),
        "output": output,
    }


def write_runs(folder: Path) -> Path:
    folder.mkdir()
    for number, topic in enumerate(TOPICS):
        (folder / f"{number}.json").write_text(json.dumps(run_json(str(number), topic)))
    return folder


def write_queries(path: Path) -> Path:
    path.write_text("".join(f"{topic}\twho described the {topic}\n" for topic in TOPICS))
    return path


def write_qrels(path: Path) -> Path:
    path.write_text("".join(f"{topic} 0 {topic} 1\n" for topic in TOPICS))
    return path


def write_checkpoint(folder: Path) -> Path:
    """A random one-layer encoder over the words of the corpus."""
    torch.manual_seed(0)
    words = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    extra = [
        "the",
        "was",
        "first",
        "described",
        "by",
        "an",
        "engineer",
        "who",
        "wrote",
        "of",
        "every",
        "see",
    ]
    vocabulary = {word: n for n, word in enumerate([*sorted(words), *extra, *TOPICS])}
    BertTokenizerFast(vocab=vocabulary, model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder
