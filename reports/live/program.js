"use strict";
/* A program as Python wrote it: flat numbers in a frame, moved by levers, solved by HiGHS. */

/**
 * @typedef {Object} Frame
 * @property {number} rows
 * @property {number} columns
 * @property {number[]} starts
 * @property {number[]} indices
 * @property {number[]} given_starts
 * @property {number[]} given_indices
 * @property {number[]} sense
 * @property {Object<string, number[]>} sections begin and end of each section of the numbers
 */

/**
 * @typedef {Object} Solved
 * @property {string} status optimal, infeasible, unbounded or unknown
 * @property {number} value of the goal
 * @property {Float64Array} columns
 * @property {Float64Array} prices change of the goal by a unit of the right-hand side of each row
 */

const OPTIMAL = 7, EMPTY = 6, INFEASIBLE = 8, EITHER = 9, UNBOUNDED = 10;

/**
 * The numbers of a program with the levers at values: those of today, the differences of a preset, and the formulas.
 * @param {any} today preset that holds the whole program
 * @param {any} preset
 * @param {string} name of the program
 * @param {number[]} values of the levers
 * @param {number[]} start values at which the formulas start
 * @returns {Float64Array}
 */
function numbersAt(today, preset, name, values, start) {
  const own = preset.programs[name];
  const numbers = Float64Array.from(own.numbers || today.programs[name].numbers, (each) => (each === null ? Infinity : each));
  for (const [at, value] of own.differs || []) numbers[at] = value === null ? Infinity : value;
  for (const [entry, terms] of movesOf(today, preset, name)) {
    let sum = 0;
    for (const [factor, ...parts] of terms) {
      let product = factor;
      for (const [lever, shape] of parts) {
        product *= shape ? 1 / values[lever] - 1 / start[lever] : values[lever] - start[lever];
      }
      sum += product;
    }
    numbers[entry] += sum;
  }
  return numbers;
}

/**
 * The formulas of a preset by entry: today's, replaced by its own; a preset with its own program has all of them.
 * @param {any} today
 * @param {any} preset
 * @param {string} name of the program
 * @returns {Map<number, any[]>}
 */
function movesOf(today, preset, name) {
  if (!preset.formulas) preset.formulas = {};
  if (!preset.formulas[name]) {
    const listed = preset.programs[name].numbers ? [] : today.moves[name];
    const own = new Map();
    for (const [entry, ...terms] of [...listed, ...preset.moves[name]]) own.set(entry, terms);
    preset.formulas[name] = own;
  }
  return preset.formulas[name];
}

/** One program in HiGHS, whose numbers change in place. */
class Program {
  /**
   * @param {any} highs the solver
   * @param {Frame} frame
   * @param {Float64Array} numbers
   */
  constructor(highs, frame, numbers) {
    this.highs = highs;
    this.frame = frame;
    this.numbers = numbers;
    this.columnOf = new Int32Array(frame.indices.length);
    for (let column = 0; column < frame.columns; column++) {
      this.columnOf.fill(column, frame.starts[column], frame.starts[column + 1]);
    }
    this.every = { kind: "range", from: 0, to: frame.columns - 1 };
    this.cost = new Float64Array(frame.columns);
    [this.lower, this.upper] = this.bounds(this.section("values"));
    this.foldRows();
    this.model = highs.createModel(this.arrays());
    this.model.options.set({ output_flag: false, dual_simplex_cost_perturbation_multiplier: 0 });
  }

  /** Places of rows in the solver; the steps of a market, rows of one column each, are bounds of that column there. */
  foldRows() {
    const { rows, indices, parts } = /** @type {any} */ (this.frame);
    const steps = new Set();
    for (const part of parts || []) for (let step = 0; step < part.steps; step++) steps.add(part.taken + step);
    const entries = new Int32Array(rows), last = new Int32Array(rows);
    indices.forEach((/** @type {number} */ row, /** @type {number} */ at) => {
      entries[row]++;
      last[row] = this.columnOf[at];
    });
    /** Column whose bound a row is, or -1. */
    this.boundOf = new Int32Array(rows).fill(-1);
    /** Place of a row in the solver. */
    this.placeOf = new Int32Array(rows);
    /** @type {number[]} */
    this.kept = [];
    for (let row = 0; row < rows; row++) {
      if (entries[row] === 1 && steps.has(last[row])) this.boundOf[row] = last[row];
      else this.placeOf[row] = this.kept.push(row) - 1;
    }
  }

  /** The arrays for the solver. */
  arrays() {
    const { columns, starts, indices } = this.frame, kept = /** @type {number[]} */ (this.kept);
    const matrix = this.section("matrix"), most = new Float64Array(columns).fill(Infinity);
    this.boundOf.forEach((column, row) => {
      if (column >= 0) most[column] = this.upper[row];
    });
    const ownStarts = [0], ownIndices = [], ownValues = [];
    for (let column = 0; column < columns; column++) {
      for (let at = starts[column]; at < starts[column + 1]; at++) {
        if (this.boundOf[indices[at]] >= 0) continue;
        ownIndices.push(this.placeOf[indices[at]]);
        ownValues.push(matrix[at]);
      }
      ownStarts.push(ownIndices.length);
    }
    return {
      numCols: columns,
      numRows: kept.length,
      colCost: this.cost,
      colLower: new Float64Array(columns),
      colUpper: most,
      rowLower: Float64Array.from(kept, (row) => this.lower[row]),
      rowUpper: Float64Array.from(kept, (row) => this.upper[row]),
      matrix: {
        format: "csc",
        numRows: kept.length,
        numCols: columns,
        starts: Int32Array.from(ownStarts),
        indices: Int32Array.from(ownIndices),
        values: Float64Array.from(ownValues),
      },
    };
  }

  /**
   * A section of the numbers.
   * @param {string} name
   * @returns {Float64Array}
   */
  section(name) {
    const [begin, end] = this.frame.sections[name];
    return this.numbers.slice(begin, end);
  }

  /**
   * Take other numbers of the same program.
   * @param {Float64Array} numbers
   */
  take(numbers) {
    const [begin, end] = this.frame.sections.matrix;
    for (let at = begin; at < end; at++) {
      if (numbers[at] !== this.numbers[at]) {
        const row = this.placeOf[this.frame.indices[at - begin]];
        this.model.changeCoefficient(row, this.columnOf[at - begin], numbers[at]);
      }
    }
    this.numbers = numbers;
  }

  /**
   * Bounds of the rows: rhs − G g, on the sides that the sense leaves.
   * @param {Float64Array} values of the givens
   * @returns {[Float64Array, Float64Array]}
   */
  bounds(values) {
    const { rows, sense, given_starts: starts, given_indices: indices } = this.frame;
    const rhs = this.section("rhs"), factors = this.section("given");
    const lower = new Float64Array(rows), upper = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let right = rhs[row];
      for (let at = starts[row]; at < starts[row + 1]; at++) right -= factors[at] * values[indices[at]];
      lower[row] = sense[row] === 1 ? -Infinity : right;
      upper[row] = sense[row] === -1 ? Infinity : right;
    }
    return [lower, upper];
  }

  /**
   * Hold these bounds of the rows.
   * @param {Float64Array} lower
   * @param {Float64Array} upper
   */
  hold(lower, upper) {
    const changed = [];
    /** @type {[number, number][]} */
    const bounds = [];
    for (let row = 0; row < lower.length; row++) {
      if (lower[row] === this.lower[row] && upper[row] === this.upper[row]) continue;
      if (this.boundOf[row] >= 0) bounds.push([this.boundOf[row], upper[row]]);
      else changed.push(row);
    }
    if (changed.length) {
      const pick = (/** @type {Float64Array} */ from) => Float64Array.from(changed, (row) => from[row]);
      const indices = Int32Array.from(changed, (row) => this.placeOf[row]);
      this.model.changeRowsBounds({ kind: "set", indices }, pick(lower), pick(upper));
    }
    if (bounds.length) {
      bounds.sort((one, two) => one[0] - two[0]);
      const indices = Int32Array.from(bounds, ([column]) => column), most = Float64Array.from(bounds, ([, each]) => each);
      this.model.changeColsBounds({ kind: "set", indices }, new Float64Array(bounds.length), most);
    }
    this.lower = lower;
    this.upper = upper;
  }

  /**
   * Solve for a goal as the bounds are.
   * @param {Float64Array} goal
   * @param {boolean} maximise
   * @returns {Solved}
   */
  run(goal, maximise) {
    const sign = maximise ? -1 : 1;
    const changed = [];
    for (let column = 0; column < goal.length; column++) {
      if (this.cost[column] !== sign * goal[column]) changed.push(column);
    }
    if (changed.length) {
      this.cost = goal.map((each) => sign * each);
      const indices = Int32Array.from(changed);
      this.model.changeColsCost({ kind: "set", indices }, Float64Array.from(changed, (column) => this.cost[column]));
    }
    try {
      this.model.run();
    } catch {  // from the vertex of the round before; a fresh start may do
      this.model.clearSolver();
      this.model.run();
    }
    let status = this.model.getModelStatus();
    if (status !== OPTIMAL && status !== INFEASIBLE && status !== UNBOUNDED && status !== EMPTY) {
      this.model.clearSolver();
      this.model.options.set({ presolve: "off" });
      this.model.run();
      this.model.options.set({ presolve: "choose" });
      status = this.model.getModelStatus();
    }
    const none = new Float64Array(0);
    if (status === INFEASIBLE || status === EITHER) return { status: "infeasible", value: NaN, columns: none, prices: none };
    if (status === UNBOUNDED) return { status: "unbounded", value: Infinity, columns: none, prices: none };
    if (status !== OPTIMAL && status !== EMPTY) return { status: "unknown", value: NaN, columns: none, prices: none };
    const point = this.model.getSolution();
    let value = 0;
    for (let at = 0; at < goal.length; at++) value += goal[at] * point.colValue[at];
    const prices = new Float64Array(this.frame.rows);
    /** @type {number[]} */ (this.kept).forEach((row, at) => (prices[row] = sign * point.rowDual[at]));
    this.duals = { columns: point.colDual, rows: prices.map((each) => sign * each) };
    return { status: "optimal", value, columns: point.colValue, prices };
  }

  /**
   * Solve for a goal with these values of the givens.
   * @param {Float64Array} values
   * @param {Float64Array} goal
   * @param {boolean} maximise
   * @returns {Solved}
   */
  solve(values, goal, maximise) {
    this.hold(...this.bounds(values));
    return this.run(goal, maximise);
  }

  /**
   * The cheapest of the best solutions: rows and columns of the last solution with a price stay where they are.
   * @param {Float64Array} goal to be minimised among them
   * @param {number} face price above which they stay
   * @returns {Solved}
   */
  cheapest(goal, face) {
    const { columns: colDual, rows: rowDual } = /** @type {any} */ (this.duals);
    const lower = this.lower, upper = this.upper, size = this.frame.columns;
    this.hold(
      lower.map((each, row) => (rowDual[row] < -face ? upper[row] : each)),
      upper.map((each, row) => (rowDual[row] > face ? lower[row] : each)),
    );
    const zeros = new Float64Array(size);
    this.model.changeColsBounds(this.every, zeros, colDual.map((/** @type {number} */ each) => (Math.abs(each) > face ? 0 : Infinity)));
    const solved = this.run(goal, false);
    this.hold(lower, upper);
    this.model.changeColsBounds(this.every, zeros, new Float64Array(size).fill(Infinity));
    return solved;
  }

  /** Free the memory of the solver. */
  dispose() {
    this.model.dispose();
  }
}
