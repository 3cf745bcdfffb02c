"use strict";
/* The maps of the page follow the panel: widths of their lines, and numbers of their badges. */

/**
 * Lines and badges of all maps. A map tells its links in the attribute data-links, its limits in data-limit.
 * @returns {{today: (flows: Object<string, number>) => void, follow: (flows: Object<string, number>) => void,
 *   number: (order: [string, number][]) => void, lines: number}}
 */
function followingMaps() {
  const tonnes = (/** @type {string[]} */ links, /** @type {Object<string, number>} */ flows) =>
    links.reduce((sum, link) => sum + (flows[link] || 0), 0);
  const lines = [...document.querySelectorAll("[data-links]")].map((group) => {
    const path = /** @type {Element} */ (group.querySelector("path:last-of-type"));
    const links = String(group.getAttribute("data-links")).split(" ");
    return { path, links, map: group.closest("svg"), width: Number(path.getAttribute("stroke-width")), then: 0, slope: 0 };
  });
  const badges = [...document.querySelectorAll("[data-limit]")].map((group) => {
    const words = /** @type {Element} */ (group.querySelector("text"));
    return { group, words, name: String(group.getAttribute("data-limit")) };
  });
  return {
    lines: lines.length,
    today(flows) {
      for (const line of lines) line.then = tonnes(line.links, flows);
      for (const map of new Set(lines.map((line) => line.map))) {
        const own = lines.filter((line) => line.map === map);
        const widest = own.reduce((one, two) => (two.width > one.width ? two : one), own[0]);
        const thinnest = own.reduce((one, two) => (two.width < one.width ? two : one), own[0]);
        const run = widest.then - thinnest.then;
        for (const line of own) line.slope = run > 0 ? (widest.width - thinnest.width) / run : 0;
      }
    },
    follow(flows) {
      for (const line of lines) {
        const now = tonnes(line.links, flows), width = line.width + line.slope * (now - line.then);
        line.path.setAttribute("stroke-width", now > 1 ? Math.max(0.6, width).toFixed(2) : "0");
      }
    },
    number(order) {
      const rungs = new Map(order);
      for (const badge of badges) {
        const rung = rungs.get(badge.name);
        badge.words.textContent = rung ? String(rung) : "–";
        badge.group.setAttribute("opacity", rung ? "1" : "0.35");
      }
    },
  };
}
