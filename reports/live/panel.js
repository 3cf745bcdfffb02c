"use strict";
/* The panel of the page: levers and presets on one side, the measures that follow on the other. */

/** Relative difference up to which an answer of the page agrees with that of Python, and one of the cargo that comes. */
const AGREES = 1e-6;

(async () => {
  const root = document.getElementById("live");
  if (!root || !("DecompressionStream" in window) || !("WebAssembly" in window) || !window.Worker) return;
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const all = (/** @type {string} */ selector) => /** @type {any[]} */ ([...root.querySelectorAll(selector)]);

  /**
   * The bytes of an element that holds gzip in base 85.
   * @param {string} id
   */
  async function unpacked(id) {
    const bytes = bytesOf(/** @type {any} */ (document.getElementById(id)).textContent.trim());
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  const text = (/** @type {ArrayBuffer} */ bytes) => new TextDecoder().decode(bytes);
  const panel = JSON.parse(text(await unpacked("live-panel")));
  const words = panel.texts;
  const source = new Blob([await unpacked("live-worker")], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(source));
  /** @type {State} */
  const state = { preset: 0, values: panel.start.slice() };
  const today = panel.presets[0].answer;
  let asked = 0, checked = "";
  /** True while today's answer is computed, which nothing interrupts. */
  let starting = false;
  /** @type {any} */
  const shown = {};
  /** @type {any} */
  const page = { ready: false, agrees: null, pending: true, shown, milliseconds: {} };
  /** @type {any} */ (window).corridorLive = page;

  /**
   * Words with the values of names in braces.
   * @param {string} pattern
   * @param {Object<string, string>} values
   */
  const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const scale = today.each >= 1e5 ? 1e6 : today.each >= 100 ? 1e3 : 1;
  const unit = { 1000000: "Mt", 1000: "kt", 1: "t" }[scale];
  const amount = (/** @type {number} */ t) => (t / scale).toFixed(2);
  const change = (/** @type {number} */ t) => {
    const size = amount(Math.abs(t));
    return Number(size) === 0 ? words.same : `${t < 0 ? "−" : "+"}${size}`;
  };

  const maps = followingMaps();
  /** The state of the question that is being answered; the first one is today's, whatever the address asks for.
   * @type {State}
   */
  let posed = { preset: 0, values: panel.start.slice() };
  const untouched = () => posed.values.every((each, at) => each === panel.presets[posed.preset].start[at]);
  const isAsked = () => posed.preset === state.preset && posed.values.every((each, at) => each === state.values[at]);

  /** Ask the worker; an answer that is not that of the last question is dropped. */
  function ask() {
    page.pending = true;
    if (!page.ready || starting) return;
    if (asked) posed = { preset: state.preset, values: state.values.slice() };
    starting = !asked;
    asked += 1;
    worker.postMessage({ kind: "ask", id: asked, preset: posed.preset, values: posed.values, map: true });
  }

  /** Show one measure beside today's. */
  function measure(/** @type {string} */ name, /** @type {number|null} */ t, about = false) {
    const row = find(`[data-measure="${name}"]`);
    if (!row) return;
    shown[name] = t;
    row.querySelector(".live-value").textContent = t === null ? words.none : `${about ? words.about : ""}${amount(t)} ${unit}`;
    row.querySelector(".live-change").textContent = t === null || today[name] == null ? "" : change(t - today[name]);
    const most = Math.max(today.each, ...Object.values(shown).map((each) => Number(each) || 0)) * 1.05;
    for (const other of all("[data-measure]")) {
      const own = shown[other.dataset.measure];
      other.querySelector(".live-bar rect.now").setAttribute("width", String(own ? (100 * own) / most : 0));
      other.querySelector(".live-bar rect.then").setAttribute("x", String((100 * (today[other.dataset.measure] || 0)) / most));
    }
  }

  /** Compare the first answer of each preset with the one that Python gave. */
  function check() {
    const preset = panel.presets[posed.preset];
    if (!untouched()) {
      if (page.agrees) find(".live-check").textContent = words.moved;
      return;
    }
    const own = preset.answer, wrong = [];
    for (const name of ["used", "alike", "each", "comes"]) {
      if (own[name] == null || shown[name] === undefined) continue;
      const apart = shown[name] === null ? Infinity : Math.abs(shown[name] - own[name]) / Math.max(1, Math.abs(own[name]));
      if (apart > AGREES) wrong.push(name);
    }
    checked = wrong.length ? words.disagrees : words.agrees;
    if (posed.preset === 0 || wrong.length) page.agrees = !wrong.length;
    find(".live-check").textContent = checked;
    if (wrong.length && posed.preset === 0) {
      for (const each of all("input, button")) each.disabled = true;
      root.classList.add("live-off");
    }
  }

  /** Take one part of an answer. */
  function take(/** @type {any} */ part) {
    page.milliseconds[part.kind] = part.milliseconds;
    if (part.kind === "fits") {
      for (const name of ["used", "alike", "each"]) measure(name, part.fits ? part.fits[name] : null);
      const first = part.first.join(words.and);
      find(".live-first").textContent = !part.fits ? words.infeasible : first ? filled(words.first, { first }) : words.nothing;
      shown.first = part.first;
    } else if (part.kind === "comes") {
      measure("comes", part.comes ? part.comes.t : null, part.comes && !part.comes.settled);
      page.settled = Boolean(part.comes && part.comes.settled);
    } else if (part.kind === "limits") {
      const list = find(".live-limits");
      list.replaceChildren(...part.limits.map((/** @type {any} */ limit) => {
        const item = document.createElement("li");
        item.textContent = filled(words.limit, { name: limit.name, per: limit.per, t: change(limit.t), unit: String(unit) });
        return item;
      }));
      find(".live-more").hidden = !part.limits.length;
    } else if (part.kind === "curve") {
      page.curves = { now: part.curve, then: page.curves ? page.curves.then : part.curve };
      const axes = [words.axis_x, filled(words.axis_y, { unit: String(unit) })];
      drawCurves(find(".live-curve svg"), page.curves.now, page.curves.then, scale, axes);
      let before = part.curve.t;
      const items = part.curve.segments.map((/** @type {any} */ each) => {
        const names = each.names.map((/** @type {[string, number]} */ [name, times]) =>
          times > 1 ? filled(words.times, { count: String(times), name }) : name);
        const item = document.createElement("li"), usd = (each.usd / 1e6).toLocaleString("en", { maximumFractionDigits: 1 });
        item.textContent = filled(words.built, { names: names.join(words.and), usd, t: change(each.t - before), unit: String(unit) });
        before = each.t;
        return item;
      });
      find(".live-steps").replaceChildren(...items);
      find(".live-nothing").textContent = items.length ? "" : words.none_built;
    } else if (part.kind === "map") {
      if (!page.map) {
        maps.today(part.flows);
      } else {
        maps.follow(part.flows);
      }
      page.map = { flows: part.flows, order: page.map ? page.map.order : null };
    } else if (part.kind === "order") {
      if (page.map.order) maps.number(part.order);
      page.map.order = part.order;
    }
  }

  worker.onmessage = (event) => {
    const part = event.data;
    if (part.kind === "ready") {
      page.ready = true;
      root.classList.add("live-on");
      ask();
      return;
    }
    if (part.kind === "failed") {
      find(".live-check").textContent = filled(words.failed, { reason: part.reason });
      page.agrees = false;
      page.pending = false;
      return;
    }
    if (part.id !== asked) return;
    if (part.kind !== "done") {
      take(part);
      return;
    }
    starting = false;
    check();
    if (!isAsked()) {
      ask();
      return;
    }
    page.pending = false;
    page.ended = performance.now();
  };

  /** Set the fields, buttons and the fragment by the state. */
  function display(fragment = true) {
    const preset = panel.presets[state.preset];
    panel.levers.forEach((/** @type {any} */ lever, /** @type {number} */ at) => {
      const row = find(`[data-lever="${at}"]`), fixed = preset.fixed.includes(lever.id);
      const [slider, field] = row.querySelectorAll("input");
      slider.value = String(Math.round((state.values[at] - panel.start[at]) / lever.step));
      slider.setAttribute("aria-valuetext", `${state.values[at]} ${lever.unit}`);
      if (document.activeElement !== field) field.value = String(state.values[at]);
      for (const each of [slider, field]) each.disabled = fixed;
      row.classList.toggle("live-moved", state.values[at] !== preset.start[at]);
    });
    for (const button of all("[data-preset]")) button.setAttribute("aria-pressed", String(Number(button.dataset.preset) === state.preset));
    find(".live-note").textContent = preset.note;
    if (fragment) {
      const hash = fragmentOf(panel, state);
      try {
        history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
      } catch {
        location.hash = hash;
      }
    }
  }

  /** Take a state from the fragment of the address, where it has one. */
  function restore() {
    const found = stateOf(panel, location.hash);
    if (!found) return false;
    Object.assign(state, found.state);
    find(".live-strange").textContent = found.strange.length ? filled(words.strange, { words: found.strange.join("; ") }) : "";
    display(false);
    return true;
  }

  const rounded = (/** @type {number} */ value) => Number(value.toPrecision(12));
  panel.levers.forEach((/** @type {any} */ lever, /** @type {number} */ at) => {
    const row = find(`[data-lever="${at}"]`), [slider, field] = row.querySelectorAll("input");
    const move = (/** @type {number} */ value) => {
      state.values[at] = Math.min(Math.max(rounded(value), lever.low), lever.high);
      display();
      ask();
    };
    slider.addEventListener("input", () => move(panel.start[at] + Number(slider.value) * lever.step));
    field.addEventListener("input", () => {
      const value = Number(field.value);
      if (field.value !== "" && Number.isFinite(value) && value >= lever.low && value <= lever.high) move(value);
    });
    field.addEventListener("blur", () => (field.value = String(state.values[at])));
  });
  for (const button of all("[data-preset]")) {
    button.addEventListener("click", () => {
      state.preset = Number(button.dataset.preset);
      state.values = panel.presets[state.preset].start.slice();
      find(".live-strange").textContent = "";
      display();
      ask();
    });
  }
  find(".live-reset").addEventListener("click", () => {
    state.values = panel.presets[state.preset].start.slice();
    find(".live-strange").textContent = "";
    display();
    ask();
  });
  find(".live-file").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([page.file()], { type: "application/yaml" }));
    link.download = "what_if.yaml";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  find(".live-copy").addEventListener("click", async () => {
    const link = `${location.href.split("#")[0]}#${fragmentOf(panel, state)}`;
    const box = find(".live-link");
    box.value = link;
    box.hidden = false;
    box.select();
    try {
      await navigator.clipboard.writeText(link);
      find(".live-said").textContent = words.copied;
    } catch {
      find(".live-said").textContent = words.copy;
    }
  });
  window.addEventListener("hashchange", () => {
    if (restore()) ask();
  });

  page.file = () => fileOf(panel, state, words.note, words.why);
  page.state = state;
  page.panel = panel;
  /** For tests and for the console: put the levers at values of a preset. */
  page.put = (/** @type {number} */ preset, /** @type {number[]} */ values) => {
    state.preset = preset;
    state.values = [...values, ...panel.start.slice(values.length)];
    display();
    ask();
  };
  if (!restore()) display(false);
  root.classList.add("live-starts");
  const wasm = await unpacked("live-wasm");
  worker.postMessage({ kind: "start", wasm, panel }, [wasm]);
})();
