/**
 * How sure it is that a ring's place is really seen: a product of shares, each for one doubt.
 *
 * Every share is 1 over the whole range in which rings look right, and each can bring the product
 * to naught by itself. Twin of tryon/anchors/evidence.py, where the limits are explained.
 */

const CLEAR_EDGE = 0.45;
const [LEAST_FLESH, SURE_FLESH] = [0.2, 0.5];
const UNSEEN_EDGES = 0.82;
const [THUMB_UNSEEN, THUMB_HALF_SEEN] = [0.45, 0.8];
const [THUMB_UPON, THUMB_APART] = [0.55, 0.85];
const THUMB_BARELY = 0.72;
const THUMB_NARROW = [0.22, 0.4];
const [THUMB_ASIDE, THUMB_AWAY] = [0.45, 0.65];
const [ASIDE, AWAY, ASIDE_EDGED] = [0.42, 0.6, 0.3];

/**
 * 0 below `low`, 1 above `high`, smooth between.
 * @param {number} low @param {number} high @param {number} value
 */
export function smoothstep(low, high, value) {
  const x = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return x * x * (3 - 2 * x);
}

/** @param {number} share */
const fleshed = (share) => smoothstep(LEAST_FLESH, SURE_FLESH, share);

/**
 * That there is a finger between the edges found, 0..1: each side by its edge or its colour.
 * @param {number[]} edges confidence of the left and the right edge
 * @param {number[]} flesh how much of the left and the right half has the hand's colours
 * @param {number} tilt cosine of the angle between the finger and the line of sight, unsigned
 */
export function presence(edges, flesh, tilt) {
  const left = smoothstep(0, CLEAR_EDGE, edges[0]);
  const right = smoothstep(0, CLEAR_EDGE, edges[1]);
  const granted = ASIDE_EDGED * Math.max(left, right);
  const coloured = 1 - smoothstep(ASIDE, AWAY, tilt - granted);
  const seen =
    (1 - (1 - left) * (1 - coloured * fleshed(flesh[0]))) *
    (1 - (1 - right) * (1 - coloured * fleshed(flesh[1])));
  return seen * (UNSEEN_EDGES + (1 - UNSEEN_EDGES) * 0.5 * (left + right));
}

/**
 * That a thumb is seen, 0..1: by both edges, or by one and the colour of its whole breadth.
 * @param {number[]} edges as for `presence`
 * @param {number[]} flesh as for `presence`
 * @param {number} aside distance of the ring from the index finger's metacarpal, finger widths
 * @param {number} tilt cosine of the angle between the thumb and the line of sight, unsigned
 * @param {number} deviation logarithm of the width found over the one the palm lets expect
 */
export function thumbPresence(edges, flesh, aside, tilt, deviation) {
  const clear = edges.map((edge) => smoothstep(0, CLEAR_EDGE, edge));
  const upon = 1 - smoothstep(THUMB_BARELY, THUMB_APART, aside);
  const narrow = smoothstep(THUMB_NARROW[0], THUMB_NARROW[1], -deviation);
  const outlined = Math.min(clear[0], clear[1]) * (1 - upon * narrow);
  let coloured = THUMB_UNSEEN + (THUMB_HALF_SEEN - THUMB_UNSEEN) * Math.max(clear[0], clear[1]);
  coloured *= fleshed(flesh[0]) * fleshed(flesh[1]);
  coloured *= smoothstep(THUMB_UPON, THUMB_APART, aside);
  coloured *= 1 - smoothstep(THUMB_ASIDE, THUMB_AWAY, tilt);
  return outlined + (1 - outlined) * coloured;
}

/**
 * How far edges are to be believed by the width between them, 0..1.
 * @param {number} deviation logarithm of the width found over the one the palm lets expect
 */
export const plausibleWidth = (deviation) =>
  (1 - smoothstep(0.34, 0.5, deviation)) * (1 - smoothstep(0.48, 0.7, -deviation));

/**
 * Of two looks at the same photo.
 * @param {number} spread greatest distance between both looks' joints, finger widths
 */
export const agreement = (spread) => 1 - 0.75 * smoothstep(0.6, 1.3, spread);

/** That the finger does not point at the camera. @param {number} tilt cosine, unsigned */
export const seenSideways = (tilt) => 1 - smoothstep(0.8, 0.94, tilt);

/** That it is a hand, and that hand. @param {number} score of left against right */
export const detected = (score) => smoothstep(0.55, 0.85, score);

/** That the finger has enough pixels to be measured. @param {number} widthPx */
export const largeEnough = (widthPx) => smoothstep(2, 5, widthPx);

/**
 * That nothing lies before the ring. A finger without an edge of its own is doubted sooner.
 * @param {number} share of the ring's front that other fingers, or its own tip, hide
 * @param {number} present from `presence` or `thumbPresence`
 */
export function unhidden(share, present) {
  const edged = smoothstep(UNSEEN_EDGES + 0.02, UNSEEN_EDGES + 0.08, present);
  return 1 - smoothstep(0.15 + 0.15 * edged, 0.8, share);
}

/**
 * That the ring's place is in the picture.
 * @param {number} room distance of its centre from the nearest border, finger widths
 */
export const insideImage = (room) => smoothstep(-0.25, 0.25, room);
