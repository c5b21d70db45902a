// Panels of a choice stand one under another; with this script a menu shows one at a time.
"use strict";
(() => {
  document.querySelectorAll(".choice").forEach((choice, number) => {
    const panels = [...choice.children].filter((child) => child.dataset.panel !== undefined);
    if (panels.length < 2) return;
    const label = document.createElement("label"), menu = document.createElement("select");
    const row = document.createElement("div");
    row.className = "chooser";
    menu.id = `choice-${number}`;
    label.htmlFor = menu.id;
    label.textContent = choice.dataset.label;
    panels.forEach((panel, place) => menu.add(new Option(panel.dataset.panel, String(place))));
    const show = () => panels.forEach((panel, place) => { panel.hidden = String(place) !== menu.value; });
    menu.addEventListener("change", show);
    row.append(label, menu);
    choice.prepend(row);
    show();
  });
  document.querySelectorAll(".queries").forEach((queries) => {
    const all = [...queries.querySelectorAll("details")];
    const button = document.createElement("button");
    const name = () => { button.textContent = all.every((one) => one.open) ? "Close all" : "Open all"; };
    button.type = "button";
    button.addEventListener("click", () => {
      const open = !all.every((one) => one.open);
      all.forEach((one) => { one.open = open; });
      name();
    });
    all.forEach((one) => one.addEventListener("toggle", name));
    name();
    if (all.length) queries.prepend(button);
  });
})();
