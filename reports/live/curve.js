"use strict";
/* The cost curve of projects at the levers' values, as optimize/studies/projects.py takes its steps. */

/** Steps of the curve, at most. */
const MOST_STEPS = 10;

/**
 * @typedef {Object} Segment
 * @property {Map<number, number>} built times by project
 * @property {number} before tonnes
 * @property {number} after tonnes
 */

/** The projects of a case in one state of the levers; every set of them is solved once. */
class Builds {
  /**
   * @param {any} panel
   * @param {number} preset
   * @param {number[]} values
   * @param {Measures} measures of that state, from which the floor is
   */
  constructor(panel, preset, values, measures) {
    const own = panel.presets[preset];
    this.projects = panel.projects.filter((/** @type {any} */ each) => !own.fixed.includes(each.id));
    this.projects.sort((/** @type {any} */ one, /** @type {any} */ two) => (one.id < two.id ? -1 : 1));
    this.own = panel.constants;
    this.numbersOf = (/** @type {number[]} */ at) => numbersAt(panel.presets[0], own, "fits", at, panel.start);
    this.values = values;
    this.program = measures.program;
    this.floors = measures.floors;
    this.numbers = this.program.numbers;
    const [begin, end] = this.program.frame.sections.values;
    this.givens = [begin, end];
    /** @type {Map<string, {t: number, gained: Float64Array}>} */
    this.known = new Map();
    this.deltas = this.projects.map((/** @type {any} */ each, /** @type {number} */ project) => {
      const one = this.numbersOf(this.withBuilt(new Map([[project, 1]])));
      return one.map((number, at) => number - this.numbers[at]);
    });
  }

  /**
   * Values of all levers with projects built.
   * @param {Map<number, number>} built
   */
  withBuilt(built) {
    const values = this.values.slice();
    for (const [project, times] of built) values[this.projects[project].lever] = times;
    return values;
  }

  /**
   * Tonnes of the capability with projects built, at the floor of none, and what each given is worth there.
   * @param {Map<number, number>} built
   */
  solved(built) {
    const key = JSON.stringify([...built].filter(([, times]) => times).sort((one, two) => one[0] - two[0]));
    let found = this.known.get(key);
    if (!found) {
      this.program.take(this.numbersOf(this.withBuilt(built)));
      const values = this.program.section("values");
      for (const [at, value] of this.floors) values[at] = value;
      const solved = this.program.solve(values, this.program.section("level"), true);
      found = { t: solved.status === "optimal" ? solved.value * this.own.KILO : NaN, gained: this.worth(solved) };
      this.known.set(key, found);
    }
    return found;
  }

  /**
   * Tonnes by unit of each given, at the prices of a solution.
   * @param {Solved} solved
   */
  worth(solved) {
    const { rows, given_starts: starts, given_indices: indices } = this.program.frame;
    const factors = this.program.section("given"), gained = new Float64Array(this.givens[1] - this.givens[0]);
    if (solved.status !== "optimal") return gained;
    for (let row = 0; row < rows; row++) {
      for (let at = starts[row]; at < starts[row + 1]; at++) gained[indices[at]] -= factors[at] * solved.prices[row] * this.own.KILO;
    }
    return gained;
  }

  /**
   * Tonnes that a project cannot exceed: its givens at their prices; without end where it moves coefficients.
   * @param {number} project
   * @param {Float64Array} gained
   */
  most(project, gained) {
    const delta = this.deltas[project], [begin, end] = this.givens, steps = this.program.frame.sections.step;
    let sum = 0;
    for (let at = 0; at < delta.length; at++) {
      if (delta[at] === 0 || Number.isNaN(delta[at])) continue;
      if (at >= begin && at < end) sum += delta[at] * gained[at - begin];
      else if (at < steps[0] || at >= steps[1]) return Infinity;
    }
    return Math.max(0, sum);
  }

  /**
   * Times that a project can still be built.
   * @param {number} project
   * @param {Map<number, number>} taken
   */
  left(project, taken) {
    return this.projects[project].most - (taken.get(project) || 0);
  }

  /**
   * Cost of projects, USD.
   * @param {Map<number, number>} built
   */
  cost(built) {
    let sum = 0;
    for (const [project, times] of built) sum += this.projects[project].usd * times;
    return sum;
  }

  /**
   * The project of most tonnes for a dollar once these are built; null where none gains enough.
   * @param {Map<number, number>} taken
   * @returns {Map<number, number>|null}
   */
  best(taken) {
    const { LEAST_T, EQUAL } = this.own, before = this.solved(taken);
    const worth = (/** @type {number} */ gain, /** @type {number} */ project) =>
      this.projects[project].usd ? gain / this.projects[project].usd : Infinity;
    /** @type {{project: number, bound: number}[]} */
    const waiting = [];
    this.projects.forEach((/** @type {any} */ each, /** @type {number} */ project) => {
      if (this.left(project, taken) > 0) waiting.push({ project, bound: this.most(project, before.gained) * (1 + EQUAL) + 1 });
    });
    waiting.sort((one, two) => worth(two.bound, two.project) - worth(one.bound, one.project) || one.project - two.project);
    /** @type {Map<number, number>} */
    const gains = new Map();
    let most = 0;
    for (const { project, bound } of waiting) {
      if (bound < LEAST_T || worth(bound, project) < most) continue;
      const gain = this.solved(added(taken, new Map([[project, 1]]))).t - before.t;
      if (!(gain >= LEAST_T)) continue;
      gains.set(project, worth(gain, project));
      most = Math.max(most, worth(gain, project) * (1 - EQUAL));
    }
    const chosen = [...gains].filter(([, each]) => each >= most).map(([project]) => project);
    return chosen.length ? new Map([[Math.min(...chosen), 1]]) : null;
  }

  /**
   * Projects that gain enough together where none does alone, without those that are not worth it.
   * @param {Map<number, number>} taken
   * @returns {Map<number, number>|null}
   */
  jointly(taken) {
    const { LEAST_T, EQUAL } = this.own, before = this.solved(taken).t;
    const gain = (/** @type {Map<number, number>} */ built) => this.solved(added(taken, built)).t - before;
    const worth = (/** @type {Map<number, number>} */ built) => (this.cost(built) ? gain(built) / this.cost(built) : Infinity);
    /** @type {Map<number, number>} */
    let chosen = new Map();
    this.projects.forEach((/** @type {any} */ each, /** @type {number} */ project) => {
      if (this.left(project, taken) > 0) chosen.set(project, this.left(project, taken));
    });
    if (!chosen.size || !(gain(chosen) >= LEAST_T)) return null;
    for (const whole of [true, false]) {
      let better = true;
      while (better) {
        better = false;
        const dear = (/** @type {number} */ project) => this.projects[project].usd * (chosen.get(project) || 0);
        for (const project of [...chosen.keys()].sort((one, two) => dear(two) - dear(one) || one - two)) {
          const fewer = new Map(chosen), times = (fewer.get(project) || 0) - (whole ? fewer.get(project) || 0 : 1);
          if (!fewer.has(project)) continue;
          if (times > 0) fewer.set(project, times);
          else fewer.delete(project);
          if (!fewer.size) continue;
          if (gain(fewer) >= LEAST_T && worth(fewer) >= worth(chosen) * (1 - EQUAL)) [chosen, better] = [fewer, true];
        }
      }
    }
    return chosen;
  }
}

/**
 * Two sets of projects together.
 * @param {Map<number, number>} one
 * @param {Map<number, number>} two
 */
function added(one, two) {
  const both = new Map(one);
  for (const [project, times] of two) both.set(project, (both.get(project) || 0) + times);
  return both;
}

/**
 * The cost curve of a state: tonnes with nothing built, and its segments.
 * @param {any} panel
 * @param {number} preset
 * @param {number[]} values
 * @param {Measures} measures
 * @returns {{t: number, segments: {names: [string, number][], usd: number, t: number}[]}}
 */
function curveOf(panel, preset, values, measures) {
  const builds = new Builds(panel, preset, values, measures), numbers = builds.numbers;
  /** @type {Map<number, number>} */
  let taken = new Map();
  /** @type {Segment[]} */
  const segments = [];
  while (segments.length < MOST_STEPS) {
    const following = builds.best(taken) || builds.jointly(taken);
    if (!following) break;
    const before = builds.solved(taken).t, last = segments[segments.length - 1];
    taken = added(taken, following);
    const after = builds.solved(taken).t;
    const only = following.size === 1 && last && last.built.size === 1 ? [...following.keys()][0] : -1;
    if (only >= 0 && last.built.has(only)) {
      last.built.set(only, (last.built.get(only) || 0) + 1);
      last.after = after;
    } else {
      segments.push({ built: following, before, after });
    }
  }
  const start = builds.solved(new Map()).t;
  builds.program.take(numbers);
  return {
    t: start,
    segments: segments.map(({ built, after }) => ({
      names: [...built].map(([project, times]) => /** @type {[string, number]} */ ([builds.projects[project].name, times])),
      usd: builds.cost(built),
      t: after,
    })),
  };
}
