/**
 * The hand that a piece is shown on for scale: a smooth figure of it, as large as hands are on the mean.
 *
 * Its joints are joined by round cones, flattened where a hand is flat, and these flow into each other;
 * the surface is found on a grid (surface nets, Gibson 1998) and brought to where it is. Millimetres from
 * the middle of the wrist's crease, x to the thumb, y to the fingertips, z out of the back: a left hand.
 */

/** @typedef {{ length: number, breadth: number }} Hand */
/** @typedef {'finger' | 'wrist'} Seat */
/** @typedef {[x: number, y: number, z: number, radius: number]} Joint */
/** @typedef {{ joints: Joint[], flat: number }} Limb `flat`: thickness over breadth */
/**
 * Triangles of a hand about a piece, model frame, metres; `openness` is how much of the light arrives.
 * @typedef {object} Figure
 * @property {Float32Array} positions three numbers each
 * @property {Float32Array} normals
 * @property {Float32Array} openness four numbers each
 * @property {Uint32Array} triangles
 */

/** Mean hands of women and of men: models3d/data/body_sizes.csv. @type {readonly [Hand, Hand]} */
export const HANDS = Object.freeze([
  { length: 181.1, breadth: 78.2 },
  { length: 193.3, breadth: 88.3 },
]);
const GIRTH = 165.4; // of a wrist, halfway between both means
const FINGER_GIRTH = 57; // a ring size that more men wear than women
const DRAWN = HANDS[0]; // whose measures the joints below have
const RING_RADIUS = 7.9; // of the finger below, where a ring sits
const WRIST = { across: 28, deep: 20.4 };

/** From the knuckle to the tip. @type {Joint[][]} */
const FINGERS = [
  [[27.5, 86, 1, 8.6], [31.5, 126, 1.5, 7.7], [33.4, 148, 0, 6.8], [34.4, 163.4, -1.5, 5.9]],
  [[9, 90, 2, 8.8], [9.4, 134, 2, 7.8], [9.3, 159, 0, 6.9], [9, 175, -1.5, 6]],
  [[-9.6, 85, 1.5, 8.5], [-12.9, 126, 1.5, 7.5], [-14.9, 150.5, 0, 6.7], [-16.1, 165.6, -1.5, 5.8]],
  [[-26.6, 76, 0, 7.6], [-33.4, 108, 0.5, 6.5], [-37, 125.5, -0.5, 5.8], [-39.2, 138, -1.5, 5]],
]; // prettier-ignore
const RING = FINGERS[2];
/** @type {Joint[]} */
const THUMB = [[17, 26, -5, 13], [36, 54, -7, 10.2], [52, 79, -7, 8.5], [62.5, 98, -7, 6.8]];
/** @type {Limb[]} */
const PALM = [
  { joints: [[0, 14, 0, 25.5], [1, 66, 0, 27]], flat: 0.5 },
  { joints: [[14, 30, -3, 17], [26, 84, 0, 11.5]], flat: 0.8 },
  { joints: [[-19, 26, -3, 14], [-26, 74, 0, 11]], flat: 0.85 },
  { joints: [[25, 88, -1, 9.6], [9, 93, -1, 9.2], [-9, 88, -1, 9.2], [-25, 78, -1, 9.2]], flat: 0.85 },
];
const FOREARM = { length: 200, radius: 37 };
/** Where the forearm ends, y. */
const CUT = { finger: -34, wrist: -150 };
const DEEP = 24; // on either side of the middle that anything of it reaches
const FINGER_FLAT = 0.94;
const RING_AT = 0.6; // of the first phalanx, from the knuckle
const JOIN = 9; // mm in which two parts flow into each other
/** Of the grid, mm. */
const CELL = { finger: 2.4, wrist: 3.4 };
const SLICE_MS = 8; // of work, before the page goes on
const CONE = 10; // numbers
/** Of a tetrahedron: slopes are taken along them. */
const CORNERS = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]; // prettier-ignore
const FILL = 0.975; // of what is inside the piece

/**
 * How far it is round the inside of a piece, mm.
 * @param {{across: number, deep: number}} inside half the width and the depth, mm
 */
export function girthOf({ across, deep }) {
  return 2 * Math.PI * Math.hypot(across, deep) * Math.SQRT1_2;
}

/**
 * The mean hand that wears pieces of that size.
 * @param {Seat} seat
 * @param {{across: number, deep: number}} inside
 */
export function handFor(seat, inside) {
  return HANDS[girthOf(inside) < (seat === 'finger' ? FINGER_GIRTH : GIRTH) ? 0 : 1];
}

/**
 * A limb as numbers, ten for each of its cones: where it begins, its radius there, what is added until
 * its end, one over its length squared, one over its flatness.
 * @param {Limb} limb
 */
function cones({ joints, flat }) {
  return Float64Array.from(
    joints.slice(1).flatMap(([bx, by, bz, br], k) => {
      const [ax, ay, az, ar] = joints[k];
      const [dx, dy] = [bx - ax, by - ay];
      return [ax, ay, az, ar, dx, dy, bz - az, br - ar, 1 / (dx * dx + dy * dy), 1 / flat];
    }),
  );
}

/**
 * How far a place lies outside a limb.
 * @param {Float64Array} limb
 * @param {number} x
 * @param {number} y
 * @param {number} z
 */
function outsideOf(limb, x, y, z) {
  let least = Infinity;
  for (let k = 0; k < limb.length; k += CONE) {
    const rx = x - limb[k];
    const ry = y - limb[k + 1];
    const dx = limb[k + 4];
    const dy = limb[k + 5];
    const share = Math.min(Math.max((rx * dx + ry * dy) * limb[k + 8], 0), 1);
    const px = rx - share * dx;
    const py = ry - share * dy;
    const pz = (z - limb[k + 2] - share * limb[k + 6]) * limb[k + 9];
    const away = Math.sqrt(px * px + py * py + pz * pz) - limb[k + 3] - share * limb[k + 7];
    if (away < least) least = away;
  }
  return least;
}

/**
 * @param {number} a
 * @param {number} b
 */
function joined(a, b) {
  const near = Math.max(JOIN - Math.abs(a - b), 0) / JOIN;
  return Math.min(a, b) - (near * near * JOIN) / 4;
}

/**
 * Limbs of a hand whose wearing part is as large as the piece needs it.
 * @param {Seat} seat
 * @param {Hand} hand
 * @param {{across: number, deep: number}} inside
 */
function limbsOf(seat, { length, breadth }, { across, deep }) {
  const wide = breadth / DRAWN.breadth;
  const long = length / DRAWN.length;
  const thick = seat === 'finger' ? (across * FILL) / RING_RADIUS : wide;
  const sized = (/** @type {Joint[]} */ joints, /** @type {number} */ by) =>
    joints.map(([x, y, z, r]) => /** @type {Joint} */ ([x * wide, y * long, z * by, r * by]));
  const wrist = seat === 'wrist' ? { across: across * FILL, deep: deep * FILL } : { across: WRIST.across * wide, deep: WRIST.deep * wide };
  /** @type {Joint[]} */
  const arm = [[0, 0, 0, wrist.across], [0, -40 * long, 0, wrist.across], [0, -FOREARM.length * long, 0, FOREARM.radius * wide]];
  return {
    fingers: [...FINGERS, THUMB].map((joints) => cones({ joints: sized(joints, thick), flat: FINGER_FLAT })),
    palm: [...PALM.map(({ joints, flat }) => cones({ joints: sized(joints, wide), flat })), cones({ joints: arm, flat: wrist.deep / wrist.across })],
  };
}

/**
 * The hand about a piece that stands in its own frame: y to the fingertips, z out of the back of the hand.
 * @param {Seat} seat
 * @param {{across: number, deep: number}} inside half the width and the depth inside the piece, mm
 * @returns {Promise<Figure>} made in slices, between which the page goes on
 */
export async function figure(seat, inside) {
  const hand = handFor(seat, inside);
  const { fingers, palm } = limbsOf(seat, hand, inside);
  const cut = CUT[seat];
  const outside = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    let body = outsideOf(palm[0], x, y, z);
    for (let k = 1; k < palm.length; k++) body = joined(body, outsideOf(palm[k], x, y, z));
    let finger = Infinity;
    for (const limb of fingers) finger = Math.min(finger, outsideOf(limb, x, y, z));
    return Math.max(joined(body, finger), cut - y);
  };
  const cell = CELL[seat];
  const low = [-0.62 * hand.breadth, cut - cell, -DEEP];
  const high = [0.95 * hand.breadth, hand.length + cell, DEEP];
  const pause = slices();
  const { places, triangles } = await surface(outside, low, high, cell, pause);
  /** @type {number[][]} */
  const normals = [];
  for (const place of places) {
    normals.push(settled(outside, place));
    if (normals.length % 64 === 0) await pause();
  }
  const { middle, turn } = seatOf(seat, hand);
  const [sine, cosine] = [Math.sin(turn), Math.cos(turn)];
  const turned = (/** @type {number} */ x, /** @type {number} */ y) => [x * cosine - y * sine, x * sine + y * cosine];
  const put = places.map(([x, y, z]) => [...turned(x - middle[0], y - middle[1]), z - middle[2]]);
  return {
    positions: Float32Array.from(put.flat(), (mm) => mm / 1e3),
    normals: Float32Array.from(normals.flatMap(([x, y, z]) => [...turned(x, y), z])),
    openness: Float32Array.from(put.flatMap((place) => [opennessAt(place, inside), 0, 0, 0])),
    triangles: Uint32Array.from(triangles),
  };
}

/**
 * How much of the light the piece leaves to the skin beside it.
 * @param {number[]} place
 * @param {{across: number}} inside
 */
function opennessAt([x, y, z], { across }) {
  const around = Math.hypot(x, z) < 1.3 * across ? 1 : 0;
  return 1 - 0.5 * around * Math.exp(-((y / (0.45 * across)) ** 2));
}

/**
 * Where the piece sits, and how the hand is turned for its limb to lie along y.
 * @param {Seat} seat
 * @param {Hand} hand
 */
function seatOf(seat, { length, breadth }) {
  const [wide, long] = [breadth / DRAWN.breadth, length / DRAWN.length];
  if (seat === 'wrist') return { middle: [0, -18 * long, 0], turn: 0 };
  const [[ax, ay, az], [bx, by]] = RING;
  const middle = [(ax + RING_AT * (bx - ax)) * wide, (ay + RING_AT * (by - ay)) * long, az];
  return { middle, turn: Math.atan2((bx - ax) * wide, (by - ay) * long) };
}

/**
 * Brings a place to the surface; returns the normal there.
 * @param {(x: number, y: number, z: number) => number} outside
 * @param {number[]} place changed
 */
function settled(outside, place) {
  const step = 0.3;
  let normal = [0, 0, 1];
  for (let turn = 0; turn < 2; turn++) {
    const [x, y, z] = place;
    const slope = [0, 0, 0];
    let mean = 0;
    for (const corner of CORNERS) {
      const value = outside(x + step * corner[0], y + step * corner[1], z + step * corner[2]);
      mean += value / 4;
      for (let axis = 0; axis < 3; axis++) slope[axis] += (value * corner[axis]) / (4 * step);
    }
    const steep = Math.hypot(...slope) || 1;
    for (let axis = 0; axis < 3; axis++) place[axis] -= (mean * slope[axis]) / (steep * steep);
    normal = slope.map((value) => value / steep);
  }
  return normal;
}

/**
 * The surface of what is less than 0, as surface nets find it: a place for each cell that it goes through.
 * @param {(x: number, y: number, z: number) => number} outside
 * @param {number[]} low
 * @param {number[]} high
 * @param {number} cell
 * @param {() => Promise<void>} pause
 */
async function surface(outside, low, high, cell, pause) {
  const counts = low.map((from, axis) => Math.ceil((high[axis] - from) / cell) + 1);
  const [nx, ny, nz] = counts;
  const strides = [1, nx, nx * ny];
  const values = new Float32Array(nx * ny * nz);
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) values[at] = outside(low[0] + i * cell, low[1] + j * cell, low[2] + k * cell);
      if (j % 8 === 0) await pause();
    }
  }
  /** @type {Map<number, number>} */ const numbers = new Map();
  /** @type {number[][]} */ const places = [];
  /** @type {number[]} */ const triangles = [];
  const inside = (/** @type {number} */ at) => values[at] < 0;
  for (let k = 0; k < nz - 1; k++) {
    await pause();
    for (let j = 0; j < ny - 1; j++) {
      for (let i = 0; i < nx - 1; i++) {
        const at = i + j * nx + k * nx * ny;
        const sum = [0, 0, 0];
        let crossings = 0;
        for (let corner = 0; corner < 8; corner++) {
          for (let axis = 0; axis < 3; axis++) {
            if (corner & (1 << axis)) continue;
            const from = at + (corner & 1) + ((corner >> 1) & 1) * nx + ((corner >> 2) & 1) * nx * ny;
            const to = from + strides[axis];
            if (inside(from) === inside(to)) continue;
            const share = values[from] / (values[from] - values[to]);
            for (let other = 0; other < 3; other++) sum[other] += other === axis ? share : (corner >> other) & 1;
            crossings += 1;
          }
        }
        if (crossings === 0) continue;
        numbers.set(at, places.length);
        places.push([i, j, k].map((number, axis) => low[axis] + (number + sum[axis] / crossings) * cell));
        // edges that leave the cell's first corner: the four cells about each have places by now
        for (let axis = 0; axis < 3; axis++) {
          if (inside(at) === inside(at + strides[axis])) continue;
          const [u, v] = [strides[(axis + 1) % 3], strides[(axis + 2) % 3]];
          const ring = [at, at - u, at - u - v, at - v].map((one) => numbers.get(one));
          if (ring.some((number) => number === undefined)) continue;
          const [a, b, c, d] = /** @type {number[]} */ (inside(at) ? ring : ring.reverse());
          triangles.push(a, b, c, a, c, d);
        }
      }
    }
  }
  return { places, triangles };
}

/** Lets the page go on once a slice of work is done. */
function slices() {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}
