// Opens the branches of the organisation in place. Without it each branch is a page of its own.
// What was open is remembered for this tab, by numbers only.

const KEPT = "organisation-open";
const MOST_KEPT = 60;

const kept = () => (sessionStorage.getItem(KEPT) ?? "").split(",").filter(Boolean);

function remember(key, isOpen) {
  const others = kept().filter((one) => one !== key);
  sessionStorage.setItem(KEPT, (isOpen ? [...others, key] : others).slice(-MOST_KEPT).join(","));
}

const itemOf = (button) => button.closest("li");
const branchOf = (item) => item.querySelector(":scope > ul");

// Where lines run in a loop somebody stands below themselves; that branch is opened by hand only.
const standsBelowThemselves = (item) => item.parentElement.closest(`li[data-key="${item.dataset.key}"]`) !== null;

async function fetchBranch(button) {
  const answer = await fetch(button.dataset.branch, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.assign(button.dataset.page);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const branch = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ul.tree");
  if (!branchOf(itemOf(button))) {
    itemOf(button).append(document.adoptNode(branch));
    offerButtons(branch);
  }
}

async function toggle(button, isOpen) {
  const item = itemOf(button);
  if (isOpen && !branchOf(item)) {
    button.setAttribute("aria-busy", "true");
    try {
      await fetchBranch(button);
      tell("");
    } catch {
      return tell(document.querySelector("[data-tree-status]")?.dataset.trouble ?? "");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
  const branch = branchOf(item);
  if (branch) branch.hidden = !isOpen;
  button.setAttribute("aria-expanded", String(isOpen));
}

function tell(sentence) {
  const place = document.querySelector("[data-tree-status]");
  if (!place) return;
  place.textContent = sentence;
  place.classList.toggle("visually-hidden", !sentence);
}

function offerButtons(tree) {
  for (const link of tree.querySelectorAll("a[data-branch]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.dataset.branch = link.dataset.branch;
    button.dataset.page = link.href;
    button.setAttribute("aria-expanded", "false");
    button.append(...link.childNodes);
    button.addEventListener("click", async () => {
      const isOpen = button.getAttribute("aria-expanded") !== "true";
      await toggle(button, isOpen);
      if (button.getAttribute("aria-expanded") === String(isOpen)) remember(itemOf(button).dataset.key, isOpen);
    });
    link.replaceWith(button);
  }
}

async function openAgain(tree, keys) {
  for (const button of tree.querySelectorAll("button[data-branch]")) {
    const item = itemOf(button);
    if (!keys.has(item.dataset.key) || standsBelowThemselves(item)) continue;
    await toggle(button, true);
    const branch = branchOf(item);
    if (branch) await openAgain(branch, keys);
  }
}

for (const tree of document.querySelectorAll("ul.tree")) offerButtons(tree);
for (const whole of document.querySelectorAll("[data-tree]")) await openAgain(whole, new Set(kept()));
