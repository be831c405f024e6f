// What pages have beyond plain links and forms: keys, copying, answers that never stand beside other facts than theirs.
"use strict";

const KEYS = [
  ["/", "search"], ["g then s c p f l o h", "go to Start, Case, Policies, Fees, Claims, Compare, what is Held"],
  ["j k", "next, previous field or row"], ["1 - 9", "answer the question"], ["0", "not known"], ["x", "clear the field"],
  ["e", "open or close what is folded"], ["y", "copy the address"], [".", "commands by name"], ["?", "these keys"],
];
const PLACES = { s: "/", c: "/case", p: "/policies", f: "/fees", l: "/claims", o: "/compare", h: "/held" };
const OFF = "clausal-keys-off";
// Milliseconds for which nothing moves; then it is told that something is worked at.
const PATIENCE = 300;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// A sentence for those who hear the page; the same sentence is not said twice.
function say(text) {
  const place = one("#said");
  if (place && place.textContent !== text) place.textContent = text;
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    say(`${what} could not be copied: the browser does not allow it`);
  }
}

// Buttons that need this file are hidden without it.
function reveal() {
  for (const button of all("[data-copy-text], [data-copy], [data-copy-address], [data-print], [data-keys]")) button.hidden = false;
}

function shown(element) {
  return element.getClientRects().length > 0;
}

// -- answers while one types --------------------------------------------------------------------------------------
const asked = new WeakMap();

function facts(form) {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
}

function stale(form, is) {
  for (const answer of all(form.dataset.live)) {
    answer.classList.toggle("stale", is);
    answer.setAttribute("aria-busy", String(is));
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.dataset.live) stale(form, true);
});

let waiting = 0;
let pending = 0;

function deciding(form, is) {
  clearTimeout(waiting);
  for (const answer of all(form.dataset.live)) answer.classList.remove("deciding");
  if (is) waiting = setTimeout(() => all(form.dataset.live).forEach((answer) => answer.classList.add("deciding")), PATIENCE);
}

document.addEventListener("htmx:before:request", (event) => {
  const form = event.target;
  if (!form.dataset || !form.dataset.live) return;
  asked.set(form, facts(form));
  pending += 1;
  if (pending === 1) deciding(form, true);
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target;
  if (!form.dataset || !form.dataset.live) return;
  pending = Math.max(0, pending - 1);
  if (!pending) deciding(form, false);
});

// An answer to facts that no longer stand in the form is dropped: the one to those that do is on its way.
document.addEventListener("htmx:before:swap", (event) => {
  const form = one("form[data-live]");
  const source = event.detail.ctx && event.detail.ctx.sourceElement;
  if (form && source === form && asked.has(form) && asked.get(form) !== facts(form)) event.preventDefault();
});

document.addEventListener("htmx:after:swap", () => {
  reveal();
  const told = one("[data-announce]");
  if (told) say(told.textContent.replace(/\s+/g, " ").trim());
});

document.addEventListener("htmx:error", () => say("the service did not answer: what is shown is for the facts before"));

// -- forms that are sent when a field changes -----------------------------------------------------------------------
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute("data-submit-on-change")) form.requestSubmit();
});

// -- clicks -----------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copyText !== undefined) copy(button.dataset.copyText, "citation");
  else if (button.dataset.copy) copy(one(button.dataset.copy).textContent, "text");
  else if (button.hasAttribute("data-copy-address")) copy(location.href, "address");
  else if (button.hasAttribute("data-print")) window.print();
  else if (button.hasAttribute("data-keys")) keysDialog();
  else if (button.hasAttribute("data-close")) button.closest("dialog").close();
});

// -- keys -------------------------------------------------------------------------------------------------------------
let went = 0;

function isOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function typing(target) {
  return target.closest("input, select, textarea, [contenteditable]") && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

function rows() {
  return all("[data-row]").filter(shown);
}

function focusable(row) {
  return one("a[href], input:not([type=hidden]), select, textarea, summary, button:not([hidden])", row) || row;
}

function step(by) {
  const found = rows();
  if (!found.length) return;
  const at = found.findIndex((row) => row.contains(document.activeElement));
  const next = found[Math.max(0, Math.min(found.length - 1, at < 0 ? (by > 0 ? 0 : found.length - 1) : at + by))];
  const target = focusable(next);
  if (target === next) next.tabIndex = -1;
  target.focus();
}

function press(selector) {
  const button = all(selector).find(shown);
  if (button) button.click();
  return Boolean(button);
}

const DOES = {
  "/": () => one("#find") && one("#find").focus(),
  "?": () => keysDialog(),
  ".": () => palette(),
  j: () => step(1),
  k: () => step(-1),
  y: () => copy(location.href, "address"),
  e: () => { const folded = all("main details"); const open = folded.some((each) => !each.open); folded.forEach((each) => { each.open = open; }); },
  x: () => { const row = document.activeElement.closest("[data-row]"); const button = row && one(".clear", row); if (button) button.click(); },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || isOff() || one("dialog[open]")) return;
  if (went && Date.now() - went < 1500 && PLACES[event.key]) { location.href = PLACES[event.key]; return; }
  went = event.key === "g" ? Date.now() : 0;
  if (/^[0-9]$/.test(event.key) ? press(`[data-key="${event.key}"]`) : DOES[event.key]) {
    event.preventDefault();
    if (DOES[event.key]) DOES[event.key]();
  }
});

// Left and right arrows go from edition to edition.
document.addEventListener("keydown", (event) => {
  if (typing(event.target) || isOff() || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const link = one(`[data-slider="${event.key === "ArrowLeft" ? "before" : "after"}"]`);
  if (link && event.target.closest("[data-timeline]")) { event.preventDefault(); link.click(); }
});

// -- dialogs: keys, and commands by name --------------------------------------------------------------------------
function dialog(title) {
  const made = document.createElement("dialog");
  made.setAttribute("aria-label", title);
  const heading = document.createElement("h2");
  heading.textContent = title;
  made.append(heading);
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  return made;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function keysDialog() {
  const made = dialog("Keys");
  const list = document.createElement("dl");
  list.className = "keys";
  for (const [key, what] of KEYS) {
    const term = document.createElement("dt");
    const told = document.createElement("dd");
    term.textContent = key;
    told.textContent = what;
    list.append(term, told);
  }
  const off = isOff();
  made.append(list, button(off ? "Turn single keys on" : "Turn single keys off", () => {
    try { localStorage.setItem(OFF, off ? "no" : "yes"); } catch { /* then they stay as they are */ }
    say(off ? "single keys are on" : "single keys are off");
    made.close();
  }), button("Close", () => made.close()));
  made.showModal();
}

function palette() {
  const made = dialog("Commands");
  const label = document.createElement("label");
  const field = document.createElement("input");
  const list = document.createElement("ul");
  label.textContent = "What to do ";
  label.append(field);
  made.append(label, list, button("Close", () => made.close()));
  const ways = all("nav a[href], main a.button, main button:not([hidden]), .data a, .data button").filter((each) => shown(each) && each.textContent.trim());
  const fill = () => {
    const wanted = field.value.toLowerCase();
    const found = ways.filter((each) => each.textContent.toLowerCase().includes(wanted)).slice(0, 12);
    list.replaceChildren(...found.map((each) => {
      const item = document.createElement("li");
      item.append(button(each.textContent.trim().replace(/\s+/g, " "), () => { made.close(); each.click(); }));
      return item;
    }));
  };
  field.addEventListener("input", fill);
  field.addEventListener("keydown", (event) => {
    const first = one("button", list);
    if (event.key === "Enter" && first) { event.preventDefault(); first.click(); }
  });
  fill();
  made.showModal();
  field.focus();
}

// -- an error that came with a form: its summary is read first -------------------------------------------------------
const wrong = one("#problems");
if (wrong && document.readyState !== "loading") wrong.focus();
reveal();
