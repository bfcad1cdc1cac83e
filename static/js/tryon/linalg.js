/**
 * Small linear algebra for the solver: vectors of three, rotations, symmetric systems.
 *
 * Vectors and (3, 3) matrices are plain arrays of numbers, matrices row by row; many points are one
 * flat typed array. Results are new arrays unless a function says what it writes into.
 */

/** @typedef {ArrayLike<number>} Vector */
/** @typedef {number[]} Vec3 (3,) */
/** @typedef {number[]} Mat3 (3, 3), row by row */

/** @type {() => Mat3} */
export const identity = () => [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** @param {Vector} a @param {Vector} b */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {Vector} a @returns {number} */
export const norm = (a) => Math.sqrt(dot(a, a));

/** @param {Vector} a @param {Vector} b @returns {Vec3} */
export const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** @param {Vector} a @param {Vector} b @returns {Vec3} */
export const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @param {Vector} a @param {number} factor @returns {Vec3} */
export const scaled = (a, factor) => [a[0] * factor, a[1] * factor, a[2] * factor];

/**
 * `a + factor * b`.
 * @param {Vector} a @param {number} factor @param {Vector} b @returns {Vec3}
 */
export const along = (a, factor, b) => [a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]];

/** @param {Vector} a @param {Vector} b @returns {Vec3} */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/**
 * The vector at length 1; a zero vector stays.
 * @param {Vector} a @returns {Vec3}
 */
export const unit = (a) => scaled(a, 1 / Math.max(norm(a), 1e-12));

/**
 * The same of a vector of two.
 * @param {Vector} a @returns {number[]}
 */
export function unit2(a) {
  const length = Math.max(Math.sqrt(a[0] * a[0] + a[1] * a[1]), 1e-12);
  return [a[0] / length, a[1] / length];
}

/**
 * What is left of a vector without its part along a unit axis.
 * @param {Vector} vector @param {Vector} axis @returns {Vec3}
 */
export const perpendicular = (vector, axis) => along(vector, -dot(vector, axis), axis);

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @param {number} degrees */
export const radians = (degrees) => (degrees * Math.PI) / 180;

/** @param {Mat3} m @param {Vector} v @returns {Vec3} */
export const apply3 = (m, v) => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
];

/**
 * The transpose times a vector: the inverse of a rotation.
 * @param {Mat3} m @param {Vector} v @returns {Vec3}
 */
export const back3 = (m, v) => [
  m[0] * v[0] + m[3] * v[1] + m[6] * v[2],
  m[1] * v[0] + m[4] * v[1] + m[7] * v[2],
  m[2] * v[0] + m[5] * v[1] + m[8] * v[2],
];

/** @param {Mat3} a @param {Mat3} b @returns {Mat3} */
export function multiply3(a, b) {
  const out = [];
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column++) {
      out.push(a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6]);
    }
  }
  return out;
}

/** @param {Mat3} m @returns {Mat3} */
export const transposed3 = (m) => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];

/** @param {Mat3} m @param {number} column @returns {Vec3} */
export const column3 = (m, column) => [m[column], m[column + 3], m[column + 6]];

/** @param {Vector} x @param {Vector} y @param {Vector} z @returns {Mat3} */
export const columns3 = (x, y, z) => [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];

/** @param {Mat3} m */
export const determinant3 = (m) =>
  m[0] * (m[4] * m[8] - m[5] * m[7]) -
  m[1] * (m[3] * m[8] - m[5] * m[6]) +
  m[2] * (m[3] * m[7] - m[4] * m[6]);

/**
 * Rotate by an angle about an axis (Rodrigues' formula).
 * @param {Vector} axis of any length but 0
 * @param {number} angle radians
 * @returns {Mat3}
 */
export function fromAxisAngle(axis, angle) {
  const [x, y, z] = scaled(axis, 1 / norm(axis));
  const s = Math.sin(angle);
  const c = 1 - Math.cos(angle);
  return [
    1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y,
    c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x,
    c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y),
  ];
}

/**
 * The smallest rotation that takes one unit vector to another.
 * @param {Vector} start @param {Vector} end @returns {Mat3}
 */
export function turnBetween(start, end) {
  const [x, y, z] = cross(start, end);
  const c = 1 / (1 + dot(start, end));
  return [
    1 - c * (y * y + z * z), c * x * y - z, c * x * z + y,
    c * x * y + z, 1 - c * (x * x + z * z), c * y * z - x,
    c * x * z - y, c * y * z + x, 1 - c * (x * x + y * y),
  ];
}

/**
 * Solves a symmetric positive definite system by Cholesky's factors.
 * @param {Float64Array} system (n, n), of which the lower half is read and overwritten
 * @param {Float64Array} right (n,), overwritten with the solution
 */
export function solveCholesky(system, right) {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = system[i * n + j];
      for (let k = 0; k < j; k++) sum -= system[i * n + k] * system[j * n + k];
      system[i * n + j] = i === j ? Math.sqrt(sum) : sum / system[j * n + j];
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = right[i];
    for (let k = 0; k < i; k++) sum -= system[i * n + k] * right[k];
    right[i] = sum / system[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i];
    for (let k = i + 1; k < n; k++) sum -= system[k * n + i] * right[k];
    right[i] = sum / system[i * n + i];
  }
}

const SWEEPS = 30;

/**
 * Singular values by one-sided Jacobi turns (Hestenes 1958): `m = u * diag(strengths) * v^T`.
 * @param {Mat3} m
 * @returns {{ u: Mat3, strengths: Vec3, v: Mat3 }} strengths fall; u and v may mirror
 */
export function svd3(m) {
  const a = [column3(m, 0), column3(m, 1), column3(m, 2)];
  const v = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < 2; p++) {
      for (let q = p + 1; q < 3; q++) {
        const common = dot(a[p], a[q]);
        const [pp, qq] = [dot(a[p], a[p]), dot(a[q], a[q])];
        if (Math.abs(common) <= 1e-16 * Math.sqrt(pp * qq)) continue;
        turned = true;
        const ratio = (qq - pp) / (2 * common);
        const t = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
        const c = 1 / Math.sqrt(1 + t * t);
        for (const columns of [a, v]) {
          const kept = columns[p];
          columns[p] = along(scaled(kept, c), -c * t, columns[q]);
          columns[q] = along(scaled(columns[q], c), c * t, kept);
        }
      }
    }
    if (!turned) break;
  }
  const lengths = a.map(norm);
  const order = [0, 1, 2].sort((i, j) => lengths[j] - lengths[i]);
  const [x, y, z] = order.map((k) => scaled(a[k], 1 / Math.max(lengths[k], 1e-300)));
  const third = lengths[order[2]] > 1e-12 * lengths[order[0]] ? z : cross(x, y); // flat: any side
  return {
    u: columns3(x, y, third),
    strengths: order.map((k) => lengths[k]),
    v: columns3(v[order[0]], v[order[1]], v[order[2]]),
  };
}
