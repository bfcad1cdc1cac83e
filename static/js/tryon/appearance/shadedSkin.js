/**
 * Samples of skin with their normals, on a face or a hand: what the light is read from.
 * Twin of tryon/appearance/shaded_skin.py.
 */
import { remapped8 } from '../image.js';
import { cross, determinant3, multiply3, norm, scaled, sub, svd3, transposed3 } from '../linalg.js';

/** @typedef {import('../anchors/canonical.js').CanonicalFace} CanonicalFace */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../linalg.js').Mat3} Mat3 */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */

/**
 * Skin seen at places whose orientation is known.
 * @typedef {object} ShadedSkin
 * @property {Float64Array} colours (n, 3) linear sRGB
 * @property {Float64Array} normals (n, 3) unit, outward: x right, y down, z away from the camera
 * @property {Int32Array} group (n,) one surface of one colour each
 */

const CROP_SIDE_PX = 112; // face or hand are looked at in a crop of about this size
const LEAST_SIDE_PX = 8;

/** Points of the face mesh on forehead, cheeks, nose, jaw and chin; no brow, lip or eye socket. */
const FACE_PLACES = [
  10, 338, 109, 297, 67, 332, 103, 284, 54, 151, 9, 108, 337, 69, 299, 104, 333, 68, 298,
  116, 345, 117, 346, 118, 347, 123, 352, 50, 280, 101, 330, 36, 266, 205, 425, 187, 411,
  147, 376, 213, 433, 192, 416, 207, 427, 206, 426, 203, 423, 142, 371, 100, 329, 177, 401,
  215, 435, 137, 366, 138, 367, 135, 364, 169, 394, 170, 395, 140, 369, 171, 396, 175, 199,
  200, 208, 428, 201, 421, 211, 431, 32, 262, 6, 197, 195, 5, 196, 419, 3, 248, 51, 281, 45,
  275, 188, 412, 174, 399, 198, 420, 131, 360, 134, 363, 236, 456,
];
const [NOSE_TIP, NOSE_BASE] = [4, 2];
const FACING = 0.12; // cosine to the camera from which a place counts as seen

const FINGERS = [[2, 3, 4], [5, 6, 7], [9, 10, 11], [13, 14, 15], [17, 18, 19]]; // tips carry nails
const SEGMENTS = FINGERS.flatMap(([a, b, c]) => [[a, b], [b, c]]);
const FINGER_RADIUS = 0.13; // of the distance between the knuckles of index and little finger
const ALONG = Array.from({ length: 7 }, (_, k) => 0.2 + 0.1 * k);
const ACROSS = Array.from({ length: 7 }, (_, k) => -0.75 + 0.25 * k); // radii

/** Linear light of sRGB bytes (IEC 61966-2-1). */
export const LINEAR = Float32Array.from({ length: 256 }, (_, k) => {
  const encoded = k / 255;
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
});

/**
 * Samples over a face or over the fingers of a hand; none where it lies outside the image.
 * @param {Picture} image
 * @param {HandLandmarks | FaceLandmarks} landmarks
 * @param {CanonicalFace | null} face of the mean head, where landmarks may be a face's
 * @returns {ShadedSkin}
 */
export function shadedSkin(image, landmarks, face) {
  if (landmarks.pointsPx.length <= 42) return onHand(image, /** @type {HandLandmarks} */ (landmarks));
  return face ? onFace(image, /** @type {FaceLandmarks} */ (landmarks), meanHead(face)) : nothing();
}

/** @returns {ShadedSkin} */
const nothing = () => ({ colours: new Float64Array(0), normals: new Float64Array(0), group: new Int32Array(0) });

/**
 * @param {Picture} image
 * @param {FaceLandmarks} face
 * @param {MeanHead} mean
 * @returns {ShadedSkin}
 */
function onFace(image, { pointsPx, depthsPx }, mean) {
  const at = FACE_PLACES.flatMap((k) => [pointsPx[2 * k], pointsPx[2 * k + 1]]);
  const { crop, places } = cropped(image, pointsPx, at);
  if (!crop) return nothing();
  const solid = FACE_PLACES.map((k) => [pointsPx[2 * k], pointsPx[2 * k + 1], depthsPx[k]]);
  const turn = turnTo(mean.places, solid);
  /** @type {number[]} */ const seen = [];
  const normals = mean.normals.map(([x, y, z]) => [0, 3, 6].map((row) => turn[row] * x + turn[row + 1] * y + turn[row + 2] * z));
  normals.forEach(([, , z], k) => {
    const [x, y] = [places[2 * k], places[2 * k + 1]];
    const inside = x >= 0 && y >= 0 && x <= crop.width - 1 && y <= crop.height - 1;
    if (inside && z < -FACING) seen.push(k);
  });
  return {
    colours: coloursAt(crop, seen.flatMap((k) => [places[2 * k], places[2 * k + 1]])),
    normals: Float64Array.from(seen.flatMap((k) => normals[k])),
    group: Int32Array.from(seen, (k) => mean.bearded[k]),
  };
}

/**
 * The mean head at `FACE_PLACES`: x right, y down, z away.
 * @typedef {object} MeanHead
 * @property {number[][]} places
 * @property {number[][]} normals outward
 * @property {number[]} bearded 1 where a beard grows, a surface of another colour
 */

/** @type {WeakMap<CanonicalFace, MeanHead>} */
const heads = new WeakMap();

/** @param {CanonicalFace} face @returns {MeanHead} */
function meanHead(face) {
  const known = heads.get(face);
  if (known) return known;
  const count = face.points.length / 3;
  const points = Array.from({ length: count }, (_, k) => [face.points[3 * k], -face.points[3 * k + 1], -face.points[3 * k + 2]]);
  const sums = points.map(() => [0, 0, 0]);
  for (let k = 0; k < face.triangles.length; k += 3) {
    const corners = [...face.triangles.subarray(k, k + 3)];
    const [a, b, c] = corners.map((corner) => points[corner]);
    const facing = cross(sub(b, a), sub(c, a));
    for (const corner of corners) for (let axis = 0; axis < 3; axis++) sums[corner][axis] += facing[axis];
  }
  const units = sums.map((sum) => scaled(sum, 1 / norm(sum)));
  const side = -Math.sign(units[NOSE_TIP][2]);
  const made = {
    places: FACE_PLACES.map((k) => points[k]),
    normals: FACE_PLACES.map((k) => scaled(units[k], side)),
    bearded: FACE_PLACES.map((k) => Number(points[k][1] > points[NOSE_BASE][1])),
  };
  heads.set(face, made);
  return made;
}

/**
 * What turns a model's points onto those seen, in least squares (Kabsch, 1976).
 * @param {number[][]} model
 * @param {number[][]} seen
 * @returns {Mat3}
 */
function turnTo(model, seen) {
  const [from, to] = [model, seen].map((points) => {
    const middle = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    return points.map((point) => sub(point, middle));
  });
  /** @type {Mat3} */
  const covariance = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  from.forEach((point, k) => {
    for (let at = 0; at < 9; at++) covariance[at] += to[k][Math.floor(at / 3)] * point[at % 3];
  });
  const { u, v } = svd3(covariance);
  const mirrored = Math.sign(determinant3(multiply3(u, transposed3(v))));
  return multiply3(u.map((value, at) => (at % 3 === 2 ? mirrored * value : value)), transposed3(v));
}

/**
 * Across each finger's segment; a finger is a cylinder that lies in the image's plane.
 * @param {Picture} image
 * @param {HandLandmarks} hand
 * @returns {ShadedSkin}
 */
function onHand(image, { pointsPx }) {
  const { crop, places: p } = cropped(image, pointsPx, pointsPx);
  if (!crop) return nothing();
  const radius = Math.max(FINGER_RADIUS * Math.hypot(p[10] - p[34], p[11] - p[35]), 1);
  const segments = SEGMENTS.flatMap(([from, to]) => {
    const start = [p[2 * from], p[2 * from + 1]];
    const axis = [p[2 * to] - start[0], p[2 * to + 1] - start[1]];
    const length = Math.hypot(axis[0], axis[1]);
    return length > radius ? [{ start, axis, across: [-axis[1] / length, axis[0] / length] }] : [];
  });
  const lines = segments.flatMap(({ start, axis, across }) =>
    ACROSS.map((aside) =>
      ALONG.flatMap((share) => [0, 1].map((k) => start[k] + share * axis[k] + radius * aside * across[k])),
    ),
  );
  const sampled = coloursAt(crop, lines.flat());
  const colours = new Float64Array(3 * lines.length);
  for (let k = 0; k < colours.length; k++) {
    const [line, channel] = [Math.floor(k / 3), k % 3];
    colours[k] = median(ALONG.map((_, step) => sampled[3 * (line * ALONG.length + step) + channel]));
  }
  return {
    colours,
    normals: Float64Array.from(
      segments.flatMap(({ across }) => ACROSS.flatMap((aside) => [aside * across[0], aside * across[1], -Math.sqrt(1 - aside * aside)])),
    ),
    group: Int32Array.from(segments.flatMap((_, k) => ACROSS.map(() => k))),
  };
}

/** @param {ArrayLike<number>} values @returns {number} */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The rectangle about some points, reduced, and other points in it.
 * @param {Picture} image
 * @param {ArrayLike<number>} around (n, 2) pixels
 * @param {ArrayLike<number>} points (m, 2) pixels
 * @returns {{ crop: Picture | null, places: Float64Array }}
 */
function cropped(image, around, points) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let k = 0; k < around.length; k++) {
    low[k % 2] = Math.min(low[k % 2], around[k]);
    high[k % 2] = Math.max(high[k % 2], around[k]);
  }
  const [left, top] = low.map((value) => Math.max(Math.floor(value), 0));
  const width = Math.min(Math.ceil(high[0]) + 1, image.width) - left;
  const height = Math.min(Math.ceil(high[1]) + 1, image.height) - top;
  if (Math.min(width, height) < LEAST_SIDE_PX) return { crop: null, places: Float64Array.from(points) };
  const times = Math.floor(Math.max(width, height) / CROP_SIDE_PX);
  const step = Math.floor(times / 2); // every so many pixels are enough to average, two by two
  const corner = [left, top];
  if (times < 2) {
    const crop = reducedBy(image, left, top, width, height, 1, false);
    return { crop, places: Float64Array.from(points, (value, k) => value - corner[k % 2]) };
  }
  const crop = reducedBy(image, left, top, Math.ceil(width / step) >> 1, Math.ceil(height / step) >> 1, step, true);
  return { crop, places: Float64Array.from(points, (value, k) => (value - corner[k % 2] - 0.5 * step) / (2 * step)) };
}

/**
 * @param {Picture} image
 * @param {number} left
 * @param {number} top
 * @param {number} width of the result
 * @param {number} height
 * @param {number} step pixels from sample to sample
 * @param {boolean} halved two by two samples make a pixel
 * @returns {Picture} RGB
 */
function reducedBy({ data, width: stride, channels }, left, top, width, height, step, halved) {
  const out = new Uint8Array(3 * width * height);
  const [right, down] = [step * channels, step * stride * channels];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const times = halved ? 2 * step : 1;
      let from = ((top + y * times) * stride + left + x * times) * channels;
      for (let k = 0; k < 3; k++, from++) {
        out[to++] = halved ? (data[from] + data[from + right] + data[from + down] + data[from + right + down] + 2) >> 2 : data[from];
      }
    }
  }
  return { data: out, width, height, channels: 3 };
}

/**
 * Linear colours at places.
 * @param {Picture} crop
 * @param {number[]} places (n, 2)
 * @returns {Float64Array} (n, 3)
 */
function coloursAt(crop, places) {
  return Float64Array.from(remapped8(crop, places).data, (byte) => LINEAR[byte]);
}
