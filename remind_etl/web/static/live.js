// A search form with data-live shows its results while one types; without this script its button does.
for (const form of document.querySelectorAll("form[data-live]")) {
  let last = 0;
  form.addEventListener("input", () => {
    const mine = ++last;
    setTimeout(async () => {
      if (mine !== last) return;
      const answer = await fetch(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const results = page.getElementById(form.dataset.live);
      if (mine === last && answer.ok && results) document.getElementById(form.dataset.live).replaceWith(results);
    }, 250);
  });
}
