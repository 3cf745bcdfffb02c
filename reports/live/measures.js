"use strict";
/* The measures of a year, its first limit and the others, as optimize/answer computes them. */

/** The measures of one program at its numbers. */
class Measures {
  /**
   * @param {Program} program
   * @param {Object<string, number>} constants
   */
  constructor(program, constants) {
    this.program = program;
    this.frame = /** @type {any} */ (program.frame);
    this.own = constants;
    this.base = program.section("base");
    this.total = this.base.reduce((sum, each) => sum + each, 0);
    this.steps = program.section("step");
    this.goals = { growth: program.section("growth"), level: program.section("level"), tie: program.section("tie") };
    this.values = program.section("values");
    /** @type {number[]|null|undefined} */
    this.found = undefined;
  }

  /**
   * Solve for a goal with some givens replaced, by position.
   * @param {"growth"|"level"} goal
   * @param {Map<number, number>} given
   * @returns {Solved}
   */
  ask(goal, given) {
    const values = this.values.slice();
    for (const [at, value] of given) values[at] = value;
    return this.program.solve(values, this.goals[goal], true);
  }

  /** @returns {Solved} the largest growth common to all segments */
  get common() {
    if (!this.known) this.known = this.ask("growth", new Map());
    return this.known;
  }

  /** @returns {Map<number, number>} floors of all segments: the base year, or the common growth where that is less */
  get floors() {
    const share = Math.min(1, this.common.value), given = new Map();
    this.frame.floors.forEach((/** @type {number} */ at, /** @type {number} */ segment) => {
      if (at >= 0) given.set(at, share * this.base[segment]);
    });
    return given;
  }

  /**
   * Used, fits alike and fits each in tonnes; null where fixed cargo does not fit.
   * @returns {{used: number, alike: number, each: number}|null}
   */
  tonnes() {
    const { KILO } = this.own;
    if (!this.base.length) return { used: 0, alike: 0, each: 0 };
    if (this.common.status !== "optimal") return null;
    const alike = this.common.value * this.total * KILO;
    let used = this.total * KILO;
    if (this.common.value < 1 || this.frame.rules) {
      const given = this.floors, own = this.program.section("own");
      this.frame.ceilings.forEach((/** @type {number} */ at, /** @type {number} */ segment) => {
        if (at >= 0) given.set(at, Math.min(own[segment], this.base[segment]));
      });
      used = this.ask("level", given).value * KILO;
    }
    this.best = this.ask("level", this.floors);
    return { used, alike, each: this.best.value * KILO };
  }

  /**
   * Positions of the limits whose row has a price.
   * @param {Solved} solved
   * @returns {number[]}
   */
  priced(solved) {
    const found = [];
    this.frame.limits.forEach((/** @type {any} */ limit, /** @type {number} */ at) => {
      if (Math.abs(solved.prices[limit.row]) > this.own.PRICED) found.push(at);
    });
    return found;
  }

  /**
   * Limits that have to be lifted besides others for the common growth to rise; null without any.
   * @param {Solved} found
   * @param {number[]} lifted
   * @returns {number[]|null}
   */
  lifting(found, lifted) {
    const { RAISES } = this.own, limits = this.frame.limits;
    const id = (/** @type {number} */ at) => limits[at].id;
    const shut = (/** @type {number} */ at) => this.values[limits[at].given] === 0;
    const can = (/** @type {number} */ at) => at !== this.frame.nameplate && !lifted.includes(at);
    const solve = (/** @type {number[]} */ more) => this.lifted([...lifted, ...more]);
    const rises = (/** @type {Solved} */ now) =>
      now.status === "unbounded" || now.value > found.value * (1 + RAISES) + 1e-12;
    const candidates = this.priced(found).filter(can);
    /** @type {[number, number][]} */
    const raising = [];
    for (const at of candidates) {
      const now = solve([at]);
      if (rises(now)) raising.push([at, now.value]);
    }
    if (raising.length) {
      const open = raising.filter(([at]) => !shut(at)), chosen = open.length ? open : raising;
      const most = Math.max(...chosen.map(([, value]) => value)) * (1 - RAISES);
      const ids = chosen.filter(([, value]) => value >= most).map(([at]) => at);
      return [ids.reduce((one, two) => (id(two) < id(one) ? two : one))];
    }
    let together = candidates.slice();
    while (together.length) {
      const now = solve(together);
      if (rises(now)) break;
      const more = this.priced(now).filter((at) => can(at) && !together.includes(at));
      if (!more.length) return null;
      together.push(...more);
    }
    const order = together.slice().sort((one, two) => Number(!shut(one)) - Number(!shut(two)) || (id(one) < id(two) ? -1 : 1));
    for (const at of order) {
      const rest = together.filter((each) => each !== at);
      if (rest.length && rises(solve(rest))) together = rest;
    }
    return together.length ? together.sort((one, two) => (id(one) < id(two) ? -1 : 1)) : null;
  }

  /**
   * The common growth with limits lifted without end.
   * @param {number[]} lifted
   * @returns {Solved}
   */
  lifted(lifted) {
    return this.ask("growth", new Map(lifted.map((at) => [this.frame.limits[at].given, Infinity])));
  }

  /** @returns {number[]|null} limits that have to be lifted for the common growth to rise */
  get firstLimits() {
    if (this.found === undefined) this.found = this.lifting(this.common, []);
    return this.found;
  }

  /** @returns {string[]} names of the first limit, or of the nameplate where nothing else stops the corridor */
  first() {
    if (!this.base.length || this.common.status !== "optimal") return [];
    const found = this.firstLimits;
    if (found) return found.map((at) => this.frame.limits[at].name);
    const plate = this.frame.nameplate;
    return plate >= 0 && this.priced(this.common).includes(plate) ? [this.frame.limits[plate].name] : [];
  }

  /**
   * Names of the limits with their rung, in the order in which they come as all cargo grows.
   * @param {number} most
   * @returns {[string, number][]}
   */
  order(most) {
    /** @type {[string, number][]} */
    const listed = [];
    /** @type {number[]} */
    const lifted = [];
    let now = this.common, rung = 0, joined = 0;
    while (listed.length < most && now.status === "optimal") {
      const found = lifted.length ? this.lifting(now, lifted) : this.firstLimits;
      if (!found) break;
      if (!rung || now.value >= joined * (1 + this.own.JOINED)) [rung, joined] = [rung + 1, now.value];
      for (const at of found) listed.push([this.frame.limits[at].name, rung]);
      lifted.push(...found);
      now = this.lifted(lifted);
    }
    return listed;
  }

  /**
   * Limits of the capability with the tonnes that one step of each brings, the greatest first.
   * @param {number} most
   * @returns {{name: string, per: string, t: number}[]}
   */
  limits(most) {
    const { KILO, RAISES } = this.own, best = this.best;
    if (!best || best.status !== "optimal") return [];
    const floors = this.floors;
    const bound = (/** @type {number} */ at) => this.steps[at] * Math.abs(best.prices[this.frame.limits[at].row]);
    const waiting = this.priced(best).filter((at) => this.steps[at] > 0).sort((one, two) => bound(two) - bound(one));
    const listed = [];
    for (const at of waiting.slice(0, 3 * most)) {
      if (listed.length === most) break;
      const limit = this.frame.limits[at], given = new Map(floors);
      given.set(limit.given, this.values[limit.given] + this.steps[at]);
      const change = this.ask("level", given).value - best.value;
      if (change > RAISES * Math.max(1, best.value)) listed.push({ name: limit.name, per: limit.per, t: change * KILO });
    }
    return listed.sort((one, two) => two.t - one.t);
  }

  /** @returns {Object<string, number>} tonnes by link of the cheapest flow that reaches the capability */
  flows() {
    const { KILO, FACE } = this.own;
    const best = this.ask("level", this.floors);
    if (best.status !== "optimal") return {};
    const cheapest = this.program.cheapest(this.goals.tie, FACE);
    const columns = cheapest.status === "optimal" ? cheapest.columns : best.columns;
    /** @type {Object<string, number>} */
    const tonnes = {};
    for (const [link, places] of Object.entries(this.frame.flows)) {
      tonnes[link] = KILO * /** @type {number[]} */ (places).reduce((sum, at) => sum + columns[at], 0);
    }
    return tonnes;
  }
}
