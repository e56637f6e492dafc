// SPDX-License-Identifier: AGPL-3.0-or-later
// The forms of the counter are sent from the page itself, so that a network that drops leaves what was typed on the
// screen. Nothing is kept by the browser. Sent again with its own token, a form that did arrive is entered once.

const PATIENCE = 30_000;
const words = document.querySelector("[data-unsent]");

// "saved", with where to go; "unsent": no answer worth believing; "out": nobody is signed in any more; or "other": a page.
const send = async (form, button) => {
  const address = form.getAttribute("action") || location.href;
  const headers = { Accept: "application/json" };
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form, button), headers, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect" || answer.status === 400) return { state: "out" };
    if (answer.status >= 500) return { state: "unsent" };
    const isPlace = answer.ok && answer.headers.get("content-type")?.startsWith("application/json");
    return isPlace ? { state: "saved", ...await answer.json() } : { state: "other" };
  } catch {
    return { state: "unsent" };
  }
};

// After signing in again, the form takes the token of the new session.
const renew = async (form) => {
  const answer = await fetch(words.dataset.page, { credentials: "same-origin", redirect: "error" }).catch(() => null);
  const page = new DOMParser().parseFromString(await answer?.text() ?? "", "text/html");
  const fresh = page.querySelector("[name=csrf_token]")?.value;
  if (fresh) form.querySelector("[name=csrf_token]").value = fresh;
};

const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};

const watch = (form) => {
  let isBusy = false;
  let isOut = false;
  let isPlain = false;
  form.addEventListener("submit", async (event) => {
    if (isPlain) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    words.textContent = "";
    if (isOut) await renew(form);
    const answer = await send(form, event.submitter);
    if (answer.state === "saved") {
      location.assign(answer.location);
      return;
    }
    isBusy = false;
    isOut = answer.state === "out";
    free(form);
    if (answer.state === "other") {
      // Nothing was entered: the portal says why on a page of its own, which the browser asks for and shows.
      isPlain = true;
      form.requestSubmit(event.submitter);
      return;
    }
    form.append(words);
    words.textContent = isOut ? words.dataset.wordsOut : words.dataset.wordsUnsent;
  });
};

if (words) for (const form of document.querySelectorAll("main form[method=post]:not([data-sheet], [data-sitting] form)")) watch(form);
