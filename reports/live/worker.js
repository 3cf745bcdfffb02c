"use strict";
/* The worker of the page: it holds the programs in HiGHS and answers questions, one at a time. */

/** @type {any} */
const known = { highs: null, panel: null, programs: {}, latest: 0 };

/** Number of limits that are listed, and that have a badge in the map. */
const LISTED = 5, BADGES = 10;

/**
 * Start HiGHS. Its loader takes no bytes but by its hook.
 * @param {ArrayBuffer} bytes of the WebAssembly
 * @returns {Promise<any>}
 */
function startHighs(bytes) {
  return Module({
    instantiateWasm: (/** @type {any} */ imports, /** @type {(instance: any) => void} */ receive) => {
      WebAssembly.instantiate(bytes, imports).then((made) => receive(made.instance));
      return {};
    },
  });
}

/**
 * The places at which columns and rows begin, from the number of entries in each.
 * @param {any} program
 */
function unfold(program) {
  for (const name of ["starts", "given_starts"]) {
    if (!program[name]) continue;
    let at = 0;
    program[name] = [0, ...program[name].map((/** @type {number} */ count) => (at += count))];
  }
}

/**
 * The programs of a preset with the levers at values.
 * @param {number} preset
 * @param {number[]} values
 */
function place(preset, values) {
  const { panel } = known, own = panel.presets[preset], today = panel.presets[0];
  for (const name of Object.keys(today.programs)) {
    const numbers = own.programs[name] && numbersAt(today, own, name, values, panel.start);
    const frame = own.programs[name] && (own.programs[name].rows ? own.programs[name] : today.programs[name]);
    const held = known.programs[name];
    if (held && frame && held.frame === frame) {
      held.take(numbers);
      continue;
    }
    if (held) held.dispose();
    known.programs[name] = frame ? new Program(known.highs, frame, numbers) : null;
  }
}

/**
 * True where no later question has come in: messages that wait are taken first.
 * @param {any} question
 * @returns {Promise<boolean>}
 */
function isLatest(question) {
  return new Promise((tell) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => tell(known.latest === question.id);
    channel.port2.postMessage(null);
  });
}

/**
 * The answer to a question: measures at once, and what follows a little later.
 * @param {any} question
 */
async function answer(question) {
  const began = performance.now();
  known.latest = question.id;
  if (!(await isLatest(question))) return;
  place(question.preset, question.values);
  const { constants } = known.panel, measures = new Measures(known.programs.fits, constants);
  const tell = (/** @type {string} */ kind, /** @type {any} */ found) =>
    postMessage({ kind, id: question.id, ...found, milliseconds: performance.now() - began });
  const first = measures.first();  // of the same goal as the common growth, from whose vertex it starts
  const fits = measures.tonnes();
  tell("fits", { fits, first: fits ? first : [] });
  if (!(await isLatest(question))) return;
  tell("comes", { comes: fits && known.programs.comes ? comes(known.programs.comes, constants) : null });
  if (!(await isLatest(question))) return;
  if (question.map && fits) tell("map", { flows: measures.flows() });
  if (!(await isLatest(question))) return;
  tell("limits", { limits: fits ? measures.limits(LISTED) : [] });
  if (!(await isLatest(question))) return;
  if (question.map && fits) tell("order", { order: measures.order(BADGES) });
  if (!(await isLatest(question))) return;
  if (fits && known.panel.projects.length) {
    tell("curve", { curve: curveOf(known.panel, question.preset, question.values, measures) });
  }
  tell("done", {});
}

onmessage = async (/** @type {MessageEvent} */ event) => {
  const message = event.data;
  try {
    if (message.kind === "start") {
      known.highs = await startHighs(message.wasm);
      known.panel = message.panel;
      for (const preset of known.panel.presets) Object.values(preset.programs).forEach(unfold);
      postMessage({ kind: "ready" });
    } else {
      await answer(message);
    }
  } catch (error) {
    postMessage({ kind: "failed", id: message.id, reason: String(error) });
  }
};
