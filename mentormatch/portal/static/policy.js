// The form of a policy: the sum of the weights and the marks of what was changed follow the typing.
// The page says both without this too, as they were when it was sent.

const form = document.querySelector("#policy-form");

function showSums() {
  for (const line of form.querySelectorAll("[data-sum]")) {
    const fields = [...form.querySelectorAll(`[name^="${line.dataset.sum}"]`)];
    const numbers = fields.map((field) => field.value.trim()).filter((text) => /^-?[0-9]{1,9}$/.test(text));
    line.querySelector("output").textContent = numbers.reduce((sum, text) => sum + Number(text), 0);
  }
}

function isChanged(field) {
  const value = field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;
  return value !== field.dataset.default;
}

function markChanged({ target }) {
  const setting = target.closest("[data-setting]");
  const mark = setting?.querySelector("[data-changed]");
  if (mark) mark.hidden = ![...setting.querySelectorAll("[data-default]")].some(isChanged);
}

form.addEventListener("input", (event) => {
  showSums();
  markChanged(event);
});
// What was sent back with a problem is not saved yet: the page asks before it is left.
if ("unsaved" in form.dataset) form.dispatchEvent(new Event("input"));
