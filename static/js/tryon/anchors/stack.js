/**
 * Several rings on one finger: laid one upon the other so that they touch and never intersect.
 *
 * The first ring asked for sits nearest the hand. A ring is pushed on along the finger until it
 * meets what is there: seen along the finger, everywhere its underside lies above the tops of those
 * before it. Twin of tryon/anchors/stack.py.
 */

const CELL = 0.0002; // metres: how finely rings are compared, seen along the finger
const GAP = 0.00005; // metres that two rings keep apart
const [NEAREST_HAND, NEAREST_TIP] = [0.3, 0.75]; // of the phalanx, between which bands are worn

/**
 * A ring seen along the finger: how far it reaches at each spot.
 * @typedef {object} Relief
 * @property {number} side cells along each side
 * @property {Float64Array} low (side, side) metres along +Y, Infinity where there is nothing
 * @property {Float64Array} high (side, side), -Infinity where there is nothing
 * @property {[number, number]} band reach of the shank, on the palm's side
 */

/**
 * How the rings of one finger stand to one another.
 * @typedef {object} Stack
 * @property {number[]} offsets metres along +Y, of rings with the first one's inner diameter
 * @property {[number, number]} band reach of all shanks, from the middle between their ends
 */

/**
 * Triangles of one part of a ring, in the ring's own frame.
 * @typedef {{ positions: ArrayLike<number>, triangles: ArrayLike<number> }} Mesh
 */

/**
 * Lay rings of the same inner diameter one upon the other, the first nearest the hand.
 * @param {readonly (readonly Mesh[])[]} rings the parts of each
 * @returns {Stack}
 */
export function stacked(rings) {
  if (rings.length === 1) return { offsets: [0], band: [0, 0] }; // its maker put the hole's middle
  const reliefs = rings.map(relief);
  /** @type {number[]} */ const placed = [];
  for (const upper of reliefs) {
    placed.push(placed.length ? Math.max(...placed.map((y, k) => y + clearance(reliefs[k], upper))) : 0);
  }
  const start = Math.min(...placed.map((y, k) => y + reliefs[k].band[0]));
  const end = Math.max(...placed.map((y, k) => y + reliefs[k].band[1]));
  const half = 0.5 * (end - start);
  return { offsets: placed.map((y) => y - 0.5 * (start + end)), band: [-half, half] };
}

/**
 * Share of the way along the bone where the stack's middle sits; it is moved as a whole.
 * @param {number} place where a single ring sits
 * @param {Stack} stack
 * @param {number} phalanx length of the bone, metres, on the scale of the rings
 */
export function placeOfStack(place, stack, phalanx) {
  const [low, high] = stack.band.map((reach) => reach / Math.max(phalanx, 1e-9));
  if (low === high) return place;
  const [nearest, farthest] = [NEAREST_HAND - low, NEAREST_TIP - high];
  if (farthest < nearest) return 0.5 * (nearest + farthest); // more than fits: as much beyond either end
  return Math.min(Math.max(place, nearest), farthest);
}

/**
 * Metres by which `upper` must stand above `lower` so that they touch.
 * @param {Relief} lower @param {Relief} upper
 */
export function clearance(lower, upper) {
  const side = Math.min(lower.side, upper.side);
  const [edgeLower, edgeUpper] = [(lower.side - side) / 2, (upper.side - side) / 2];
  let most = -Infinity;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const top = lower.high[(row + edgeLower) * lower.side + column + edgeLower];
      const underside = upper.low[(row + edgeUpper) * upper.side + column + edgeUpper];
      if (top > -Infinity && underside < Infinity) most = Math.max(most, top - underside);
    }
  }
  return most > -Infinity ? most + GAP : 0;
}

/**
 * Read a ring's reach along the finger off its meshes, never less than it is.
 * @param {readonly Mesh[]} parts @returns {Relief}
 */
export function relief(parts) {
  let reach = 0;
  for (const { positions } of parts) {
    for (let k = 0; k < positions.length; k += 3) {
      reach = Math.max(reach, Math.abs(positions[k]), Math.abs(positions[k + 2]));
    }
  }
  const half = Math.ceil(reach / CELL) + 2;
  const side = 2 * half + 1;
  const low = new Float64Array(side * side).fill(Infinity);
  const high = new Float64Array(side * side).fill(-Infinity);
  let [least, most] = [Infinity, -Infinity];
  /** @type {[number, number]} of what lies on the palm's side */ const palmar = [Infinity, -Infinity];
  /** @param {number} x @param {number} y @param {number} z */
  const note = (x, y, z) => {
    const cell = (rounded(x / CELL) + half) * side + rounded(z / CELL) + half;
    low[cell] = Math.min(low[cell], y);
    high[cell] = Math.max(high[cell], y);
    least = Math.min(least, y);
    most = Math.max(most, y);
    if (z < 0) {
      palmar[0] = Math.min(palmar[0], y);
      palmar[1] = Math.max(palmar[1], y);
    }
  };
  for (const part of parts) sample(part, note);
  const [from, to] = palmar[0] <= palmar[1] ? palmar : [least, most];
  const under = widened(low.map((value) => -value), side).map((value) => -value);
  return { side, low: under, high: widened(high, side), band: [Math.min(from, 0), Math.max(to, 0)] };
}

/** To the nearest whole number, halves to the even one. @param {number} value */
function rounded(value) {
  const low = Math.floor(value);
  const over = value - low;
  if (over !== 0.5) return over < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/**
 * Points of a surface, no further apart than a cell.
 * @param {Mesh} mesh @param {(x: number, y: number, z: number) => void} note
 */
function sample({ positions: p, triangles }, note) {
  for (let k = 0; k < p.length; k += 3) note(p[k], p[k + 1], p[k + 2]);
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [3 * triangles[k], 3 * triangles[k + 1], 3 * triangles[k + 2]];
    split([p[a], p[a + 1], p[a + 2]], [p[b], p[b + 1], p[b + 2]], [p[c], p[c + 1], p[c + 2]], note);
  }
}

/**
 * @param {number[]} a @param {number[]} b @param {number[]} c
 * @param {(x: number, y: number, z: number) => void} note
 */
function split(a, b, c, note) {
  if (Math.max(apart(a, c), apart(b, a), apart(c, b)) <= CELL) return;
  const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
  for (const [x, y, z] of [ab, bc, ca]) note(x, y, z);
  split(a, ab, ca, note);
  split(ab, b, bc, note);
  split(ca, bc, c, note);
  split(ab, bc, ca, note);
}

/** @param {number[]} a @param {number[]} b */
function apart(a, b) {
  const [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(x * x + y * y + z * z);
}

/** @param {number[]} a @param {number[]} b */
const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];

/**
 * The highest of each cell and its eight neighbours.
 * @param {Float64Array} heights (side, side) @param {number} side
 */
function widened(heights, side) {
  const out = new Float64Array(heights.length).fill(-Infinity);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let most = -Infinity;
      for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, side - 1); y++) {
        for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, side - 1); x++) {
          most = Math.max(most, heights[y * side + x]);
        }
      }
      out[row * side + column] = most;
    }
  }
  return out;
}
