"use strict";
/* A what-if as the fragment of a link and as a scenario file. */

/**
 * @typedef {Object} State
 * @property {number} preset
 * @property {number[]} values of the levers
 */

/**
 * The number in the words of a lever's changes, as Python reads it back.
 * @param {any} lever
 * @param {number} value
 */
const numberOf = (lever, value) => (lever.number === "percent" ? (100 + value) / 100 : value);

/**
 * Words of the changes that a state makes to its preset.
 * @param {any} panel
 * @param {State} state
 * @returns {string[]}
 */
function wordsOf(panel, state) {
  const start = panel.presets[state.preset].start;
  return panel.levers.flatMap((/** @type {any} */ lever, /** @type {number} */ at) => {
    if (state.values[at] === start[at]) return [];
    return lever.words.map((/** @type {string} */ words) => words.replace("{}", String(numberOf(lever, state.values[at]))));
  });
}

/**
 * The fragment that restores a state; empty for today.
 * @param {any} panel
 * @param {State} state
 * @returns {string}
 */
function fragmentOf(panel, state) {
  const name = panel.presets[state.preset].name;
  const parts = name ? [`scenario=${encodeURIComponent(name)}`] : [];
  for (const words of wordsOf(panel, state)) parts.push(`set=${encodeURI(words).replace(/[&#+]/g, encodeURIComponent)}`);
  return parts.join("&");
}

/**
 * The state that a fragment stands for, and the words in it that no lever makes.
 * @param {any} panel
 * @param {string} fragment
 * @returns {{state: State, strange: string[]}|null} null for a fragment without a scenario or a change
 */
function stateOf(panel, fragment) {
  const parts = fragment.replace(/^#/, "").split("&").map((part) => part.split(/=(.*)/s));
  const asked = parts.filter(([key]) => key === "set" || key === "scenario").map(([key, text]) => [key, decoded(text || "")]);
  if (!asked.length) return null;
  /** @type {string[]} */
  const strange = [];
  let preset = 0;
  for (const [key, text] of asked) {
    if (key !== "scenario") continue;
    const found = panel.presets.findIndex((/** @type {any} */ each) => each.name === text);
    if (found < 0) strange.push(`scenario ${text}`);
    else preset = found;
  }
  const values = panel.presets[preset].start.slice();
  for (const [key, text] of asked) if (key === "set" && !setBy(panel, preset, values, text)) strange.push(text);
  return { state: { preset, values }, strange };
}

/**
 * Percent decoded, or as it is where that fails.
 * @param {string} text
 */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Set the value of the lever that makes a change of these words; false where none does.
 * @param {any} panel
 * @param {number} preset
 * @param {number[]} values
 * @param {string} text
 */
function setBy(panel, preset, values, text) {
  for (let at = 0; at < panel.levers.length; at++) {
    const lever = panel.levers[at];
    for (const words of lever.words) {
      const [head, tail] = words.split("{}");
      if (!text.startsWith(head) || !text.endsWith(tail)) continue;
      const number = Number(text.slice(head.length, text.length - tail.length));
      if (text.length <= head.length || !Number.isFinite(number)) return false;
      if (panel.presets[preset].fixed.includes(lever.id)) return false;
      const value = lever.number === "percent" ? Number((number * 100 - 100).toPrecision(12)) : number;
      if (value < lever.low || value > lever.high) return false;
      values[at] = value;
      return true;
    }
  }
  return false;
}

/**
 * A scenario file that the command reads with the same answer.
 * @param {any} panel
 * @param {State} state
 * @param {string} note
 * @param {string} why
 * @returns {string} YAML
 */
function fileOf(panel, state, note, why) {
  const name = panel.presets[state.preset].name, base = [...panel.bases];
  if (name && !base.includes(name)) base.push(name);
  const words = [...panel.changes, ...wordsOf(panel, state)];
  const lines = ["name: what_if", `note: ${JSON.stringify(note)}`];
  if (base.length) lines.push(`base: [${base.join(", ")}]`);
  lines.push(words.length ? "changes:" : "changes: []");
  for (const each of words) lines.push(`  - {${changeOf(each)}, source: assumed, why: ${JSON.stringify(why)}}`);
  return lines.join("\n") + "\n";
}

/**
 * The keys of one change in a scenario file.
 * @param {string} words
 * @returns {string}
 */
function changeOf(words) {
  const [whole, where] = words.split(/ where (.*)/s);
  const filter = where ? `, where: ${JSON.stringify(where)}` : "";
  const verb = /^(close|open|build) (\S+)(.*)$/s.exec(whole);
  if (verb) {
    const more = verb[3].replace(/^ = /, " value ").trim().split(/\s+/).filter(Boolean);
    const keys = more.map((each, at) => (at % 2 ? each : `, ${each}: `)).join("");
    return `${verb[1]}: ${verb[2]}${keys}${filter}`;
  }
  const parts = /^([^=]*?)\s*(\+=|-=|\*=|=)\s*(.*)$/s.exec(whole);
  if (!parts) return `set: ${whole}`;
  const [, cell, sign, number] = parts;
  if (sign === "*=") return `scale: ${cell}, by: ${number}${filter}`;
  if (sign === "=") return `set: ${cell}, value: ${JSON.stringify(number)}${filter}`;
  return `add: ${cell}, value: ${sign === "-=" ? `-${number}` : number}${filter}`;
}
