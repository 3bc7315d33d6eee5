"use strict";
// What a cell stands in is written in the page; this only lights it up, and lets the arrow keys walk through a table.
const panel = document.getElementById("panel");
const names = (element) => [element.dataset.total, element.dataset.term, element.dataset.equation].join(" ").split(" ").filter(Boolean);
const traced = "[data-total], [data-term], [data-equation]";

function clear() {
  document.querySelectorAll(".lit, .lit-total").forEach((cell) => cell.classList.remove("lit", "lit-total"));
  panel.hidden = true;
}

function light(element) {
  clear();
  const lines = [];
  for (const name of names(element)) {
    document.querySelectorAll(`[data-term~="${name}"]`).forEach((cell) => cell.classList.add("lit"));
    document.querySelectorAll(`[data-total~="${name}"]`).forEach((cell) => cell.classList.add("lit-total"));
    const told = document.getElementById(name + "-told");
    if (told) lines.push(told.textContent);
  }
  if (element.dataset.equation) return;
  panel.replaceChildren(...lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
  panel.hidden = lines.length === 0;
}

for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(start, (event) => {
    const element = event.target.closest(traced);
    if (element) light(element);
  });
  document.addEventListener(end, (event) => {
    if (event.target.closest(traced)) clear();
  });
}

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
  const cell = event.target.closest(".read td, .read th");
  const step = steps[event.key];
  if (!cell || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  let [row, col] = [cell.parentElement, cell.cellIndex];
  const rows = [...cell.closest("table").rows];
  let next = null;
  for (let at = rows.indexOf(row) + step[0]; !next; at += step[0]) {
    col += step[1];
    const found = rows[at] && rows[at].cells[col];
    if (!found) return;
    if (found.hasAttribute("tabindex")) next = found;
  }
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
