// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything works without this file. It counts characters, keeps a form from leaving twice, saves drafts,
// closes the account menu and brings the eye to what must be corrected.

const counters = () => {
  for (const note of document.querySelectorAll("[data-counter]")) {
    const control = document.getElementById(note.dataset.counter);
    if (!control) continue;
    const limit = Number(control.dataset.limit);
    const spoken = document.createElement("span");
    spoken.className = "unseen";
    spoken.setAttribute("role", "status");
    note.after(spoken);
    let pause;
    const show = () => {
      // The server counts line ends as two characters, as forms send them.
      const left = limit - [...control.value.replace(/\r?\n/g, "\r\n")].length;
      const text = (left < 0 ? note.dataset.over : note.dataset.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
      note.textContent = text;
      note.classList.toggle("over", left < 0);
      clearTimeout(pause);
      pause = setTimeout(() => { spoken.textContent = left < limit / 10 ? text : ""; }, 1200);
    };
    control.addEventListener("input", show);
    if (control.value) show();
  }
};

const guards = () => {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "1";
      for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
    });
  }
  // Coming back with the browser's own button shows the page as it was left: let it act again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });
};

const drafts = () => {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    const status = form.querySelector("[data-autosave-status]");
    let pause;
    let last = "";
    const body = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return new URLSearchParams(data).toString();
    };
    const save = async () => {
      const now = body();
      if (form.dataset.sent || now === last) return;
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "fetch" },
          body: now,
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        last = now;
        status.textContent = form.dataset.saved;
      } catch {
        status.textContent = form.dataset.unsaved;
      }
    };
    last = body();
    form.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(save, 1500);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
  }
};

const menus = () => {
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
};

const attention = () => {
  document.querySelector("[data-focus]")?.focus();
  const current = document.querySelector(".menu [aria-current]");
  const track = current?.closest(".main-menu");
  if (track && track.scrollWidth > track.clientWidth) {
    // The entry is measured against the track: its own line of the list is what it is positioned in.
    const from = current.getBoundingClientRect().left - track.getBoundingClientRect().left;
    track.scrollLeft += from - track.clientWidth / 3;
  }
};

counters();
guards();
drafts();
menus();
attention();
