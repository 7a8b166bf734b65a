// Follows the work on a file and opens its page again when the step is over. Without it there is a link to look again.

const EVERY = 1000;
const place = document.querySelector("[data-follow]");
const bar = place.querySelector("progress");
const words = place.querySelector("[data-words]");

async function look() {
  try {
    const answer = await fetch(place.dataset.follow, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return location.reload();
    const { words: now, done_share: share, is_under_way: goesOn } = await answer.json();
    if (!goesOn) return location.reload();
    bar.value = share;
    if (words.textContent !== now) words.textContent = now;
  } catch {
    // The portal cannot be reached just now; the work goes on, and so does looking.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
