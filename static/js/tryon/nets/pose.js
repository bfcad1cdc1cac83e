/**
 * Bodies from MediaPipe's pose landmark nets, about a face already found.
 * Twin of tryon/nets/pose.py, where it says how far shoulders are off, and why the region is such.
 */
import { cropped, mirrored8 } from '../image.js';
import { crop, inImage, turned } from './regions.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').BodyLandmarks} BodyLandmarks */
/** @typedef {import('../types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('./regions.js').Region} Region */
/** @typedef {{ rows: number, columns: number }} Grid */

/**
 * A net: every output, in the order of its file, of a square of its size.
 * @typedef {(square: Picture) => Float32Array[]} Run
 */

/**
 * Where one region shows its person.
 * @typedef {object} Outline
 * @property {Region} region
 * @property {Float32Array} share (256, 256) 0 background .. 1 person
 */

/**
 * One person's joints, and where the net saw the person: one outline for each look.
 * @typedef {{ landmarks: BodyLandmarks, outlines: Outline[] }} Body
 */

const SIDE_PX = 256;
const JOINTS = 33;
const HEATMAP_SIDE = 64;
const HEATMAPS = 39;
const KERNEL = 7; // cells of the heat map that refine one joint
const LEAST_HEAT = 0.5;
const LEAST_PRESENCE = 0.5;

const FOREHEAD = 10; // of the face mesh
export const CHIN = 152;
const [RIGHT_CHEEK, LEFT_CHEEK] = [234, 454];
const HEIGHT_OF_BREADTH = 1.2; // a face tipped forward is short, but no less broad
const REGION_FACES = 9; // face heights along the region's side
const BELOW_CHIN_FACES = 2.3; // of the region's centre
const UPRIGHT_LEAN = (50 * Math.PI) / 180; // heads lean less far on upright bodies
const PHOTO_SHARES = [0.85, 0.97, 1.1]; // of the region's side: the looks at a photo
const NEIGHBOUR_FACES = 0.6; // sideways; who is nearer stands before or behind
const LEAST_STRIP_FACES = 0.8; // to either side of a person, however close the neighbours
const HEAD_JOINTS = [0, 2, 5, 9, 10]; // nose, eyes, corners of the mouth
const HEAD_POINTS = [1, 473, 468, 291, 61]; // the same of the face mesh
const MOST_HEAD_ERROR = 0.3; // face heights, between both nets: beyond, it is somebody else's body
const SWAPPED = [
  [1, 4], [2, 5], [3, 6], [7, 8], [9, 10], [11, 12], [13, 14], [15, 16],
  [17, 18], [19, 20], [21, 22], [23, 24], [25, 26], [27, 28], [29, 30], [31, 32],
]; // prettier-ignore
const MIRRORED = Array.from({ length: JOINTS }, (_, joint) => {
  const pair = SWAPPED.find((two) => two.includes(joint));
  return pair ? pair[0] + pair[1] - joint : joint;
});

/** Finds the body below a face. */
export class PoseFinder {
  /** @param {Run} run the net @param {boolean} streaming one look; otherwise the mean of six, half of them mirrored */
  constructor(run, streaming) {
    this.run = run;
    this.streaming = streaming;
  }

  /**
   * The body of one face, if its region shows one.
   * @param {Picture} image @param {FaceLandmarks} face in it
   * @param {readonly FaceLandmarks[]} others the other faces in it @param {number} timeMs when it was taken
   * @returns {Body | null}
   */
  find(image, face, others, timeMs) {
    const region = regionBelow(face);
    const [left, right] = stripOf(face, others, image.width);
    const strip = left === 0 && right === image.width ? image : cropped(image, left, 0, right - left, image.height);
    const moved = { ...region, xPx: region.xPx - left };
    const shares = this.streaming ? [1] : PHOTO_SHARES;
    const looks = shares
      .flatMap((share) =>
        (this.streaming ? [false] : [false, true]).map((mirrored) =>
          this.#look(strip, { ...moved, sidePx: share * moved.sidePx }, timeMs, mirrored),
        ),
      )
      .map((look) => shifted(look, left))
      .filter(({ landmarks }) => headError(landmarks, face) <= MOST_HEAD_ERROR);
    if (!looks.length) return null;
    const landmarks = mean(looks.map((look) => look.landmarks));
    if (landmarks.score < LEAST_PRESENCE) return null;
    return { landmarks, outlines: looks.flatMap(({ outlines }) => outlines) };
  }

  /**
   * @param {Picture} image @param {Region} region @param {number} timeMs @param {boolean} mirrored
   * @returns {Body}
   */
  #look(image, region, timeMs, mirrored) {
    const square = crop(region, image, SIDE_PX);
    const [values, presence, outline, heat, metres] = this.run(mirrored ? mirrored8(square) : square);
    const shares = refined(values, heat);
    const [pointsPx, world] = [new Float64Array(2 * JOINTS), new Float64Array(3 * JOINTS)];
    const visibility = new Float64Array(JOINTS);
    for (let to = 0; to < JOINTS; to++) {
      const joint = mirrored ? MIRRORED[to] : to;
      const [x, y] = [shares[2 * joint], shares[2 * joint + 1]];
      pointsPx.set(inImage(region, [mirrored ? (SIDE_PX - 1) / SIDE_PX - x : x, y]), 2 * to);
      const across = metres[3 * joint];
      world.set(turned([mirrored ? -across : across, metres[3 * joint + 1]], region.rotation), 3 * to);
      world[3 * to + 2] = metres[3 * joint + 2];
      // in view, and in the picture
      visibility[to] = Math.min(logistic(values[5 * joint + 3]), logistic(values[5 * joint + 4]));
    }
    const share = Float32Array.from({ length: SIDE_PX ** 2 }, (_, k) => {
      const column = k % SIDE_PX;
      return logistic(outline[mirrored ? k - column + SIDE_PX - 1 - column : k]);
    });
    const score = presence[0]; // the net's own last step is logistic
    return { landmarks: { pointsPx, world, visibility, score, timeMs }, outlines: [{ region, share }] };
  }
}

/** From chin to forehead as if the face looked straight ahead, pixels. @param {FaceLandmarks} face */
export function faceHeight({ pointsPx }) {
  const breadth = between(pointsPx, LEFT_CHEEK, RIGHT_CHEEK);
  return Math.max(between(pointsPx, FOREHEAD, CHIN), HEIGHT_OF_BREADTH * breadth);
}

/** @param {Float64Array} points (n, 2) @param {number} a @param {number} b */
const between = (points, a, b) => Math.hypot(points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1]);

/** The square in which the pose net should look for the body of a face. @param {FaceLandmarks} face @returns {Region} */
export function regionBelow(face) {
  const at = face.pointsPx;
  const lean = Math.atan2(at[2 * FOREHEAD] - at[2 * CHIN], at[2 * CHIN + 1] - at[2 * FOREHEAD + 1]);
  const rotation = Math.abs(lean) > UPRIGHT_LEAN ? lean : 0;
  const height = faceHeight(face);
  const [x, y] = turned([0, BELOW_CHIN_FACES * height], rotation);
  return { xPx: at[2 * CHIN] + x, yPx: at[2 * CHIN + 1] + y, sidePx: REGION_FACES * height, rotation };
}

/**
 * First and last column (exclusive) of the picture's strip that belongs to one person.
 * @param {FaceLandmarks} face @param {readonly FaceLandmarks[]} others @param {number} widthPx
 */
export function stripOf(face, others, widthPx) {
  const [height, middle] = [faceHeight(face), middleX(face)];
  let [left, right] = [0, widthPx];
  for (const other of others) {
    const way = middleX(other) - middle;
    if (way < -NEIGHBOUR_FACES * height) left = Math.max(left, middle + Math.min(way / 2, -LEAST_STRIP_FACES * height));
    else if (way > NEIGHBOUR_FACES * height) right = Math.min(right, middle + Math.max(way / 2, LEAST_STRIP_FACES * height));
  }
  const first = Math.min(Math.max(Math.floor(left), 0), widthPx - 1);
  return [first, Math.min(Math.max(Math.ceil(right), first + 1), widthPx)];
}

/** @param {FaceLandmarks} face */
const middleX = ({ pointsPx }) => (pointsPx[2 * FOREHEAD] + pointsPx[2 * CHIN]) / 2;

/** How far a body's head lies from the face, face heights. @param {BodyLandmarks} body @param {FaceLandmarks} face */
function headError({ pointsPx }, face) {
  const apart = HEAD_JOINTS.map((joint, k) => {
    const point = HEAD_POINTS[k];
    return Math.hypot(pointsPx[2 * joint] - face.pointsPx[2 * point], pointsPx[2 * joint + 1] - face.pointsPx[2 * point + 1]);
  });
  return apart.reduce((a, b) => a + b) / apart.length / Math.max(faceHeight(face), 1);
}

/**
 * Joints moved to the centre of their heat near where the net said (MediaPipe's refinement).
 * @param {Float32Array} values (39, 5) of which the first two are pixels of the net's square
 * @param {Float32Array} heat (64, 64, 39) logits, one layer for each joint
 * @returns {Float64Array} (33, 2) shares of the square
 */
export function refined(values, heat) {
  const reach = (KERNEL - 1) / 2;
  const out = new Float64Array(2 * JOINTS);
  for (let joint = 0; joint < JOINTS; joint++) {
    const [x, y] = [values[5 * joint] / SIDE_PX, values[5 * joint + 1] / SIDE_PX];
    out.set([x, y], 2 * joint);
    const [column, row] = [Math.trunc(x * HEATMAP_SIDE), Math.trunc(y * HEATMAP_SIDE)];
    if (x < 0 || y < 0 || column >= HEATMAP_SIDE || row >= HEATMAP_SIDE) continue;
    let [total, most, right, down] = [0, 0, 0, 0];
    for (let r = Math.max(row - reach, 0); r <= Math.min(row + reach, HEATMAP_SIDE - 1); r++) {
      for (let c = Math.max(column - reach, 0); c <= Math.min(column + reach, HEATMAP_SIDE - 1); c++) {
        const warmth = logistic(heat[(r * HEATMAP_SIDE + c) * HEATMAPS + joint]);
        total += warmth;
        most = Math.max(most, warmth);
        right += warmth * c;
        down += warmth * r;
      }
    }
    if (most >= LEAST_HEAT) out.set([right / total / HEATMAP_SIDE, down / total / HEATMAP_SIDE], 2 * joint);
  }
  return out;
}

/**
 * The mean of several looks' outlines over a whole image; 0 beyond their regions.
 * @param {readonly Outline[]} outlines @param {{ width: number, height: number }} image @param {Grid} grid
 */
export function onGrid(outlines, { width, height }, { rows, columns }) {
  const total = new Float32Array(rows * columns);
  for (const { region, share } of outlines) {
    const scale = SIDE_PX / region.sidePx;
    const [cos, sin] = [scale * Math.cos(region.rotation), scale * Math.sin(region.rotation)];
    for (let row = 0, to = 0; row < rows; row++) {
      const down = (row * height) / rows - region.yPx;
      for (let column = 0; column < columns; column++, to++) {
        const right = (column * width) / columns - region.xPx;
        total[to] += bilinear(share, cos * right + sin * down + SIDE_PX / 2, cos * down - sin * right + SIDE_PX / 2);
      }
    }
  }
  return outlines.length > 1 ? total.map((value) => value / outlines.length) : total;
}

/** The square's share at a place; 0 beyond. @param {Float32Array} share @param {number} x @param {number} y cells */
function bilinear(share, x, y) {
  if (!(x > -1 && y > -1 && x < SIDE_PX && y < SIDE_PX)) return 0;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  /** @param {number} column @param {number} row */
  const at = (column, row) => (column < 0 || row < 0 || column >= SIDE_PX || row >= SIDE_PX ? 0 : share[row * SIDE_PX + column]);
  const above = (1 - right) * at(left, top) + right * at(left + 1, top);
  return (1 - down) * above + down * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1));
}

/** @param {readonly BodyLandmarks[]} bodies @returns {BodyLandmarks} */
function mean(bodies) {
  /** @param {(body: BodyLandmarks) => Float64Array} part */
  const of = (part) => part(bodies[0]).map((_, k) => bodies.reduce((sum, body) => sum + part(body)[k], 0) / bodies.length);
  return {
    pointsPx: of((body) => body.pointsPx),
    world: of((body) => body.world),
    visibility: of((body) => body.visibility),
    score: bodies.reduce((sum, { score }) => sum + score, 0) / bodies.length,
    timeMs: bodies[0].timeMs,
  };
}

/** The same in an image that begins further left. @param {Body} body @param {number} rightPx @returns {Body} */
const shifted = ({ landmarks, outlines }, rightPx) => ({
  landmarks: { ...landmarks, pointsPx: landmarks.pointsPx.map((value, k) => (k % 2 ? value : value + rightPx)) },
  outlines: outlines.map(({ region, share }) => ({ region: { ...region, xPx: region.xPx + rightPx }, share })),
});

/** @param {number} value */
const logistic = (value) => 1 / (1 + Math.exp(-value));
