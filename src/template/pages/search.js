// Suggestions below the field, and "/" to reach it; the page works without. No key is taken while
// a syllable is being composed (phones compose whole words); what fails, fails silently.
"use strict";
(() => {
  const input = document.getElementById("hl-q"), form = input?.form;
  if (!form) return;
  const list = document.createElement("ul"), known = new Map();
  let active, timer, asking;

  // The option that Enter takes; none: what stands in the field.
  function pick(option) {
    active?.removeAttribute("aria-selected");
    active = option;
    active?.setAttribute("aria-selected", true);
    active?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", active?.id ?? "");
  }

  function show(texts) {
    pick();
    list.replaceChildren(...texts.map((text, i) => Object.assign(document.createElement("li"),
      { id: "hl-option-" + i, className: "hl-option", role: "option", textContent: text })));
    // The policy of the page allows styles set so, but no style attribute.
    list.style = `left: ${input.offsetLeft}px; width: ${input.offsetWidth}px;
      top: ${input.offsetTop + input.offsetHeight}px`;
    list.hidden = !texts.length;
    input.ariaExpanded = !list.hidden;
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    show([]);
  }

  async function ask() {
    asking?.abort();
    const q = input.value.trim(), { signal } = (asking = new AbortController());
    if (!q) return close();
    try {
      const url = "?do=suggest&q=" + encodeURIComponent(q);
      const answer = known.get(q) || await (await fetch(url, { signal })).json();
      known.set(q, answer);
      if (!signal.aborted) show(answer.suggestions.map((s) => s.text));
    } catch {
      if (!signal.aborted) close();
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  }

  function take(option) {
    input.value = option.textContent;
    form.requestSubmit();
  }

  const on = (it, type, act) => it.addEventListener(type, act);
  const held = (e) => e.ctrlKey || e.metaKey || e.altKey || e.isComposing;
  on(input, "keydown", (e) => {
    const { key } = e;
    if (held(e) || e.shiftKey || (list.hidden && key !== "ArrowDown")) return;
    if (list.hidden) ask();
    else if (key === "ArrowDown") pick(active ? active.nextSibling : list.firstChild);
    else if (key === "ArrowUp") pick(active ? active.previousSibling : list.lastChild);
    else if (key === "Escape") close();
    else if (key === "Enter" && active) take(active);
    else return pick();
    e.preventDefault();
  });
  on(input, "input", later);
  on(input, "blur", close);
  on(form, "submit", close);
  on(list, "mousedown", (e) => e.preventDefault());
  on(list, "click", (e) => e.target === list || take(e.target));
  on(document, "keydown", (e) => {
    if (e.key !== "/" || held(e) || e.target.closest("input, textarea, select")) return;
    e.preventDefault();
    input.focus();
    input.select();
  });

  Object.assign(list, { id: "hl-suggest", className: "hl-suggest", role: "listbox" });
  list.ariaLabel = form.dataset.hlSuggestions;
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list" });
  input.setAttribute("aria-controls", list.id);
  input.after(list);
  close();
})();
