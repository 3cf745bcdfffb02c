"use strict";
/* The cargo that comes: the steps of willingness made finer, as optimize/answer/choice.py does. */

/**
 * @typedef {Object} Market
 * @property {number} base kt on the corridor in the base year
 * @property {number} potential kt on all routes
 * @property {(kt: number) => [number, number]} at least and most willingness with so much on the corridor
 * @property {(usd: number) => number} taken kt that come at a cost of the way
 * @property {(middle: number, width: number) => [number[], number[]]} steps kt and USD per t of each
 */

/**
 * A market of shippers who choose as in a logit.
 * @param {number[]} numbers base, potential, cost, theta, shift
 * @param {Object<string, number>} own constants
 * @returns {Market}
 */
function logit(numbers, own) {
  const [base, potential, cost, theta, shift] = numbers;
  const odds = Math.log(base / (potential - base));
  const at = (/** @type {number} */ amount) => {
    const least = own.NOTHING * potential, most = (1 - own.NOTHING) * potential;
    const kt = Math.min(Math.max(amount, least), most);
    const usd = cost + shift + (odds - Math.log(kt / (potential - kt))) / theta;
    return /** @type {[number, number]} */ ([kt === most ? -Infinity : usd, kt === least ? Infinity : usd]);
  };
  const taken = (/** @type {number} */ usd) => {
    const now = odds + theta * (cost + shift - usd);
    return now > -own.REACH * 50 ? potential / (1 + Math.exp(-now)) : 0;
  };
  const entropy = (/** @type {number} */ kt) => kt * Math.log(Math.max(kt, own.TINY));
  const whole = potential * Math.log(potential);
  const integral = (/** @type {number} */ kt) =>
    (cost + shift) * kt + (odds * kt - (entropy(kt) + entropy(potential - kt) - whole)) / theta;
  const steps = (/** @type {number} */ middle, /** @type {number} */ width) => {
    const most = (1 - own.EDGE) * potential;
    const window = evenly(Math.max(0, middle - width), Math.min(most, middle + width), own.FINE + 1);
    const coarse = evenly(-own.REACH, own.REACH, own.COARSE).map((each) => potential / (1 + Math.exp(-each)));
    const all = [0, most, middle, base, ...window, ...coarse].map((each) => Math.min(Math.max(each, 0), most));
    all.sort((one, two) => one - two);
    let former = -1;
    const ends = [];
    for (const end of all) {
      if (end === former) continue;
      if (end - former > own.EDGE * potential) ends.push(end);
      former = end;
    }
    /** @type {number[]} */
    const kt = [], usd = [];
    const sums = ends.map(integral);
    for (let k = 1; k < ends.length; k++) {
      kt.push(ends[k] - ends[k - 1]);
      usd.push((sums[k] - sums[k - 1]) / (ends[k] - ends[k - 1]));
    }
    return /** @type {[number[], number[]]} */ ([kt, usd]);
  };
  return { base, potential, at, taken, steps };
}

/**
 * Numbers from one to another with equal distances.
 * @param {number} from
 * @param {number} to
 * @param {number} count
 * @returns {number[]}
 */
function evenly(from, to, count) {
  const step = (to - from) / (count - 1);
  return Array.from({ length: count }, (_, k) => (k === count - 1 ? to : from + k * step));
}

/**
 * A market whose willingness is given as steps.
 * @param {number[]} numbers base, kt of each step, USD of each step
 * @param {Object<string, number>} own constants
 * @returns {Market}
 */
function stepped(numbers, own) {
  const count = (numbers.length - 1) / 2, base = numbers[0];
  const room = numbers.slice(1, 1 + count), usd = numbers.slice(1 + count);
  const potential = room.reduce((sum, each) => sum + each, 0), near = own.EDGE * potential;
  /** @type {number[]} */
  const ends = [];
  room.reduce((sum, each, k) => (ends[k] = sum + each), 0);
  const first = (/** @type {number} */ kt) => {
    const found = ends.findIndex((end) => end >= kt);
    return found < 0 ? count : found;
  };
  return {
    base,
    potential,
    at: (kt) => {
      const last = first(kt - near), following = first(kt + near);
      return [following < count ? usd[following] : -Infinity, kt <= near ? Infinity : usd[Math.min(last, count - 1)]];
    },
    taken: (price) => room.reduce((sum, kt, k) => (usd[k] + own.INERTIA >= price ? sum + kt : sum), 0),
    steps: () => {
      const kt = [], prices = [];
      let sent = 0;
      for (let k = 0; k < count; k++) {
        const before = Math.min(Math.max(base - sent, 0), room[k]);
        kt.push(before, room[k] - before);
        prices.push(usd[k] + own.INERTIA, usd[k] - own.INERTIA);
        sent += room[k];
      }
      const kept = kt.map((each, k) => k).filter((k) => kt[k] > own.EDGE * potential);
      return [kept.map((k) => kt[k]), kept.map((k) => prices[k])];
    },
  };
}

/**
 * Mean wait for a scheduled service [h].
 * @param {number} departures a week
 */
const headwayWait = (departures) => (departures > 0 ? 84 / departures : Infinity);

/**
 * The part of a difference between a wait and its departures that a round takes over.
 * @param {[number, number]} now wait and difference
 * @param {[number, number]|undefined} before
 * @param {Object<string, number>} own constants
 */
function partOf(now, before, own) {
  if (!before) return 1;
  const run = now[0] - before[0], rise = now[1] - before[1];
  return run * rise < 0 ? Math.min(Math.max(-run / rise, own.DAMPED), own.GREATEST) : own.DAMPED;
}

/**
 * The tonnes that come, or null where fixed cargo does not fit or no certificate would pass. An equilibrium is settled
 * where willingness and waits agree with the flow as closely as is sought.
 * @param {Program} program
 * @param {Object<string, number>} own constants
 * @returns {{t: number, rounds: number, residual: number, settled: boolean}|null}
 */
function comes(program, own) {
  const frame = /** @type {any} */ (program.frame);
  const numbers = Array.from(program.section("markets")), departures = program.section("departures");
  const shippers = program.section("cost"), hourly = program.section("hourly"), gate = program.section("gate");
  /** @type {Market[]} */
  const markets = frame.parts.map((/** @type {any} */ part) =>
    (part.kind === "logit" ? logit : stepped)(numbers.slice(...part.at), own));
  const services = frame.services.map((/** @type {any} */ service, /** @type {number} */ k) => {
    const now = departures[2 * k], before = departures[2 * k + 1];
    return { ...service, now, before, wait: headwayWait(now) - headwayWait(before) };
  });
  let middle = markets.map((market) => market.base), width = markets.map((market) => market.potential / 2);
  /** @type {[number, number][]} */
  let former = [];
  for (let round = 1; round <= own.ROUNDS; round++) {
    const goal = shippers.map((each) => -each), values = program.section("values");
    let hour = 0;
    for (const service of services) for (const column of service.columns) goal[column] -= hourly[hour++] * service.wait;
    frame.parts.forEach((/** @type {any} */ part, /** @type {number} */ k) => {
      const [kt, usd] = markets[k].steps(middle[k], width[k]);
      for (let step = 0; step < own.STEPS; step++) values[part.step + step] = step < kt.length ? kt[step] : 0;
      usd.forEach((each, step) => (goal[part.taken + step] += each));
    });
    const solved = program.solve(values, goal, true);
    if (solved.status !== "optimal") return null;
    const price = frame.parts.map((/** @type {any} */ part) => -solved.prices[part.row]);
    const kt = frame.parts.map((/** @type {any} */ part) => solved.columns[part.served]);
    let residual = 0, unsettled = 0;
    markets.forEach((market, k) => {
      const [low, high] = market.at(kt[k]);
      residual = Math.max(residual, low - price[k], price[k] - high);
    });
    const apart = services.map((/** @type {any} */ service) => {
      const flow = service.columns.reduce((/** @type {number} */ sum, /** @type {number} */ at) => sum + solved.columns[at], 0);
      const now = Math.max((service.now * flow) / service.tonnes, Math.min(service.now, own.LEAST_DEPARTURES));
      return headwayWait(now) - headwayWait(service.before) - service.wait;
    });
    for (const each of apart) unsettled = Math.max(unsettled, Math.abs(each));
    const reached = residual <= own.AGREES && (unsettled <= own.SETTLED || round > own.HELD);
    if (reached || round === own.ROUNDS) {
      let sum = 0;
      for (let at = 0; at < gate.length; at++) sum += gate[at] * solved.columns[at];
      const settled = reached && unsettled <= own.SETTLED;
      return residual <= own.CHOICE_USD ? { t: sum * own.KILO, rounds: round, residual, settled } : null;
    }
    /** @type {[number, number][]} */
    const now = services.map((/** @type {any} */ service, /** @type {number} */ k) => [service.wait, apart[k]]);
    if (round <= own.HELD) {
      services.forEach((/** @type {any} */ service, /** @type {number} */ k) => {
        service.wait += partOf(now[k], former[k], own) * apart[k];
      });
    }
    former = now;
    markets.forEach((market, k) => {
      const away = own.WIDER * Math.abs(market.taken(price[k]) - kt[k]);
      width[k] = Math.min(market.potential, Math.max(width[k] / own.NARROWER, away, 1e-7 * market.potential));
    });
    middle = kt;
  }
  return null;
}
