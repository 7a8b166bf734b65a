// What every page does with scripts; without them it works the same, less comfortably.

function offerThemes() {
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    const mark = () => {
      const chosen = localStorage.getItem("theme") ?? "auto";
      for (const button of choice.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button.value === chosen));
      }
    };
    choice.hidden = false;
    choice.addEventListener("click", ({ target }) => {
      if (target.value) {
        localStorage.setItem("theme", target.value);
        dispatchEvent(new Event("theme-chosen"));
        mark();
      }
    });
    mark();
  }
}

// A menu closes when the reader goes elsewhere.
function closeMenus() {
  const menus = document.querySelectorAll("details.menu");
  document.addEventListener("click", ({ target }) => {
    for (const menu of menus) if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const menu of menus) {
      if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });
}

// A form is sent once, however often its button is pressed (but for a download, after which the page stays), and its page asks before it is left with something typed.
function guardForms() {
  let isSending = false;
  const changed = new Set();
  for (const form of document.querySelectorAll("form[method=post]:not([data-download])")) {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      isSending = true;
    });
  }
  addEventListener("pageshow", () => {
    isSending = false;
    for (const form of document.forms) delete form.dataset.sent;
  });
  addEventListener("beforeunload", (event) => {
    if (!isSending && [...changed].some((form) => form.matches("[data-keep]"))) event.preventDefault();
  });
}

offerThemes();
closeMenus();
guardForms();
document.querySelector("[data-focus]")?.focus();
