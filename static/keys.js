// Keys of the lists at the desk: j and k walk the rows, Enter opens, / searches, ? tells. They can be switched off.
"use strict";

const OFF = "desk-keys-off";
const dialog = document.getElementById("keys");
const opener = document.getElementById("keys-open");
const on = document.getElementById("keys-on");

// Without storage (private windows) the switch holds for this page.
let off = false;
try { off = localStorage.getItem(OFF) === "yes"; } catch { /* as above */ }
const remember = (value) => {
  off = value;
  try { localStorage.setItem(OFF, value ? "yes" : "no"); } catch { /* as above */ }
};

const tell = () => {
  on.checked = !off;
  if (!dialog.open) dialog.showModal();
};

if (dialog && opener && on) {
  opener.hidden = false;
  opener.addEventListener("click", tell);
  on.addEventListener("change", () => remember(!on.checked));
}

const rows = () => [...document.querySelectorAll("table.queue tbody tr")].map((row) => row.querySelector("th a")).filter(Boolean);

// The row that has the focus, or the one that was walked to last.
let last = -1;
const walk = (step) => {
  const links = rows();
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  last = Math.min(Math.max((here >= 0 ? here : last) + step, 0), links.length - 1);
  links[last].focus();
  links[last].scrollIntoView({ block: "nearest" });
};

const search = () => {
  const field = document.getElementById("q");
  if (field) { field.focus(); field.select(); }
  return Boolean(field);
};

const KEYS = {
  j: () => { walk(1); return true; },
  k: () => { walk(-1); return true; },
  "/": search,
  "?": () => { tell(); return true; },
};

document.addEventListener("keydown", (event) => {
  if (off || !dialog || dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Who types, types. A tick box takes no letters.
  const field = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
  const act = field ? null : KEYS[event.key];
  if (act && act()) event.preventDefault();
});
