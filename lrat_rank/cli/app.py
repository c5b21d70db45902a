"""`lrat-rank COMMAND`: the commands, and how their errors reach people.

A command is a function in a module of its own that reads options, calls one operation of
`lrat_rank.pipeline` (or `eval`, `serving`) and prints its result. Command modules import heavy
libraries only inside the function, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from lrat_rank.cli.agent import agent
from lrat_rank.cli.agent_run import agent_run
from lrat_rank.cli.agent_score import agent_score
from lrat_rank.cli.analyze import analyze
from lrat_rank.cli.calibrate import calibrate
from lrat_rank.cli.cascade import cascade
from lrat_rank.cli.console import complain
from lrat_rank.cli.demo import demo
from lrat_rank.cli.evaluate import evaluate
from lrat_rank.cli.explain import explain
from lrat_rank.cli.export import TARGETS, export, import_labels
from lrat_rank.cli.flywheel import flywheel
from lrat_rank.cli.guard import guard
from lrat_rank.cli.importance import importance
from lrat_rank.cli.index import index
from lrat_rank.cli.judge_agreement import judge_agreement
from lrat_rank.cli.mine import mine
from lrat_rank.cli.quality import merge, split, validate
from lrat_rank.cli.reindex import reindex
from lrat_rank.cli.replay import replay
from lrat_rank.cli.retrieve import rerank, retrieve
from lrat_rank.cli.runs import convert, fuse, inspect
from lrat_rank.cli.serve import serve
from lrat_rank.cli.simulate import simulate
from lrat_rank.cli.stack import stack
from lrat_rank.cli.train import train
from lrat_rank.cli.train_cross_encoder import cross_encoder
from lrat_rank.cli.train_dense import dense
from lrat_rank.cli.train_lightgbm import lightgbm
from lrat_rank.cli.warm_up import warm_up
from lrat_rank.errors import LratRankError

app = typer.Typer(
    name="lrat-rank",
    help="Rerankers trained on what search agents did: mine labels, train, score, serve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Rerankers trained on what search agents did: mine labels, train, score, serve."""


app.command()(demo)
app.command()(mine)
app.command()(analyze)
app.command()(judge_agreement)
app.command(epilog=TARGETS)(export)
app.command("import")(import_labels)
app.command()(validate)
app.command()(merge)
app.command()(split)
app.command()(index)
app.command()(reindex)
train.command()(lightgbm)
train.command("cross-encoder")(cross_encoder)
train.command()(stack)
train.command()(dense)
app.add_typer(train, name="train")
app.command()(importance)
app.command("warm-up")(warm_up)
app.command()(cascade)
app.command()(guard)
app.command()(calibrate)
app.command()(explain)
app.command()(retrieve)
app.command()(rerank)
app.command()(replay)
app.command()(fuse)
app.command()(convert)
app.command()(inspect)
app.command()(evaluate)
app.command()(simulate)
app.command()(flywheel)
app.command()(serve)
agent.command("run")(agent_run)
agent.command("score")(agent_score)
app.add_typer(agent, name="agent")


def main() -> None:
    """Run the command line: exit 0 when done, 2 when the input is wrong, 1 when we are."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code."""
    debug = "--debug" in arguments  # taken before or after the command's name
    words = [word for word in arguments if word != "--debug"] or ["--help"]
    try:
        code = typer.main.get_command(app).main(words, "lrat-rank", standalone_mode=False)
    except typer.Abort:
        return complain("Stopped.", code=130)
    except TyperException as error:
        command = getattr(getattr(error, "ctx", None), "command_path", "lrat-rank")
        told = error.format_message()
        stop = "" if told.endswith((".", "?")) else "."
        return complain(f"{told}{stop} Run: {command} --help", code=2)
    except LratRankError as error:
        if debug:
            raise
        return complain(str(error), code=2)
    except BrokenPipeError:
        return 0
    except Exception as error:
        if debug:
            raise
        return complain(
            f"{type(error).__name__}: {error}. This is a fault of lrat-rank; "
            "run it again with --debug and report what it prints.",
            code=1,
        )
    return code if isinstance(code, int) else 0
