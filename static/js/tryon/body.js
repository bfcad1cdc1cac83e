/**
 * What a chain lies on: a neck with shoulders and chest as a smooth distance field, negative inside.
 * Neck frame: origin at the suprasternal notch, +Y up, +Z out of the chest, metres.
 * Twin of models3d/chains/body.py; the girths are those of models3d/data/body_sizes.csv.
 */

/** Metres round the base of the mean neck (ANSUR II, women). */
export const MEAN_BASE = 0.3712;
/** Of the bases: the first of a hundred women's. */
export const LEAST_BASE = 0.329;
const MEAN_THROAT = 0.3298; // metres round the neck below the larynx
const PROBE = 0.5e-3; // metres between the points that a gradient is taken from
const CORNER = 1 / Math.sqrt(3);
const TETRAHEDRON = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]];
export const NAPE = [0, 0.052, -0.098];
const NECK_BLEND = 0.022;
const CHEST_CENTER = [0, -0.16, -0.086];
const CHEST_AXES = [0.17, 0.225, 0.12];
const BACK_DEPTH = 0.07;
const SHOULDER_END = [0.175, -0.03, -0.06];
const SHOULDER_ROOT = [0, 0.01, -0.064];
const SHOULDER_RADIUS = 0.04;
const NECK_HEIGHT = 0.045; // along the neck, from its base to below the larynx
const HALF_BREADTH = 0.0585; // of the throat: the blend with the shoulders adds to its girth
const ARM = SHOULDER_END.map((value, k) => value - SHOULDER_ROOT[k]);
const ARM_SQUARE = ARM[0] * ARM[0] + ARM[1] * ARM[1] + ARM[2] * ARM[2];
const NAPE_LENGTH = Math.sqrt(NAPE[1] * NAPE[1] + NAPE[2] * NAPE[2]);
const [BACK_Y, BACK_Z] = [NAPE[1] / NAPE_LENGTH, NAPE[2] / NAPE_LENGTH];
const TAPER = 1 - MEAN_THROAT / MEAN_BASE;

/**
 * Metres outside the skin of a wearer, negative inside.
 * @param {number} base metres round the base of her neck
 * @param {number} x @param {number} y @param {number} z
 */
export function neckDepth(base, x, y, z) {
  const scale = base / MEAN_BASE;
  const [px, py, pz] = [x / scale, y / scale, z / scale];
  const torso = blend(chest(px, py, pz), shoulders(px, py, pz), NECK_BLEND);
  return scale * blend(torso, throat(px, py, pz), NECK_BLEND);
}

const way = [0, 0, 0];

/**
 * How far outside the skin a point is; the way out, unit length, is written into `out`.
 * @param {number} base @param {number} x @param {number} y @param {number} z
 * @param {number[]} out (3,)
 */
export function neckNormal(base, x, y, z, out = way) {
  let [sum, a, b, c] = [0, 0, 0, 0];
  for (const [i, j, k] of TETRAHEDRON) {
    const reach = PROBE * CORNER;
    const depth = neckDepth(base, x + reach * i, y + reach * j, z + reach * k);
    sum += depth;
    a += depth * i;
    b += depth * j;
    c += depth * k;
  }
  const length = Math.max(CORNER * Math.sqrt(a * a + b * b + c * c), 1e-12) / CORNER;
  out[0] = a / length;
  out[1] = b / length;
  out[2] = c / length;
  return sum / 4;
}

/** An ellipsoid whose back is flatter than its front. @param {number} x @param {number} y @param {number} z */
function chest(x, y, z) {
  const [qx, qy, qz] = [x - CHEST_CENTER[0], y - CHEST_CENTER[1], z - CHEST_CENTER[2]];
  const depth = qz > 0 ? CHEST_AXES[2] : BACK_DEPTH;
  const [a, b, c] = [qx / CHEST_AXES[0], qy / CHEST_AXES[1], qz / depth];
  const slope = Math.sqrt((a / CHEST_AXES[0]) ** 2 + (b / CHEST_AXES[1]) ** 2 + (c / depth) ** 2);
  return outside(Math.sqrt(a * a + b * b + c * c), slope);
}

/** Metres outside an ellipse to first order. @param {number} reach @param {number} slope */
const outside = (reach, slope) => (reach - 1) / Math.max(slope / Math.max(reach, 1e-9), 1e-9);

/** Two capsules that fall from the neck. @param {number} x @param {number} y @param {number} z */
function shoulders(x, y, z) {
  const [qx, qy, qz] = [Math.abs(x) - SHOULDER_ROOT[0], y - SHOULDER_ROOT[1], z - SHOULDER_ROOT[2]];
  const share = Math.min(Math.max((qx * ARM[0] + qy * ARM[1] + qz * ARM[2]) / ARM_SQUARE, 0), 1);
  const [a, b, c] = [qx - share * ARM[0], qy - share * ARM[1], qz - share * ARM[2]];
  return Math.sqrt(a * a + b * b + c * c) - SHOULDER_RADIUS;
}

/** A cone on the neck's tilted base. @param {number} x @param {number} y @param {number} z */
function throat(x, y, z) {
  const [qy, qz] = [y - NAPE[1] / 2, z - NAPE[2] / 2];
  const height = -qy * BACK_Z + qz * BACK_Y;
  const shrink = 1 - TAPER * Math.min(Math.max(height / NECK_HEIGHT, -0.8), 1.4);
  const [across, deep] = [HALF_BREADTH * shrink, (0.98 * NAPE_LENGTH * shrink) / 2];
  const [a, b] = [x / across, (qy * BACK_Y + qz * BACK_Z) / deep];
  return outside(Math.sqrt(a * a + b * b), Math.sqrt((a / across) ** 2 + (b / deep) ** 2));
}

/**
 * The nearer of two surfaces, their crease filled over `width` metres.
 * @param {number} a @param {number} b @param {number} width
 */
function blend(a, b, width) {
  const overlap = Math.max(width - Math.abs(a - b), 0);
  return Math.min(a, b) - (overlap * overlap) / (4 * width);
}
