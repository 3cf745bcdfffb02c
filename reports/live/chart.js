"use strict";
/* The cost curve in the panel: today's and the one of the levers, and the list of its steps. */

const SVG = "http://www.w3.org/2000/svg";
/** Px of the chart's height, and room for its figures. */
const TALL = 190, LEFT = 34, FOOT = 34, TOP = 24;

/**
 * A round step that divides a length into a few parts.
 * @param {number} length
 * @param {number} parts
 */
function roundStep(length, parts) {
  const power = 10 ** Math.floor(Math.log10(length / parts || 1));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => length / each <= parts) || 10 * power;
}

/**
 * Draw two cost curves.
 * @param {Element} svg
 * @param {any} now
 * @param {any} then
 * @param {number} scale tonnes of a unit
 * @param {string[]} words of the axes
 */
function drawCurves(svg, now, then, scale, words) {
  const points = (/** @type {any} */ curve) => {
    let spent = 0;
    return [[0, curve.t / scale], ...curve.segments.map((/** @type {any} */ each) => [(spent += each.usd / 1e6), each.t / scale])];
  };
  const lines = [points(then), points(now)], all = lines.flat();
  const mostX = Math.max(...all.map(([x]) => x)) || 1;
  const low = Math.min(...all.map(([, y]) => y)), high = Math.max(...all.map(([, y]) => y));
  const stepX = roundStep(mostX, 5), stepY = roundStep(high - low || high || 1, 4);
  const begin = Math.floor(low / stepY) * stepY, end = Math.ceil(high / stepY + 0.1) * stepY;
  const WIDE = Math.min(Math.max(svg.clientWidth || 460, 280), 560);
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${TALL}`);
  const x = (/** @type {number} */ usd) => LEFT + ((WIDE - LEFT - 10) * usd) / mostX;
  const y = (/** @type {number} */ mt) => TALL - FOOT - ((TALL - FOOT - TOP) * (mt - begin)) / (end - begin);
  /** @type {Element[]} */
  const marks = [];
  const mark = (/** @type {string} */ tag, /** @type {Object<string, string|number>} */ attributes, text = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    made.textContent = text;
    marks.push(made);
  };
  for (let at = begin; at <= end + stepY / 2; at += stepY) {
    mark("line", { x1: LEFT, x2: WIDE - 4, y1: y(at), y2: y(at), class: "grid" });
    mark("text", { x: LEFT - 5, y: y(at) + 4, "text-anchor": "end" }, String(Number(at.toPrecision(6))));
  }
  for (let at = 0; at <= mostX * 1.001; at += stepX) {
    mark("text", { x: x(at), y: TALL - FOOT + 15, "text-anchor": "middle" }, at.toLocaleString("en", { maximumFractionDigits: 1 }));
  }
  mark("text", { x: WIDE - 4, y: TALL - 4, "text-anchor": "end" }, words[0]);
  mark("text", { x: 2, y: 12 }, words[1]);
  lines.forEach((line, at) => {
    const path = line.map(([usd, mt], k) => `${k ? "L" : "M"}${x(usd).toFixed(1)} ${y(mt).toFixed(1)}`).join("");
    mark("path", { d: path, class: at ? "now" : "then" });
    if (at) for (const [usd, mt] of line) mark("circle", { cx: x(usd).toFixed(1), cy: y(mt).toFixed(1), r: 3.2 });
  });
  svg.replaceChildren(...marks);
}
