// SPDX-License-Identifier: AGPL-3.0-or-later
// The counter. Without this file everything can be entered too; with it, a sheet of signatures is typed by keyboard
// alone and nothing typed is lost while the portal does not answer, and a sitting left alone clears the screen.

const sitting = () => {
  // The browser's own "back" must not bring a page of someone who has left.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const band = document.querySelector("[data-sitting]");
  if (!band) return;
  const idle = Number(band.dataset.idle) * 60_000;
  const warning = band.querySelector("[data-warning]");
  const token = document.querySelector("input[name=csrf_token]")?.value;
  let last = Date.now();
  let told = Date.now();
  const stay = async () => {
    last = Date.now();
    warning.hidden = true;
    if (last - told < Math.min(60_000, idle / 4)) return;
    told = last;
    const body = new URLSearchParams({ csrf_token: token });
    await fetch(band.dataset.stay, { method: "POST", body, credentials: "same-origin" }).catch(() => { told = 0; });
  };
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, stay);
  setInterval(() => {
    const quiet = Date.now() - last;
    warning.hidden = quiet < idle - 60_000;
    if (quiet <= idle) return;
    dispatchEvent(new Event("civic:over"));
    location.replace(band.dataset.over);
  }, 5_000);
};

const printing = () => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
};

// A pause that ends at once when the network comes back.
const rest = (length) => new Promise((done) => {
  const over = () => {
    clearTimeout(timer);
    removeEventListener("online", over);
    done();
  };
  const timer = setTimeout(over, length);
  addEventListener("online", over);
});

const FIELDS = ["surname", "first_names", "born", "place"];

class Line {
  constructor(sheet, row) {
    this.sheet = sheet;
    this.row = row;
    this.token = row.dataset.token;
    this.controls = Object.fromEntries([...row.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, one]));
    this.status = row.querySelector("[data-status]");
    this.state = "empty";
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (this.leave()) sheet.after(this).focus();
    });
    row.addEventListener("input", () => { if (this.state === "wrong") this.say("", "empty"); });
  }

  get values() {
    return { ...Object.fromEntries(FIELDS.map((name) => [name, this.controls[name].value.trim()])), signed: this.controls.signed.checked ? "1" : "" };
  }

  set values(kept) {
    for (const name of FIELDS) this.controls[name].value = kept[name];
    this.controls.signed.checked = Boolean(kept.signed);
  }

  get isEmpty() { return Object.values(this.values).every((value) => !value); }

  get isPending() { return this.state === "sending" || this.state === "waiting" || this.state === "out"; }

  focus() { this.controls.surname.focus(); }

  say(text, state, faulty = []) {
    this.state = state;
    this.row.dataset.state = state;
    this.status.textContent = text;
    this.status.classList.toggle("error", state === "wrong" || state === "out");
    for (const [name, control] of Object.entries(this.controls)) {
      if (faulty.includes(name)) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      control.readOnly = state === "saved" || state === "sending" || state === "waiting";
    }
    this.controls.signed.disabled = state === "saved" || state === "sending" || state === "waiting";
    this.sheet.tell();
  }

  // Whether one may go on to the next line: this one is empty, saved, or on its way.
  leave() {
    if (this.isEmpty || this.state === "saved" || this.state === "sending" || this.state === "waiting") return true;
    const missing = ["surname", "first_names", "born", "signed"].filter((name) => !this.values[name]);
    if (missing.length) {
      const names = missing.map((name) => this.controls[name].getAttribute("aria-label").split(",")[0]).join(", ");
      this.say(this.sheet.words.wordsMissing.replace("{names}", names), "wrong", missing);
      this.controls[missing[0]].focus();
      return false;
    }
    this.sheet.send(this);
    return true;
  }
}

class Sheet {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.key = `civic-sheet-${form.dataset.sheet}`;
    this.summary = form.querySelector("[data-summary]");
    this.receipts = document.querySelector("[data-receipts]");
    this.queue = [];
    this.lines = [...form.querySelectorAll("[data-line]")].map((row) => new Line(this, row));
    form.querySelector("[data-keys]").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const stopped = this.lines.find((line) => !line.leave());
      if (!stopped) this.firstEmpty().focus();
    });
    addEventListener("beforeunload", (event) => { if (this.pending.length) event.preventDefault(); });
    for (const other of document.querySelectorAll("form[method=post]")) {
      if (other === form) continue;
      other.addEventListener("submit", (event) => {
        if (!this.pending.length) sessionStorage.removeItem(this.key);
        else event.preventDefault();
        this.tell();
      }, { capture: true });
    }
    this.recover();
    this.firstEmpty().focus();
  }

  get pending() { return this.lines.filter((line) => line.isPending); }

  firstEmpty() { return this.lines.find((line) => line.isEmpty && line.state !== "saved") ?? this.grow(); }

  after(line) { return this.lines[this.lines.indexOf(line) + 1] ?? this.grow(); }

  // One more line, with a token of its own.
  grow() {
    const place = this.lines.length;
    const row = this.form.querySelector("[data-line]").cloneNode(true);
    row.dataset.token = crypto.randomUUID();
    delete row.dataset.state;
    for (const control of row.querySelectorAll("input")) {
      const [name] = control.name.split("-");
      control.name = `${name}-${place}`;
      control.readOnly = control.disabled = false;
      control.removeAttribute("aria-invalid");
      if (name === "token") control.value = row.dataset.token;
      else if (control.type === "checkbox") control.checked = false;
      else control.value = "";
      if (control.dataset.field) control.setAttribute("aria-label", `${control.getAttribute("aria-label").split(",")[0]}, ${this.words.wordsLine.replace("{n}", place + 1)}`);
    }
    row.querySelector("[data-status]").textContent = "";
    this.form.querySelector("tbody").append(row);
    const line = new Line(this, row);
    this.lines.push(line);
    return line;
  }

  get wrong() { return this.lines.filter((line) => line.state === "wrong"); }

  // Lines that are not saved live in this tab alone, and only until they are; one to correct is asked about again.
  keep() {
    const kept = [...this.pending, ...this.wrong].map((line) => ({ token: line.token, ...line.values }));
    if (kept.length) sessionStorage.setItem(this.key, JSON.stringify(kept));
    else sessionStorage.removeItem(this.key);
  }

  recover() {
    for (const { token, ...values } of JSON.parse(sessionStorage.getItem(this.key) ?? "[]")) {
      const line = this.firstEmpty();
      line.token = line.row.dataset.token = token;
      line.row.querySelector("input[name^=token]").value = token;
      line.values = values;
      this.send(line);
    }
  }

  tell() {
    this.keep();
    const waiting = this.lines.filter((line) => line.state === "waiting" || line.state === "out").length;
    const saved = this.lines.some((line) => line.state === "saved");
    let text = saved && !this.pending.length ? this.words.wordsSaved : "";
    if (waiting) text = this.words.wordsUnsent.replace("{n}", waiting);
    else if (this.wrong.length) text = this.words.wordsWrong.replace("{n}", this.wrong.length);
    if (this.summary.textContent !== text) this.summary.textContent = text;
    if (saved) this.receipts.hidden = false;
  }

  send(line) {
    line.say(this.words.wordsSending, "sending");
    if (!this.queue.includes(line)) this.queue.push(line);
    this.drain();
  }

  // One line at a time, in order; the first that gets no answer is tried again, and the others wait behind it.
  async drain() {
    if (this.isDraining) return;
    this.isDraining = true;
    let pause = 500;
    while (this.queue.length) {
      const line = this.queue[0];
      const answer = await this.ask(line);
      if (answer === null) {
        for (const one of this.queue) one.say(this.words.wordsWaiting, "waiting");
        await rest(pause);
        pause = Math.min(pause * 2, 8_000);
        continue;
      }
      pause = 500;
      this.queue.shift();
      if (answer.state === "out") line.say(this.words.wordsOut, "out");
      else if (answer.state === "invalid" || (answer.state === "refused" && answer.fields)) line.say(answer.words, "wrong", Object.keys(answer.fields));
      else line.say(answer.words, "saved");
    }
    this.isDraining = false;
  }

  // The portal's answer; null when there is none worth believing; "out" when it no longer knows who is typing.
  async ask(line) {
    const body = new URLSearchParams({ csrf_token: this.form.querySelector("[name=csrf_token]").value, token: line.token, ...line.values });
    try {
      const answer = await fetch(this.words.lineUrl, { method: "POST", body, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(15_000) });
      if (answer.type === "opaqueredirect" || [400, 403, 404, 410].includes(answer.status)) return { state: "out" };
      if (!answer.headers.get("content-type")?.startsWith("application/json")) return null;
      return await answer.json();
    } catch {
      return null;
    }
  }
}

sitting();
printing();
const form = document.querySelector("form[data-sheet]");
if (form) new Sheet(form);
