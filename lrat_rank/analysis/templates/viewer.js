// The viewer of runs. Log text only ever becomes text nodes, never markup.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const STATES = {
    relevant: "relevant", rejected: "rejected", skipped: "skipped",
    already_read: "already read", unjudged: "unjudged",
  };
  const FOLDED_FROM = 300, START_LENGTH = 170, LONG_QUESTION = 400;

  function element(tag, style, ...children) {
    const made = document.createElement(tag);
    if (style) made.className = style;
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  }

  function logText(tag, style, text) {
    const made = element(tag, style, text);
    made.dir = "auto";
    return made;
  }

  // ---- runs

  const data = byId("data");
  if (!data) return;
  const runs = JSON.parse(data.textContent).map((run) => ({ steps: 0, turns: [], ...run }));
  const list = byId("list"), filter = byId("filter"), outcome = byId("outcome");
  const article = byId("run"), matches = byId("matches");
  let visible = runs, chosen = null;

  const textOf = (view) => (view && view.text) || "";
  const searchable = runs.map((run) => [
    run.trajectory_id, textOf(run.question), run.agent, run.status,
    ...run.turns.flatMap((turn) => [
      turn.kind === "search" ? textOf(turn.text) : "",
      ...(turn.documents || []).map((document) => document.doc_id),
    ]),
  ].join("\n").toLowerCase());

  function strip(run, style) {
    const bar = element("div", "turns-strip " + style);
    bar.setAttribute("aria-hidden", "true");
    for (const turn of run.turns) {
      const state = turn.kind === "browse" ? " " + ((turn.documents || [])[0] || {}).state : "";
      bar.append(element("i", turn.kind + state));
    }
    return bar;
  }

  function counted(number, one, many) { return `${number.toLocaleString("en")} ${number === 1 ? one : many}`; }

  function fillList() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    visible = runs.filter((run, n) =>
      (!outcome.value || run.outcome === outcome.value) && words.every((word) => searchable[n].includes(word)));
    list.replaceChildren(...visible.map((run) => {
      const asked = logText("span", "asked", textOf(run.question) || "(no question in the log)");
      const id = logText("span", "", run.trajectory_id);
      const item = element("li", "", asked,
        element("span", "about", id, element("span", "outcome " + run.outcome, run.outcome), counted(run.steps, "step", "steps")),
        strip(run, ""));
      item.id = "choose-" + runs.indexOf(run);
      item.setAttribute("role", "option");
      item.addEventListener("click", () => choose(run));
      return item;
    }));
    matches.textContent = visible.length ? `${visible.length} of ${counted(runs.length, "run", "runs")}` : "No run matches.";
    markChosen();
  }

  function markChosen() {
    list.removeAttribute("aria-activedescendant");
    for (const item of list.children) {
      const own = chosen !== null && item.id === "choose-" + runs.indexOf(chosen);
      item.setAttribute("aria-selected", String(own));
      if (own) {
        list.setAttribute("aria-activedescendant", item.id);
        const above = item.offsetTop - list.offsetTop;
        if (above < list.scrollTop) list.scrollTop = above - 4;
        const below = above + item.offsetHeight - list.clientHeight;
        if (below > list.scrollTop) list.scrollTop = below + 4;
      }
    }
  }

  function addressOf(run, turn) {
    return "#run=" + encodeURIComponent(run.trajectory_id) + (turn === undefined ? "" : "&turn=" + (turn + 1));
  }

  function choose(run, turn) {
    chosen = run;
    try { history.replaceState(null, "", addressOf(run, turn)); } catch { /* some hosts forbid it */ }
    show(run);
    markChosen();
    if (turn !== undefined) goTo(turn);
  }

  function goTo(turn) {
    for (const old of article.querySelectorAll(".here")) old.classList.remove("here");
    const place = byId("turn-" + (turn + 1));
    if (place) {
      place.classList.add("here");
      place.scrollIntoView({ block: "start" });
    }
  }

  function step(by) {
    if (!visible.length) return;
    const at = visible.indexOf(chosen);
    const to = at < 0 ? 0 : Math.min(visible.length - 1, Math.max(0, at + by));
    choose(visible[to]);
  }

  list.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5, Home: -runs.length, End: runs.length };
    if (event.key in moves) {
      event.preventDefault();
      step(moves[event.key]);
    } else if (event.key === "Enter") {
      article.focus();
    }
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      list.focus();
      if (!visible.includes(chosen)) step(0);
    }
  });
  filter.addEventListener("input", fillList);
  outcome.addEventListener("change", fillList);
  window.addEventListener("hashchange", () => followAddress());

  // ---- one run

  function cutNote(view) {
    return view.cut ? element("span", "cut", ` … ${counted(view.cut, "more character is", "more characters are")} not in this page.`) : null;
  }

  function folded(view) {
    const text = textOf(view);
    if (text.length + (view.cut || 0) <= FOLDED_FROM) {
      const whole = logText("p", "text", text);
      if (view.cut) whole.append(cutNote(view));
      return whole;
    }
    const start = logText("span", "start", text.slice(0, START_LENGTH).replace(/\s+/g, " ") + "… ");
    const more = element("span", "more");
    const all = logText("p", "text", text);
    if (view.cut) all.append(cutNote(view));
    const details = element("details", "", element("summary", "", start, more), all);
    const name = () => { more.textContent = details.open ? "show less" : `show all ${counted(text.length, "character", "characters")}`; };
    details.addEventListener("toggle", name);
    name();
    return details;
  }

  function badge(document) {
    return document.state
      ? element("span", "badge " + document.state, STATES[document.state] || document.state)
      : element("span", "badge none", "no label");
  }

  function gain(document) {
    return document.gain === undefined || document.gain === null ? null : element("span", "gain", "gain " + document.gain.toFixed(2));
  }

  function head(document) {
    return element("div", "head", logText("span", "doc", document.doc_id), badge(document), gain(document),
      document.why ? logText("span", "why", document.why) : null);
  }

  function hit(document) {
    const snippet = textOf(document.text) ? logText("p", "snippet", textOf(document.text)) : null;
    if (snippet && document.text.cut) snippet.append("…");
    return element("li", "hit " + (document.state || ""), element("span", "rank", String(document.rank)), element("div", "", head(document), snippet));
  }

  function opened(document) {
    const came = document.text && textOf(document.text) ? element("details", "", element("summary", "", "What came back"), logText("p", "text", textOf(document.text))) : null;
    if (came && document.text.cut) came.lastChild.append(cutNote(document.text));
    return element("li", "hit", element("span", "rank", "→"), element("div", "", head(document), came));
  }

  function hits(documents) {
    const list = element("ul", "hits", ...documents.map(hit));
    if (!documents.some((one) => textOf(one.text))) return [list];
    const button = element("button", "link", "");
    button.type = "button";
    const unfold = (whole) => {
      list.classList.toggle("whole", whole);
      button.setAttribute("aria-expanded", String(whole));
      button.textContent = whole ? "Shorten the snippets" : "Show the whole snippets";
    };
    button.addEventListener("click", () => unfold(!list.classList.contains("whole")));
    list.addEventListener("unfold", (event) => unfold(event.detail));
    unfold(false);
    return [list, button];
  }

  const KINDS = { search: "search", browse: "open", reasoning: "reasoning", answer: "answer", other: "other call" };

  function turnItem(run, turn) {
    const number = element("a", "number", "turn " + (turn.turn + 1));
    number.href = addressOf(run, turn.turn);
    const heading = element("h4", "", element("span", "kind", KINDS[turn.kind]), number);
    if (turn.seconds !== undefined && turn.seconds !== null) heading.append(element("span", "note", `at ${turn.seconds.toFixed(1)} s`));
    for (const note of turn.notes || []) heading.append(logText("span", "note", note));
    const item = element("li", "turn " + turn.kind, heading);
    item.id = "turn-" + (turn.turn + 1);
    if (turn.kind === "search") {
      item.append(logText("p", "text query", textOf(turn.text) || "(no query in the log)"));
      if (turn.documents) item.append(...hits(turn.documents));
      else item.append(element("p", "cut", "It showed nothing."));
      if (turn.unshown) item.append(element("p", "cut", `${counted(turn.unshown, "more document was", "more documents were")} shown.`));
    } else if (turn.kind === "browse") {
      item.append(element("ul", "hits", ...(turn.documents || []).map(opened)));
    } else if (textOf(turn.text)) {
      item.append(folded(turn.text));
    }
    return item;
  }

  function show(run) {
    const facts = [run.agent && "agent " + run.agent, run.retriever && "retriever " + run.retriever,
      run.status && "status " + run.status, counted(run.steps, "step", "steps")].filter(Boolean);
    const question = textOf(run.question) || "(no question in the log)";
    const header = element("header", "",
      logText("h3", "", question.length > LONG_QUESTION ? question.slice(0, LONG_QUESTION) + "…" : question),
      question.length > LONG_QUESTION ? folded(run.question) : null,
      element("p", "facts", element("span", "outcome " + run.outcome, run.outcome),
        logText("span", "", "run " + run.trajectory_id), ...facts.map((fact) => logText("span", "", fact))));
    if (textOf(run.answer)) header.append(logText("p", "facts", "Answer kept in the log: " + textOf(run.answer)));
    if (run.refusal) header.append(logText("p", "refused", `This run gives no labels: ${run.refusal}.`));
    const bar = strip(run, "big");
    run.turns.forEach((turn, n) => bar.children[n].addEventListener("click", () => goTo(turn.turn)));
    header.append(bar, element("p", "strip-key", "One mark a turn: low for reasoning, middle for searches, tall for opened documents in the colour of their label."));
    const toolbar = element("div", "toolbar");
    for (const [words, open] of [["Open all texts", true], ["Fold all texts", false]]) {
      const button = element("button", "", words);
      button.type = "button";
      button.addEventListener("click", () => {
        for (const one of article.querySelectorAll("details")) one.open = open;
        for (const one of article.querySelectorAll(".hits")) one.dispatchEvent(new CustomEvent("unfold", { detail: open }));
      });
      toolbar.append(button);
    }
    header.append(toolbar);
    const turns = element("ol", "turns");
    let last = -1;
    for (const turn of run.turns) {
      if (turn.turn > last + 1) turns.append(element("li", "turn cut", `${counted(turn.turn - last - 1, "turn is", "turns are")} left out here.`));
      turns.append(turnItem(run, turn));
      last = turn.turn;
    }
    if (!run.turns.length) turns.append(element("li", "turn cut", "This run has no turns."));
    article.replaceChildren(header, turns);
  }

  function followAddress() {
    const found = /^#run=([^&]*)(?:&turn=(\d+))?$/.exec(location.hash);
    if (!found) return false;
    let id = found[1];
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    const run = runs.find((one) => one.trajectory_id === id);
    if (!run) return false;
    choose(run, found[2] ? Number(found[2]) - 1 : undefined);
    return true;
  }

  byId("viewer").hidden = false;
  fillList();
  if (followAddress()) {
    if (!location.hash.includes("&turn=")) byId("runs").scrollIntoView();
  } else if (runs.length) {
    chosen = runs[0];
    show(chosen);
    markChosen();
  }
})();
