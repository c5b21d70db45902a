#!/usr/bin/env bash
# The whole way on six real agent runs: labels, index, rankers, runs, measures, search tool.
#
#   examples/real-trajectories.sh [DATA] [OUT]
#
# DATA holds lrat/ (run JSON) and lrat-corpus.jsonl. Six runs are enough to see every step work and
# far too few to judge a ranker by: the figures below are of lists the rankers were trained on.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data/trajectories}
out=${2:-runs/real-trajectories}
if [ ! -d "$data/lrat" ]; then
    echo "skipped: the real trajectories are not here ($data/lrat)"
    exit 0
fi
export PATH="$PWD/.venv/bin:$PATH"
mkdir -p "$out"
step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

step lrat-rank mine "$data/lrat" --corpus "$data/lrat-corpus.jsonl" --out "$out/labels.jsonl"
step lrat-rank validate "$out/labels.jsonl"
step lrat-rank analyze "$data/lrat" "$data/react" --out "$out/report"

step lrat-rank index "$data/lrat-corpus.jsonl" --out "$out/index"
step lrat-rank train lightgbm "$out/labels.jsonl" --index "$out/index" --out "$out/lightgbm"
step lrat-rank train cross-encoder "$out/labels.jsonl" --index "$out/index" \
    --out "$out/cross-encoder" --epochs 1
step lrat-rank cascade "$out/lightgbm" "$out/cross-encoder" --out "$out/cascade"
step lrat-rank retrieve "$out/index" "$out/labels.jsonl" --stage hybrid -k 50 --out "$out/hybrid.run"
for ranker in lightgbm cross-encoder cascade; do
    step lrat-rank rerank "$out/hybrid.run" --index "$out/index" --queries "$out/labels.jsonl" \
        --ranker "$out/$ranker" --out "$out/$ranker.run"
done
step lrat-rank export "$out/labels.jsonl" --to qrels --out "$out/labels.qrels"
step lrat-rank evaluate "$out/labels.qrels" "$out"/{hybrid,lightgbm,cross-encoder,cascade}.run \
    --baseline "$out/hybrid.run" --measures "nDCG@10 RR@10" --out "$out/evaluation.json"

# What LRAT's own builder makes of the same runs.
step lrat-rank mine "$data/lrat" --corpus "$data/lrat-corpus.jsonl" --policy reference \
    --judge none --tokenizer whitespace --judge-audit 20 --out "$out/reference.jsonl"
step lrat-rank export "$out/reference.jsonl" --to lrat-train --corpus "$data/lrat-corpus.jsonl" \
    --out "$out/lrat-train.jsonl"

# Lists of one trajectory merged under its question, and a split that never cuts a question.
step lrat-rank merge "$out/labels.jsonl" --by session --out "$out/sessions.jsonl"
step lrat-rank split "$out/labels.jsonl" --out "$out/parts"

# An agent's client asks the search tool; the log of its session is mined like any other run.
step python examples/mcp_client.py "Soviet republic Tajik autonomous" -- \
    --index "$out/index" --ranker "$out/cascade" --log "$out/sessions"
step lrat-rank mine "$out/sessions" --judge none --out "$out/served.jsonl"
printf '\nEverything is in %s\n' "$out"
