/**
 * A chest turned until a chain goes behind the neck where the wearer's own neck ends.
 *
 * On a chest seen aslant, a few degrees of turn let a chain end on bare skin on one side and leave
 * the neck on the other. Where bare skin stands before the background on both sides, the outline of
 * the person tells that turn. A photo's chest is turned at once, a stream's by and by.
 * Twin of tryon/solvers/neck_sides.py.
 */
import { STRANGE } from '../covers/cover.js';
import { personAt } from '../covers/masks.js';
import { apart, features } from '../covers/tones.js';
import { focalOf } from '../frames.js';
import { mirrored } from '../grids.js';
import { picture, roundEven } from '../image.js';
import { clamp, radians, unit2 } from '../linalg.js';
import { sidesOf } from './neckCovers.js';

/** @typedef {import('../frames.js').RigidTransform} RigidTransform */
/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').PersonMask} PersonMask */
/** @typedef {import('../anchors/neck.js').ChestPose} ChestPose */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('../drape.js').Draped} Draped */
/** @typedef {{ skin: SkinTone, hair: SkinTone }} Tones */
/** @typedef {Generator<undefined, number | null, undefined>} Turning */

const FARTHEST = 0.016; // metres from where a chain turns away to the outline, either way
const STEP = 0.5e-3; // metres between two looks along that way
const LOOKS = 64;
const METRES = Array.from({ length: LOOKS }, (_, k) => -FARTHEST + k * (STEP - FARTHEST + FARTHEST)); // as numpy steps
const INSIDE = [0.003, 0.009]; // metres within the outline where skin must be seen
const BEYOND = 8; // looks off it where nobody is
const BARE = 0.7; // share of those looks that show it
const PERSON = 0.5; // share from which somebody is there
const [TRIED, MOST] = [radians(3), radians(9)]; // turn that tells how the ends move; turn at most
const LEAST_MOVED = 0.02; // metres a radian that the ends move by

/** What a look finds that is taken in one go. @param {Turning} steps */
export function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * A chest turned about its notch, the upright axis its own.
 * @param {ChestPose} chest @param {number} angle @returns {ChestPose}
 */
export const turned = (chest, angle) => ({ ...chest, turn: { ...chest.turn, yaw: chest.turn.yaw + angle } });

/**
 * Radians to be added to a chest's yaw, in steps which a stream takes in as many frames; null where
 * the outline does not tell.
 * @param {Frame} frame @param {ChestPose} chest @param {Draped} worn
 * @param {(chest: ChestPose) => RigidTransform} place camera from necklace, of a chest
 * @param {Tones} tones of the wearer @param {PersonMask} person where people are in this very frame
 * @returns {Turning}
 */
export function* turning(frame, chest, worn, place, tones, person) {
  const before = uneven(frame, worn, place(chest), tones, person);
  if (before === null) return null;
  for (const angle of [TRIED, -TRIED]) {
    yield;
    const after = uneven(frame, worn, place(turned(chest, angle)), tones, person);
    if (after !== null && Math.abs(after - before) > LEAST_MOVED * TRIED) {
      return clamp((-before * angle) / (after - before), -MOST, MOST);
    }
  }
  return null;
}

/**
 * Metres by which a chain's right end stands farther within the outline than its left end.
 * @param {Frame} frame @param {Draped} worn @param {RigidTransform} place @param {Tones} tones
 * @param {PersonMask} person
 */
function uneven(frame, worn, place, tones, person) {
  const pxPerMetre = focalOf(frame.intrinsics) / place.translation[2];
  const ends = [];
  for (const { pointsPx, seen } of sidesOf(frame, worn, place)) {
    const last = seen.lastIndexOf(true);
    if (last < 0 || last + 1 >= seen.length) return null;
    ends.push(pointsPx[last]);
  }
  const [x, y] = unit2([ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]]);
  const left = gapAt(frame, ends[0], [-x, -y], pxPerMetre, tones, person);
  const right = gapAt(frame, ends[1], [x, y], pxPerMetre, tones, person);
  return left === null || right === null ? null : right - left;
}

/**
 * Metres from a point on to the outline; null where it is too far off or not bare skin's.
 * @param {Frame} frame @param {number[]} end pixels @param {number[]} way unit length, off the neck
 * @param {number} pxPerMetre @param {Tones} tones @param {PersonMask} person
 */
function gapAt({ image }, end, way, pxPerMetre, { skin, hair }, person) {
  const { width, height } = image;
  const places = Array.from({ length: LOOKS }, (_, k) => {
    const along = pxPerMetre * METRES[k];
    return [end[0] + along * way[0], end[1] + along * way[1]];
  });
  if (places.some(([x, y]) => x < 0 || y < 0 || x > width - 1 || y > height - 1)) return null;
  const seen = features(smoothed(image, places));
  const fromSkin = apart(seen, skin);
  const fromHair = hair.trust > 0 ? apart(seen, hair, false) : null;
  const inside = places.map(([x, y], k) => {
    const hairs = fromHair && fromSkin[k] > STRANGE ** 2 && fromHair[k] < fromSkin[k];
    return !hairs && personAt(person, x, y, width, height) > PERSON;
  });
  const last = inside.indexOf(false);
  if (last <= 0 || inside.slice(last, last + BEYOND).includes(true)) return null;
  const outline = METRES[0] + STEP * last;
  let [near, bare] = [0, 0];
  for (let k = 0; k < LOOKS; k++) {
    const depth = outline - METRES[k];
    if (!(depth > INSIDE[0] && depth < INSIDE[1])) continue;
    near += 1;
    if (fromSkin[k] < STRANGE ** 2) bare += 1;
  }
  return near > 0 && bare / near >= BARE ? outline : null;
}

/**
 * Colours along a line, each the mean of itself and of those beside it.
 * @param {import('../image.js').Picture} image @param {number[][]} places pixels
 */
function smoothed({ data, width, channels }, places) {
  const at = places.map(([x, y]) => (roundEven(y) * width + roundEven(x)) * channels);
  const out = picture(at.length, 1);
  for (let k = 0; k < at.length; k++) {
    const [before, after] = [at[mirrored(k - 1, at.length)], at[mirrored(k + 1, at.length)]];
    for (let c = 0; c < 3; c++) {
      out.data[3 * k + c] = Math.round((data[before + c] + data[at[k] + c] + data[after + c]) / 3);
    }
  }
  return out;
}
