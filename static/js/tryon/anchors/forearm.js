/**
 * Where the forearm runs from the wrist, and its two edges there.
 *
 * Three witnesses, in the order of their trust: the body's elbow and wrist where they agree with the
 * hand; the forearm's own outline, skin or sleeve; the hand, from which the forearm goes on unless
 * the wrist is bent. Lengths are in palms. Twin of tryon/anchors/forearm.py.
 */
import { cropped } from '../image.js';
import { reduced8 } from '../reduction.js';
import { clamp, radians, unit2 } from '../linalg.js';
import { AT, fromBody, fromHand, palmSeen, USUAL_TAPER, usualBreadth } from './armGuess.js';
import { asWideAsThePerson } from './armPerson.js';
import { searchArm } from './armSearch.js';
import { findContour, HALF_SPAN } from './contour.js';
import { smoothstep } from './evidence.js';
import { WRIST } from './skeleton.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('./armGuess.js').Guess} Guess */
/** @typedef {import('./armSearch.js').Found} Found */
/** @typedef {import('./handFrame.js').HandPose} HandPose */
/** @typedef {import('./wrist.js').Forearm} Forearm */
/** @typedef {import('../types.js').PersonMask} PersonMask */

const FINE_PX = 48; // of an arm's breadth, that tell its edges to a fraction of a pixel
const UNSEEN = 0.3; // confidence of an edge below which the person's outline may tell it
const [STRAIGHT, BENT] = [radians(20), radians(60)];

/**
 * The forearm of one hand.
 * @param {Picture} image @param {HandPose} pose
 * @param {readonly import('../types.js').BodyLandmarks[]} bodies seen in this frame or a little before
 * @param {import('../covers/tones.js').SkinTone | null} tone of the hand's skin
 * @param {Forearm | null} remembered a frame ago: only near its direction another is looked for
 * @param {object} [how]
 * @param {boolean} [how.anew] look for it; otherwise the one remembered is only measured again
 * @param {boolean} [how.measured] that it is; otherwise it goes with the hand
 * @param {PersonMask | null} [how.person] where people are in this very frame
 * @returns {Forearm}
 */
export function findForearm(image, pose, bodies, tone, remembered = null, how = {}) {
  const { anew = true, measured = true, person = null } = how;
  const palm = palmSeen(pose);
  if (remembered && !anew && !measured) return carried(remembered, pose, palm);
  const hand = fromHand(pose, palm);
  const body = fromBody(pose, palm, bodies);
  const broad = usualBreadth(pose, body ?? hand);
  const nearTo = remembered && remembered.towardsHand.map((value) => -value);
  const found =
    remembered && !anew
      ? asBefore(remembered)
      : searchArm(image, pose, palm, body ? [hand, body] : [hand], broad, nearTo, tone);
  return measure(image, pose, palm, found, hand, body, broad, person);
}

/** The hand's wrist landmark, pixels. @param {HandPose} pose */
export const wristOf = ({ landmarks: { pointsPx } }) => [pointsPx[2 * WRIST], pointsPx[2 * WRIST + 1]];

/**
 * The forearm a frame ago, at the place where its hand is now.
 * @param {Forearm} forearm @param {HandPose} pose @param {number} palm
 */
function carried(forearm, pose, palm) {
  const [x, y] = wristOf(pose);
  const aside = palm * forearm.asidePalms;
  const [towardsX, towardsY] = forearm.towardsHand;
  return { ...forearm, startPx: [x - aside * towardsY, y + aside * towardsX], palmPx: palm };
}

/**
 * What was found a frame ago; the landmark and the arm keep their places to each other.
 * @param {Forearm} forearm @returns {Found}
 */
function asBefore({ towardsHand, breadthPalms, asidePalms, found }) {
  const half = 0.5 * breadthPalms;
  return { away: towardsHand.map((value) => -value), left: half - asidePalms, right: half + asidePalms, sure: found };
}

/**
 * Both edges of the arm, seen as finely as they need and no finer; offsets count `AT` from `near`.
 * @param {Picture} image @param {number[]} far @param {number[]} near pixels on its middle, 1.1 palms apart
 * @param {number} width expected
 */
export function armEdges(image, far, near, width) {
  let factor = Math.max(Math.trunc(width / FINE_PX), 1);
  const limits = [image.width, image.height];
  const reach = HALF_SPAN * width + 4 * factor;
  const low = limits.map((limit, k) => clamp(Math.floor(Math.min(far[k], near[k]) - reach), 0, limit - 2));
  const high = limits.map((limit, k) => clamp(Math.ceil(Math.max(far[k], near[k]) + reach), low[k] + 2, limit));
  const size = high.map((value, k) => Math.trunc((value - low[k]) / factor));
  let source = image;
  let [start, end] = [far, near];
  if (factor > 1 && Math.min(size[0], size[1]) > 1) {
    const crop = cropped(image, low[0], low[1], size[0] * factor, size[1] * factor);
    source = reduced8(crop, size[0], size[1]);
    [start, end] = [far, near].map((point) => point.map((value, k) => (value - low[k]) / factor));
  } else {
    factor = 1;
  }
  const { left, right } = findContour(source, {
    startPx: start,
    endPx: end,
    at: 0.65 / 1.1,
    first: 0.15,
    last: 0.95,
    widthPx: width / factor,
    leftLimitPx: Infinity,
    rightLimitPx: Infinity,
    onShadow: true,
  });
  return [left, right].map((edge) => ({ ...edge, offsetPx: factor * edge.offsetPx }));
}

/**
 * The edges found, measured in the image, and weighed against the guesses.
 * @param {Picture} image @param {HandPose} pose @param {number} palm @param {Found} found
 * @param {Guess} hand @param {Guess | null} body @param {number} broad usual breadth, palms
 * @param {PersonMask | null} person
 * @returns {Forearm}
 */
function measure(image, pose, palm, found, hand, body, broad, person) {
  const wrist = wristOf(pose);
  const { away } = found;
  const right = [away[1], -away[0]];
  const middle = 0.5 * (found.right - found.left);
  const beside = wrist.map((value, k) => value + palm * (AT * away[k] + middle * right[k]));
  const [near, far] = [-0.45, 0.65].map((along) => beside.map((value, k) => value + along * palm * away[k]));
  const half = 0.5 * (found.left + found.right) * palm;
  const edges = armEdges(image, far, near, 2 * half);
  if (person) {
    const unseen = edges.map((edge) => edge.confidence < UNSEEN);
    const wider = asWideAsThePerson(found, unseen, person, image, wrist, palm, broad);
    if (wider !== found) return measure(image, pose, palm, wider, hand, body, broad, null);
  }
  const [clearLeft, clearRight] = edges.map((edge) => smoothstep(0.1, 0.6, edge.confidence));
  const clear = Math.sqrt(clearLeft * clearRight);
  const [toLeft, toRight] = edges.map((edge, k) => {
    const seen = k === 0 ? clearLeft : clearRight;
    return half + seen * (Math.max(edge.offsetPx, 0.1 * half) - half);
  });
  const [slopeLeft, slopeRight] = [clearLeft * edges[0].slope, clearRight * edges[1].slope];
  const turn = 0.5 * (Math.atan(slopeRight) - Math.atan(slopeLeft));
  const outlined = unit2([-away[0] + turn * away[1], -away[1] - turn * away[0]]);
  const shift = 0.5 * (toRight - toLeft);
  const at = beside.map((value, k) => value + shift * right[k]);
  const sure = found.sure * (0.6 + 0.4 * clear);
  const [byOutline, byHand] = [sure ** 2 * 1.5, 0.06 * Math.max(hand.confidence, 0.01)];
  const byBody = body ? 0.5 * body.confidence ** 2 : 0;
  const towards = unit2(
    [0, 1].map((k) => byOutline * outlined[k] - byHand * hand.awayPx[k] - byBody * (body ? body.awayPx[k] : 0)),
  );
  const bent = Math.acos(clamp(-(hand.awayPx[0] * towards[0] + hand.awayPx[1] * towards[1]), -1, 1));
  const straight = hand.confidence * (1 - smoothstep(STRAIGHT, BENT, bent));
  const spoken = body ? body.confidence : 0;
  // an elbow alone does not place a wrist whose hand points at the camera
  const told = spoken * (0.4 + 0.4 * Math.max(clear, hand.confidence));
  const rise = body ? (1 - 0.7 * spoken) * hand.rise + 0.7 * spoken * body.rise : hand.rise;
  const unclear = 1 - 0.5 * (clearLeft + clearRight);
  const apart = (at[1] - wrist[1]) * towards[0] - (at[0] - wrist[0]) * towards[1];
  return {
    startPx: at.map((value, k) => value + AT * palm * towards[k]),
    towardsHand: towards,
    breadthPalms: (toLeft + toRight) / palm,
    asidePalms: apart / palm,
    taper: clamp(unclear * USUAL_TAPER - slopeLeft - slopeRight, -0.1, 0.45),
    rise: clamp(rise, -0.95, 0.95),
    outlined: clear,
    found: found.sure,
    confidence: 1 - (1 - sure) * (1 - told) * (1 - 0.55 * straight),
    palmPx: palm,
  };
}
