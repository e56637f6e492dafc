// SPDX-License-Identifier: AGPL-3.0-or-later
// The forms of the counter are sent from the page itself, so that a network that drops leaves what was typed on the
// screen, and sends it again by itself. Nothing is kept by the browser. Sent again with its own token, a form that did
// arrive is entered once. One form is on its way at a time.

const PATIENCE = 30_000;
const PAUSES = [2_000, 5_000, 10_000, 20_000, 30_000];
const words = document.querySelector("[data-unsent]");
const isOut = new WeakSet();
const isPlain = new WeakSet();
let sending = null;
let waiting = null;

// "saved", with where to go; "unsent": no answer worth believing; "out": nobody is signed in any more; or "other": a page.
const send = async (form, button, way) => {
  const address = form.getAttribute("action") || location.href;
  const headers = { Accept: "application/json" };
  const late = setTimeout(() => way.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form, button), headers, credentials: "same-origin", redirect: "manual", signal: way.signal });
    if (answer.type === "opaqueredirect" || answer.status === 400) return { state: "out" };
    if (answer.status >= 500) return { state: "unsent" };
    const isPlace = answer.ok && answer.headers.get("content-type")?.startsWith("application/json");
    return isPlace ? { state: "saved", ...await answer.json() } : { state: "other" };
  } catch {
    return { state: "unsent" };
  } finally {
    clearTimeout(late);
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

// Said aloud when it changes, not at each try.
const tell = (form, text) => {
  if (words.parentElement !== form) form.append(words);
  if (words.textContent !== text) words.textContent = text;
};

// Nothing leaves by itself any more.
const stop = () => {
  clearTimeout(waiting?.timer);
  waiting = null;
};

const wait = (form, button, tries) => {
  const timer = setTimeout(() => deliver(form, button, tries + 1), PAUSES[Math.min(tries, PAUSES.length - 1)]);
  waiting = { form, button, timer };
};

const deliver = async (form, button, tries) => {
  stop();
  const way = new AbortController();
  sending = { form, way, isTouched: false, isBySelf: tries > 0 };
  if (isOut.has(form)) await renew(form);
  const answer = await send(form, button, way);
  if (answer.state === "saved") {
    location.assign(answer.location);
    return;
  }
  const { isTouched } = sending;
  sending = null;
  isOut.delete(form);
  free(form);
  if (answer.state === "other") {
    // Nothing was entered: the portal says why on a page of its own, which the browser asks for and shows.
    isPlain.add(form);
    form.requestSubmit(button);
  } else if (answer.state === "out") {
    isOut.add(form);
    tell(form, words.dataset.wordsOut);
  } else if (isTouched) {
    tell(form, words.dataset.wordsUnsent);
  } else {
    wait(form, button, tries);
    tell(form, words.dataset.wordsAgain);
  }
};

const watch = (form) => {
  form.addEventListener("submit", (event) => {
    if (isPlain.has(form)) return;
    event.preventDefault();
    const first = sending?.form ?? waiting?.form;
    if (first && first !== form) {
      free(form);
      tell(first, words.dataset.wordsFirst);
    } else if (!sending) {
      words.textContent = "";
      deliver(form, event.submitter, 0);
    }
  });
};

// Whoever types again, wherever on the page, says when it leaves: nothing half written is sent, nor any page left.
const touch = () => {
  if (sending) {
    sending.isTouched = true;
    if (sending.isBySelf) sending.way.abort();
  } else if (waiting) {
    const { form } = waiting;
    stop();
    tell(form, words.dataset.wordsUnsent);
  }
};

if (words) {
  for (const form of document.querySelectorAll("main form[method=post]:not([data-sheet], [data-sitting] form)")) watch(form);
  addEventListener("input", touch);
  addEventListener("online", () => { if (waiting) deliver(waiting.form, waiting.button, 1); });
  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
  // A sitting that closes by itself clears the screen without asking: see counter.js.
  addEventListener("civic:over", stop);
}
