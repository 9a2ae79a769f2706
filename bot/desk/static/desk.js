// Small comforts. Everything works without this file.
// A button with data-insert writes into the field it names, or into the one of its form that was last written in.
let last = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[type=text]")) last = event.target;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const named = document.getElementById(button.dataset.into);
  const field = last && last.form === button.form && "follow" in button.dataset ? last : named;
  if (!field) return;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// The similar questions that are ticked go with whichever form resolves the question.
document.addEventListener("formdata", (event) => {
  if (!event.target.closest(".ways") || !document.getElementById("alike")) return;
  event.formData.delete("also");
  for (const box of document.querySelectorAll("#alike [name=also]:checked")) event.formData.append("also", box.value);
});

// A form with data-unsaved="apart" has words of its own: sending another form of the page asks about them too.
// A form with data-unsaved asks before the page is left with words in it that are neither kept nor sent. It is kept
// when something was written since, and no more once a form is on its way: that would take a question back.
const unsaved = new Set();
const typed = new Set();
document.querySelectorAll("[data-refused]").forEach((form) => unsaved.add(form)); // came back with its words
let leaving = false;
function keepsWords(event) {
  return event.target.matches("[data-unsaved]");
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-unsaved]")) [unsaved, typed].forEach((forms) => forms.add(form));
});
document.addEventListener("submit", (event) => {
  leaving = true;
  for (const form of unsaved) if (form === event.target || form.dataset.unsaved !== "apart") unsaved.delete(form);
});
window.addEventListener("pageshow", () => (leaving = false));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (keepsWords(event) && (leaving || !typed.delete(event.target))) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!keepsWords(event) || leaving) return;
  if (event.detail.successful) {
    if (!typed.has(event.target)) unsaved.delete(event.target);
  } else {
    typed.add(event.target);
    event.detail.target.textContent = event.detail.target.dataset.failed;
  }
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
// The hint of a field with data-limit counts what is left, as count_characters in bot/messages/content.py does:
// a placeholder as 15. It speaks up only near the end.
function countLeft(field) {
  const hint = document.getElementById(`l-${field.name}`);
  const text = field.value.trim().replace(/\{[a-z0-9-]+\.[a-z0-9_]+\}/g, "x".repeat(15));
  const left = field.dataset.limit - [...text].length;
  hint.setAttribute("aria-live", left < 20 ? "polite" : "off");
  hint.classList.toggle("error", left < 0);
  hint.textContent = (left < 0 ? hint.dataset.over : hint.dataset.left).replace("#", Math.abs(left));
}
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) countLeft(event.target);
});
document.querySelectorAll("[data-limit]").forEach(countLeft);
