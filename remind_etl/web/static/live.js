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
    const isOver = loaded && (!loaded.dataset.goesOn || loaded.dataset.of !== place.dataset.of);
    if (isOver && place.dataset.then) return location.reload();
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

// A form that sends files is sent once. It shows how much of them has been sent, and then that their check goes on.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.slow) return;
  event.preventDefault();
  const said = form.querySelector("[role=status]"), bar = form.querySelector("progress"), button = form.querySelector("button");
  const say = (text, isGoingOn) => {
    said.textContent = text;
    said.hidden = false;
    bar.hidden = !isGoingOn;
    button.disabled = isGoingOn;
  };
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.max = total; bar.value = loaded; });
  request.upload.addEventListener("load", () => { bar.removeAttribute("value"); say(form.dataset.slow, true); });
  request.addEventListener("error", () => say(form.dataset.failed, false));
  request.addEventListener("load", () => {
    const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!main) return say(form.dataset.failed, false);
    main.tabIndex = -1;
    document.querySelector("main").replaceWith(main);
    main.focus();
  });
  say(form.dataset.sends, true);
  request.open("POST", form.action);
  request.send(new FormData(form));
});
