"use strict";
/* Each table of the page as a CSV file, made of its cells when a reader asks for it. */

/**
 * A figure as a program reads it; a text that is none stays.
 * @param {string} cell
 * @returns {string}
 */
function plainFigure(cell) {
  const bare = cell.replaceAll("\u2212", "-").trim();
  const figure = /^\+?(-?)([0-9][0-9,]*(?:\.[0-9]+)?)(?: %)?$/.exec(bare);
  return figure ? figure[1] + figure[2].replaceAll(",", "") : bare;
}

/**
 * The text cells of a table as CSV; columns of numbers have plain figures.
 * @param {HTMLTableElement} table
 * @returns {string}
 */
function csvOf(table) {
  const columns = Number(table.dataset.columns);
  const lines = [...table.rows].map((row) => {
    const cells = [...row.cells].slice(0, columns).map((cell) => {
      const text = (cell.textContent ?? "").replaceAll("\u00a0", " ");
      const value = row.parentElement?.tagName === "TBODY" && cell.classList.contains("n") ? plainFigure(text) : text;
      return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    });
    return cells.join(",") + "\r\n";
  });
  return lines.join("");
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button.file"))) {
  const table = /** @type {HTMLTableElement | null} */ (document.getElementById(button.dataset.of ?? ""));
  button.hidden = table === null;
  button.addEventListener("click", () => {
    if (table === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csvOf(table)], { type: "text/csv;charset=utf-8" }));
    link.download = `${button.dataset.name}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
