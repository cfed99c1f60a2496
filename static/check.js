// A file can be dragged onto the check page; without this the button does the same.
"use strict";
for (const form of document.querySelectorAll("form[data-drop]")) {
  const zone = form.querySelector(".pr-dropzone");
  const input = form.querySelector("input[type=file]");
  const over = (yes) => zone.classList.toggle("is-over", yes);
  form.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); over(true); });
  }
  zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) over(false); });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
