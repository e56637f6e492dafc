// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything works without this file: each card of the board has its acts as buttons and links. It lets arrow keys go
// from card to card, and a mouse carry a card to a column: the button or link that leads there is then pressed.

const board = document.querySelector("[data-board]");
const columns = board ? [...board.querySelectorAll("[data-state]")] : [];
const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const way = (card, column) => card.querySelector(`[data-to="${CSS.escape(column.dataset.state)}"]`);

const arrows = () => {
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!event.target.matches("[data-open], summary")) return;
    const present = card.closest("[data-state]");
    const own = cardsOf(present);
    const row = own.indexOf(card);
    const full = columns.filter((column) => cardsOf(column).length);
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    let next = { ArrowUp: own[row - 1], ArrowDown: own[row + 1] }[event.key];
    if (side) {
      const there = full[full.indexOf(present) + side];
      next = there && cardsOf(there)[Math.min(row, cardsOf(there).length - 1)];
    }
    if (!next) return;
    event.preventDefault();
    next.querySelector(event.target.matches("summary") ? "summary, [data-open]" : "[data-open]").focus();
  });
};

const carrying = () => {
  let carried = null;
  const rest = () => {
    carried = null;
    for (const column of columns) column.classList.remove("may-take");
  };
  for (const card of board.querySelectorAll("[data-card]:has([data-to])")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      carried = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
      for (const column of columns) column.classList.toggle("may-take", Boolean(way(card, column)));
    });
    card.addEventListener("dragend", rest);
  }
  for (const column of columns) {
    column.addEventListener("dragover", (event) => {
      if (carried && way(carried, column)) event.preventDefault();
    });
    column.addEventListener("drop", (event) => {
      const press = carried && way(carried, column);
      if (!press) return;
      event.preventDefault();
      rest();
      press.click();
    });
  }
};

if (board) {
  arrows();
  carrying();
}
