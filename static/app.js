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

// Uploads: say what was chosen and that it is being sent; files may be dropped on the form.
const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
for (const form of document.querySelectorAll("form.upload")) {
  const inputs = [...form.querySelectorAll('input[type="file"]')];
  const says = form.querySelector(".upload-says");
  const chosen = () => inputs.flatMap((input) => [...input.files]);
  const all = () => `${chosen().length} ${chosen().length === 1 ? "file" : "files"}, ${size(chosen().reduce((sum, file) => sum + file.size, 0))}`;
  const list = () => {
    says.textContent = chosen().length ? `Chosen: ${all()} (${chosen().map((file) => file.name).join(", ")})` : "";
  };
  inputs.forEach((input) => input.addEventListener("change", list));
  form.addEventListener("submit", () => {
    if (chosen().length) says.textContent = `Sending ${all()}. Please wait: this page changes when everything is there.`;
  });
  form.classList.add("upload-drop");
  if (matchMedia("(hover: hover)").matches) says.textContent = "You can also drop files here.";
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("upload-over");
  });
  for (const end of ["dragleave", "drop"]) form.addEventListener(end, () => form.classList.remove("upload-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    inputs[0].files = event.dataTransfer.files;
    list();
  });
}

// Print buttons: the browser's own menu does the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
