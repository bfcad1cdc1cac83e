/**
 * What is looked at about a necklace: where its chain runs, which arms are held before it.
 * Twin of tryon/solvers/neck_covers.py.
 */
import { AT } from '../anchors/armGuess.js';
import { smoothstep } from '../anchors/evidence.js';
import { findForearm } from '../anchors/forearm.js';
import { lift } from '../anchors/handFrame.js';
import { CHIN } from '../anchors/head.js';
import { KNUCKLES, WRIST } from '../anchors/skeleton.js';
import { neckNormal } from '../body.js';
import { handsOver } from '../covers/handsBefore.js';
import { handTone } from '../covers/tones.js';
import { focalOf, moved, project } from '../frames.js';
import { apply3, clamp, dot } from '../linalg.js';
import { palmLengthPx } from '../tracks.js';

/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */
/** @typedef {import('../covers/collar.js').Look} Look */
/** @typedef {import('../covers/collarRules.js').Run} Run */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('../drape.js').Draped} Draped */

const MARGIN_PX = 6;
const ARM_LENGTH = 2.6; // palms from the wrist up to where an elbow begins
const NEAR = 3.2; // palms from a wrist to a necklace whose forearm may lie before it
const BENT = 0.35; // cosine, of the fingers' way against that to a necklace which the arm cannot reach
const ARM_FOUND = 0.7; // confidence in a forearm
const BROADER = 1.12; // its edges further up are less straight than at the wrist
const LEAST_DEPTH = 0.02; // metres

/**
 * One frame about a necklace.
 * @param {Frame} frame @param {import('../types.js').FaceLandmarks} face
 * @param {import('../types.js').BodyLandmarks | null} body
 * @param {Draped} worn @param {RigidTransform} place camera from necklace
 * @param {{ skin: SkinTone, hair: SkinTone }} tones of the wearer
 * @param {import('../types.js').PersonMask | null} person where people are now
 * @returns {Look}
 */
export function lookAt(frame, face, body, worn, place, tones, person) {
  const { image, seen, intrinsics } = frame;
  const { runs, region } = runsOf(frame, worn, place);
  const notch = project(intrinsics, place.translation);
  const { pointsPx: p } = face;
  return {
    image,
    region,
    runs,
    pxPerMetre: focalOf(intrinsics) / place.translation[2],
    face,
    ...tones,
    person,
    before: handsOver(region, seen.hands, body, forearmsNear(frame, region)),
    breadth: worn.breadth,
    throatPx: [0, 1].map((axis) => 0.5 * (notch[axis] + p[2 * CHIN + axis])),
  };
}

/**
 * Pixels round the forearm of each hand that is held near a part of the picture; null for others.
 * @param {Frame} frame @param {PixelRegion} region
 * @returns {(number[][] | null)[]}
 */
export function forearmsNear(frame, region) {
  return frame.seen.hands.map((hand) => {
    const { pointsPx: p } = hand;
    const [x, y] = [p[2 * WRIST], p[2 * WRIST + 1]];
    const there = [clamp(x, region.x, region.x + region.width) - x, clamp(y, region.y, region.y + region.height) - y];
    const away = Math.hypot(there[0], there[1]);
    const ahead = [0, 1].map((axis) => {
      const sum = KNUCKLES.reduce((total, joint) => total + p[2 * joint + axis], 0);
      return sum / KNUCKLES.length - p[2 * WRIST + axis];
    });
    const beyond = there[0] * ahead[0] + there[1] * ahead[1] > BENT * away * Math.hypot(ahead[0], ahead[1]);
    return away < NEAR * palmLengthPx(p) && !beyond ? forearmOf(frame, hand) : null;
  });
}

/**
 * Pixels round one, from the wrist up; null where it or its hand is not seen clearly.
 * @param {Frame} frame @param {import('../types.js').HandLandmarks} hand
 */
function forearmOf({ image, seen, intrinsics }, hand) {
  if (hand.spreadPx && !Number.isFinite(hand.spreadPx[WRIST])) return null;
  const arm = findForearm(image, lift(hand, intrinsics), seen.bodies, handTone(image, hand));
  if (arm.confidence < ARM_FOUND) return null;
  const [awayX, awayY] = arm.towardsHand.map((value) => -value);
  const upper = ARM_LENGTH * Math.sqrt(1 - arm.rise ** 2);
  return [[0, 1], [0, -1], [upper, -1], [upper, 1]].map(([along, side]) => {
    const half = 0.5 * BROADER * (arm.breadthPalms + arm.taper * (along - AT));
    const [x, y] = [along * awayX - half * side * awayY, along * awayY + half * side * awayX];
    return [arm.startPx[0] + arm.palmPx * x, arm.startPx[1] + arm.palmPx * y];
  });
}

/**
 * A chain's way to the nape on the wearer's left and right, and what of it is before the neck.
 * @param {Frame} frame @param {Draped} worn @param {RigidTransform} place
 * @returns {{ pointsPx: number[][], seen: boolean[], indices: number[] }[]}
 */
export function sidesOf({ intrinsics }, { line, base }, place) {
  const count = line.length / 3;
  const half = Math.floor(count / 2);
  const out = [0, 0, 0];
  const points = Array.from({ length: count }, (_, k) => {
    const point = [line[3 * k], line[3 * k + 1], line[3 * k + 2]];
    const at = moved(place, point);
    neckNormal(base, point[0], point[1], point[2], out);
    const before = dot(apply3(place.rotation, out), at) < 0;
    at[2] = Math.max(at[2], LEAST_DEPTH);
    return { pixel: project(intrinsics, at), before };
  });
  const left = Array.from({ length: half }, (_, k) => k);
  const right = [0, ...Array.from({ length: count - 1 - half }, (_, k) => count - 1 - k)];
  return [left, right].map((indices) => ({
    indices,
    pointsPx: indices.map((k) => points[k].pixel),
    seen: indices.map((k) => points[k].before),
  }));
}

/**
 * Both sides of a chain in the picture, and the part of the picture about it.
 * @param {Frame} frame @param {Draped} worn @param {RigidTransform} place
 * @returns {{ runs: Run[], region: PixelRegion }}
 */
function runsOf(frame, worn, place) {
  const { line } = worn;
  const count = line.length / 3;
  const along = new Float64Array(count + 1);
  for (let k = 0; k < count; k++) {
    const next = 3 * ((k + 1) % count);
    const [x, y, z] = [0, 1, 2].map((axis) => line[next + axis] - line[3 * k + axis]);
    along[k + 1] = along[k] + Math.sqrt(x * x + y * y + z * z);
  }
  const total = along[count];
  const [left, right] = sidesOf(frame, worn, place);
  const runs = [
    { ...left, metres: left.indices.map((k) => along[k]) },
    { ...right, metres: right.indices.map((k) => (total - along[k]) % total) },
  ];
  const all = runs.flatMap(({ pointsPx, seen }) => pointsPx.map((point, k) => ({ point, seen: seen[k] })));
  const before = all.filter(({ seen }) => seen);
  return { runs, region: regionAbout((before.length ? before : all).map(({ point }) => point), frame.image) };
}

/**
 * What hangs needs room below, not beside.
 * @param {number[][]} points pixels @param {{ width: number, height: number }} image
 * @returns {PixelRegion}
 */
function regionAbout(points, image) {
  const limits = [image.width, image.height];
  const [least, most] = [Math.min, Math.max].map((of) => [0, 1].map((axis) => of(...points.map((each) => each[axis]))));
  const reach = Math.max(most[0] - least[0], most[1] - least[1]) * 0.12 + MARGIN_PX;
  const high = most.map((value) => Math.ceil(value + 3 * reach));
  high[0] -= 2 * Math.floor(reach);
  const [x, y] = least.map((value, axis) => clamp(Math.floor(value - reach), 0, limits[axis] - 1));
  const width = clamp(high[0], x + 1, image.width) - x;
  return { x, y, width, height: clamp(high[1], y + 1, image.height) - y };
}

/**
 * Share of the front half of a chain that the picture holds.
 * @param {Frame} frame @param {Draped} worn @param {RigidTransform} place
 */
export function inPicture({ image: { width, height }, intrinsics }, { line }, place) {
  const count = line.length / 3;
  let [front, inside] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (Math.abs(k - count / 2) <= count / 4) continue;
    const point = moved(place, [line[3 * k], line[3 * k + 1], line[3 * k + 2]]);
    if (point[2] < LEAST_DEPTH) return 0;
    const [x, y] = project(intrinsics, point);
    front++;
    if (x > 0 && y > 0 && x < width && y < height) inside++;
  }
  return smoothstep(0, 0.6, inside / front);
}
