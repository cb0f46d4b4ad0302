// Parts of pages that stay up to date by themselves; without this script a link or a button shows them.
async function part(address, id) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return answer.ok && !answer.redirected ? page.getElementById(id) : null;
}

for (const place of document.querySelectorAll("[data-load]")) {
  let shown = null;
  const load = async () => {
    const loaded = document.hidden ? null : await part(place.dataset.load, place.id).catch(() => null);
    if (loaded && loaded.innerHTML !== shown) place.replaceChildren(...loaded.cloneNode(true).childNodes);
    shown = loaded ? loaded.innerHTML : shown;
    setTimeout(load, 1000 * (place.dataset.seconds || 15));
  };
  load();
}

// A search form with data-live shows its results while one types; without this script its button does.
for (const form of document.querySelectorAll("form[data-live]")) {
  let last = 0;
  form.addEventListener("input", () => {
    const mine = ++last;
    setTimeout(async () => {
      if (mine !== last) return;
      const asked = new URLSearchParams(new FormData(form));
      const results = await part(`${form.getAttribute("action")}?${asked}`, form.dataset.live);
      if (mine === last && results) document.getElementById(form.dataset.live).replaceWith(results);
    }, 250);
  });
}

// A form that takes long says so, and is sent once.
for (const form of document.querySelectorAll("form[data-slow]")) {
  form.addEventListener("submit", () => {
    const said = form.querySelector("[role=status]");
    said.textContent = form.dataset.slow;
    said.hidden = false;
    form.querySelector("button").disabled = true;
  });
}
