// SPDX-License-Identifier: AGPL-3.0-or-later
// The forms of the counter are sent from the page itself, so that a network that drops leaves what was typed on the
// screen, and sends it again by itself. Nothing is kept by the browser. Sent again with its own token, a form that did
// arrive is entered once. One form is on its way at a time.

const PATIENCE = 30_000;
const PAUSES = [2_000, 5_000, 10_000, 20_000, 30_000];
const words = document.querySelector("[data-unsent]");
// Forms whose button was pressed and that are not saved, in order, with that button and what was written then.
const queue = [];
let way = null;
let timer = 0;
let tries = 0;
let isBusy = false;
let isLeaving = false;
let isOver = false;
let isOut = false;
let isTouched = false;
let place = "";
let refused = null;

// "saved", with where to go; "unsent": no answer worth believing; "out": nobody is signed in any more; or "other": a page.
const send = async ({ form, data }) => {
  const address = form.getAttribute("action") || location.href;
  const headers = { Accept: "application/json" };
  way = new AbortController();
  const late = setTimeout(() => way.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { method: "POST", body: data, headers, credentials: "same-origin", redirect: "manual", signal: way.signal });
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
const renew = async ({ form, data }) => {
  const asked = fetch(words.dataset.page, { credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  const text = await asked.then((answer) => answer.text()).catch(() => "");
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[name=csrf_token]")?.value;
  if (!fresh) return;
  form.querySelector("[name=csrf_token]").value = fresh;
  data.set("csrf_token", fresh);
};

const free = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};

// Said aloud when it changes, not at each try.
const tell = (text) => {
  const { form } = queue.at(-1);
  if (words.parentElement !== form) form.append(words);
  if (words.textContent !== text) words.textContent = text;
};

const hold = (state) => {
  isBusy = false;
  for (const { form } of queue) free(form);
  isOut ||= state === "out";
  if (state === "out" || isTouched) {
    tell(state === "out" ? words.dataset.wordsOut : words.dataset.wordsUnsent);
    return;
  }
  timer = setTimeout(drain, PAUSES[Math.min(tries, PAUSES.length - 1)]);
  tries += 1;
  tell(words.dataset.wordsAgain);
};

const leave = () => {
  isBusy = false;
  isLeaving = true;
  if (!refused) {
    location.assign(place);
    return;
  }
  // Nothing was entered: the portal says why on a page of its own, which the browser asks for and shows.
  free(refused.form);
  refused.form.dataset.plain = "";
  refused.form.requestSubmit(refused.button);
  delete refused.form.dataset.plain;
};

const drain = async () => {
  clearTimeout(timer);
  timer = 0;
  isTouched = false;
  isBusy = true;
  while (queue.length) {
    const [first] = queue;
    if (isOut) await renew(first);
    const answer = await send(first);
    if (answer.state === "unsent" || answer.state === "out") {
      hold(answer.state);
      return;
    }
    queue.shift();
    if (answer.state === "saved") place = answer.location;
    else refused ??= first;
  }
  leave();
};

const press = (form, button) => {
  const pressed = { form, button, data: new FormData(form, button) };
  const known = queue.find((one) => one.form === form);
  if (known) Object.assign(known, pressed);
  else queue.push(pressed);
  tries = 0;
  if (isBusy) return;
  // The next page has not come yet: it waits for this one.
  if (isLeaving) stop();
  isLeaving = false;
  words.textContent = "";
  drain();
};

// Whoever types again, wherever on the page, says when it leaves: nothing half written is sent by itself.
const touch = () => {
  if (isBusy) {
    isTouched = true;
    if (tries) way.abort();
  } else if (timer) {
    clearTimeout(timer);
    timer = 0;
    tell(words.dataset.wordsUnsent);
  }
};

if (words) {
  for (const form of document.querySelectorAll("main form[method=post]:not([data-sheet], [data-sitting] form)")) {
    form.addEventListener("submit", (event) => {
      if ("plain" in form.dataset) return;
      event.preventDefault();
      press(form, event.submitter);
    });
  }
  addEventListener("input", touch);
  addEventListener("online", () => { if (timer) drain(); });
  addEventListener("beforeunload", (event) => { if (queue.length && !isOver) event.preventDefault(); });
  // A sitting that closes by itself clears the screen without asking: see counter.js.
  addEventListener("civic:over", () => { isOver = true; });
}
