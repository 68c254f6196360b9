// Enhancement only: every page does the same without it.
"use strict";

// Bring the list of errors into view and to the screen reader (the autofocus attribute does this in most browsers).
const errors = document.querySelector(".error-summary");
if (errors && document.activeElement !== errors) errors.focus();

// One click sends a form once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
