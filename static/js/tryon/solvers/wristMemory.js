/**
 * What a stream remembers of one wrist, and how it is made steady.
 * Twin of tryon/solvers/wrist_memory.py.
 */
import { findOwnBands } from '../anchors/armWorn.js';
import { alongItsCuff } from '../anchors/cuff.js';
import { smoothstep } from '../anchors/evidence.js';
import { findForearm, wristOf } from '../anchors/forearm.js';
import { findSleeve } from '../anchors/sleeve.js';
import { faceTone, handTone } from '../covers/tones.js';
import { clamp } from '../linalg.js';
import { Fade, OneEuro, RotationGate } from '../smoothing.js';

/** @typedef {import('../types.js').Frame} Frame */
/** @typedef {import('../types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../anchors/armWorn.js').OwnBand} OwnBand */
/** @typedef {import('../anchors/handFrame.js').HandPose} HandPose */
/** @typedef {import('../anchors/sleeve.js').Sleeve} Sleeve */
/** @typedef {import('../anchors/wrist.js').Forearm} Forearm */
/** @typedef {import('../anchors/wrist.js').WristAnchor} WristAnchor */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('../tracks.js').HandTrack} HandTrack */

/** @typedef {{ below: boolean, toHand: boolean }} Hanging where gravity draws a chain and its charms */

/** Confidences between which a piece fades in. */
export const [INVISIBLE, SOLID] = [0.58, 0.72];
const STAYS = 0.15; // by how much lower they are for a piece that is shown
// Frames of a stream from one look to the next; each kind of look has a frame of its own.
const [TONE_EVERY, SLEEVE_EVERY, SEARCH_EVERY, MEASURE_EVERY] = [12, 4, 4, 2];
const MOVED = 0.05; // palms between two frames from which an arm is measured in each

/** What is remembered of one wrist. */
export class WristFilter {
  outline = new OneEuro(0.5, 0.8);
  gate = new RotationGate();
  sleeve = new OneEuro(0.6, 0.5);
  covered = new Fade(0.4);
  fade = new Fade();
  /** @type {Map<number, OneEuro>} */ places = new Map();
  /** @type {Forearm | null} */ forearm = null;
  /** @type {SkinTone | null} */ tone = null;
  /** @type {Sleeve | null} */ sleeveSeen = null;
  frames = 0; // seen so far
  /** @type {number | null} */ sleevePalms = null;
  likeSkin = false; // of the sleeve's cloth
  /** @type {Map<number, Hanging>} */ hangings = new Map();
  /** @type {OwnBand[]} */ own = [];
  /** @type {OwnBand[]} at the look before */ ownBefore = [];
}

/**
 * The hand's skin, in a stream learned anew from time to time.
 * @param {Frame} frame @param {HandLandmarks} landmarks @param {WristFilter | null} remembered
 */
export function toneOf({ image }, landmarks, remembered) {
  if (!remembered) return handTone(image, landmarks);
  if (!remembered.tone || remembered.frames % TONE_EVERY === 0) remembered.tone = handTone(image, landmarks);
  remembered.frames += 1;
  return remembered.tone;
}

/**
 * The forearm: in a stream looked for, measured, or only moved with the hand. It goes where its
 * sleeve does, which in a stream is known from before, but in the first frame.
 * @param {Frame} frame @param {HandPose} pose @param {SkinTone} tone
 * @param {WristFilter | null} remembered @param {HandTrack | null} track
 */
export function forearmOf(frame, pose, tone, remembered, track) {
  const { image, seen, timeMs } = frame;
  const { bodies } = seen;
  const wrist = wristOf(pose);
  const person = seen.person?.timeMs === timeMs ? seen.person : null; // of this very frame
  if (!remembered || !track) {
    const forearm = findForearm(image, pose, bodies, tone, null, { person });
    return alongItsCuff(image, forearm, sleeveOn(frame, forearm, tone), wrist);
  }
  const measured = remembered.frames % MEASURE_EVERY === 1 || track.movedPalms > MOVED;
  const forearm = findForearm(image, pose, bodies, tone, remembered.forearm, {
    anew: remembered.frames % SEARCH_EVERY === 1,
    measured,
    person,
  });
  if (remembered.forearm && !measured) return forearm;
  const sleeve = remembered.frames === 1 ? sleeveOn(frame, forearm, tone) : remembered.sleeveSeen;
  return alongItsCuff(image, forearm, sleeve, wrist);
}

/**
 * The outline in units of the palm, filtered; directions as points on a circle.
 * @param {Forearm} forearm @param {HandPose} pose @param {WristFilter} remembered
 * @param {HandTrack} track
 * @returns {Forearm}
 */
export function steadyForearm(forearm, pose, remembered, { elapsed }) {
  const wrist = wristOf(pose);
  const palm = forearm.palmPx;
  const measured = [
    ...forearm.towardsHand,
    ...forearm.startPx.map((value, k) => (value - wrist[k]) / palm),
    Math.log(forearm.breadthPalms),
    forearm.taper,
    forearm.rise,
    forearm.outlined,
    forearm.confidence,
  ];
  const steady = remembered.outline.smooth(measured, 1, elapsed);
  const length = Math.max(Math.hypot(steady[0], steady[1]), 1e-9);
  const towardsHand = [steady[0] / length, steady[1] / length];
  const lost = forearm.confidence < INVISIBLE; // then it is looked for all round
  remembered.forearm = lost ? null : { ...forearm, towardsHand };
  return {
    ...forearm,
    startPx: wrist.map((value, k) => value + steady[2 + k] * palm),
    towardsHand,
    breadthPalms: Math.exp(steady[4]),
    taper: steady[5],
    rise: clamp(steady[6], -0.95, 0.95),
    outlined: steady[7],
    confidence: steady[8],
  };
}

/**
 * The sleeve, in a stream looked for every few frames.
 * @param {Frame} frame @param {Forearm} forearm @param {SkinTone} tone
 * @param {WristFilter | null} remembered
 */
export function sleeveOf(frame, forearm, tone, remembered) {
  if (remembered && remembered.frames !== 1 && remembered.frames % SLEEVE_EVERY !== 2) {
    return remembered.sleeveSeen;
  }
  const sleeve = sleeveOn(frame, forearm, tone);
  if (remembered) remembered.sleeveSeen = sleeve;
  return sleeve;
}

/** @param {Frame} frame @param {Forearm} forearm @param {SkinTone} tone */
function sleeveOn({ image, seen: { faces, person } }, forearm, tone) {
  const sleeve = findSleeve(image, forearm, forearm.palmPx, tone, person);
  if (!sleeve || !faces.length) return sleeve;
  // or it is an arm in another light than its hand
  const tones = faces.map((face) => faceTone(image, face));
  return findSleeve(image, forearm, forearm.palmPx, tone, person, tones);
}

/**
 * What is worn already; in a stream believed when two looks in turn find as much.
 * @param {Frame} frame @param {Forearm} forearm @param {SkinTone} tone
 * @param {WristFilter | null} remembered
 */
export function ownBandsOf({ image, seen: { faces } }, forearm, tone, remembered) {
  if (!remembered) {
    const tones = faces.map((face) => faceTone(image, face));
    return findOwnBands(image, forearm, forearm.palmPx, tone, tones);
  }
  if (remembered.frames % SLEEVE_EVERY === 0) {
    const found = findOwnBands(image, forearm, forearm.palmPx, tone);
    if (found.length === remembered.ownBefore.length) remembered.own = found;
    remembered.ownBefore = found;
  }
  return remembered.own;
}

/**
 * Sleeves neither flicker nor jump.
 * @param {Sleeve | null} sleeve @param {WristFilter} remembered @param {HandTrack} track
 * @returns {Sleeve | null}
 */
export function steadySleeve(sleeve, remembered, { elapsed }) {
  const confidence = remembered.covered.follow(sleeve ? sleeve.confidence : 0, elapsed || 1);
  if (sleeve) {
    [remembered.sleevePalms] = remembered.sleeve.smooth([sleeve.fromPalms], 1, elapsed);
    remembered.likeSkin = sleeve.likeSkin;
  }
  if (confidence <= 0 || remembered.sleevePalms === null) return null;
  return { fromPalms: remembered.sleevePalms, confidence, likeSkin: remembered.likeSkin };
}

/** @param {WristAnchor} wrist @param {WristFilter} remembered @param {HandTrack} track */
export function gated(wrist, remembered, track) {
  const { rotation, translation } = wrist.cameraFromAnchor;
  const steadied = remembered.gate.gate(rotation, track.movedPalms, track.elapsed);
  return { ...wrist, cameraFromAnchor: { rotation: steadied, translation } };
}

/**
 * How solid the pieces are: they come and go slowly, and only when the doubt is large.
 * @param {WristAnchor} wrist @param {WristFilter} remembered @param {HandTrack} track
 */
export function faded(wrist, { fade }, track) {
  const grace = fade.opacity > 0.5 ? STAYS : 0;
  return fade.follow(smoothstep(INVISIBLE - grace, SOLID - grace, wrist.confidence), track.elapsed);
}
