// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything works without this file: "Tick all on this page" is a link to the same page, all ticked. Here it ticks at once.

const link = document.querySelector("[data-tick]");

link?.addEventListener("click", (event) => {
  event.preventDefault();
  const all = link.dataset.tick === "all";
  for (const box of document.querySelectorAll("input[type=checkbox][form=bulk]")) box.checked = all;
  link.dataset.tick = all ? "none" : "all";
  [link.textContent, link.dataset.other] = [link.dataset.other, link.textContent];
});
