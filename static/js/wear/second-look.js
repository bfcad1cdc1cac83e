/**
 * A second look at each hand of a photo: mirrored, enlarged, then averaged with the first.
 * Twin of tryon/second_look.py, where it says what that gains.
 */
import { blurred8, mirrored8, warped8 } from '../tryon/image.js';

/** @typedef {import('../tryon/types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../tryon/image.js').Picture} Picture */

const CROP_SHARES = [2, 3.4]; // sides of the crop, sizes of the hand: the second where the first fails
const CROP_PX = 448;
const SAME_HAND_SHARE = 0.2; // mean distance between both looks, sizes of the hand
const LEAST_SIZE_PX = 16;

/**
 * Each hand of a photo averaged with a second look at it.
 * @param {readonly HandLandmarks[]} hands @param {Picture} photo
 * @param {(crop: Picture) => HandLandmarks[]} look finds hands in a crop of the photo
 * @returns {HandLandmarks[]}
 */
export const seenTwice = (hands, photo, look) => hands.map((hand) => merged(hand, again(hand, photo, look)));

/**
 * The same hand in a mirrored crop; in a wider one where the close one shows none.
 * @param {HandLandmarks} hand @param {Picture} photo @param {(crop: Picture) => HandLandmarks[]} look
 */
function again(hand, photo, look) {
  for (const share of CROP_SHARES) {
    const { crop, corner, scale } = mirroredCrop(hand, photo, share);
    const found = sameHand(hand, look(crop).map((seen) => inPhoto(seen, corner, scale)));
    if (found) return found;
  }
  return null;
}

/**
 * The square about a hand, mirrored left to right.
 * @param {HandLandmarks} hand @param {Picture} photo @param {number} share of its size
 */
export function mirroredCrop({ pointsPx }, photo, share) {
  const { low, high } = boundsOf(pointsPx);
  const side = share * Math.max(high[0] - low[0], high[1] - low[1], LEAST_SIZE_PX);
  const corner = [0, 1].map((axis) => (low[axis] + high[axis]) / 2 - side / 2);
  const scale = CROP_PX / side;
  const fine = scale > 0.5 ? photo : blurred8(photo, 0.4 / scale);
  const straight = warped8(fine, [1 / scale, 0, corner[0], 0, 1 / scale, corner[1]], CROP_PX, CROP_PX);
  return { crop: mirrored8(straight), corner, scale };
}

/**
 * A hand found in the crop, unmirrored and back in the photo.
 * @param {HandLandmarks} seen @param {number[]} corner @param {number} scale crop pixels per photo pixel
 * @returns {HandLandmarks}
 */
const inPhoto = (seen, corner, scale) => ({
  ...seen,
  pointsPx: seen.pointsPx.map((value, k) => (k % 2 ? value : CROP_PX - value) / scale + corner[k % 2]),
  depthsPx: seen.depthsPx ? seen.depthsPx.map((value) => value / scale) : null,
  world: seen.world.map((value, k) => (k % 3 ? value : -value)),
  hand: seen.hand === 'right' ? 'left' : 'right',
});

/**
 * The one of `others` that is `hand` seen once more, if any.
 * @param {HandLandmarks} hand @param {HandLandmarks[]} others
 */
function sameHand({ pointsPx }, others) {
  const { low, high } = boundsOf(pointsPx);
  const size = Math.max(high[0] - low[0], high[1] - low[1], 1);
  const count = pointsPx.length / 2;
  const near = others.map((other) => apart(pointsPx, other.pointsPx).reduce((a, b) => a + b, 0) / count / size);
  const least = Math.min(...near);
  return least <= SAME_HAND_SHARE ? others[near.indexOf(least)] : null;
}

/**
 * The mean of two looks at the same hand, and how far they lie apart.
 * @param {HandLandmarks} first @param {HandLandmarks | null} second null: it was not found again
 * @returns {HandLandmarks}
 */
function merged(first, second) {
  if (!second) return { ...first, spreadPx: new Float64Array(first.pointsPx.length / 2).fill(Infinity) };
  const surer = first.score >= second.score ? first : second;
  return {
    pointsPx: mean(first.pointsPx, second.pointsPx),
    world: mean(first.world, second.world),
    hand: surer.hand,
    score: 0.5 * (first.score + second.score),
    spreadPx: apart(first.pointsPx, second.pointsPx),
    depthsPx: first.depthsPx && second.depthsPx ? mean(first.depthsPx, second.depthsPx) : null,
  };
}

/** @param {Float64Array} a @param {Float64Array} b */
const mean = (a, b) => a.map((value, k) => (value + b[k]) / 2);

/** @param {Float64Array} a @param {Float64Array} b (n, 2) @returns {Float64Array} (n,) */
const apart = (a, b) =>
  Float64Array.from({ length: a.length / 2 }, (_, k) => Math.hypot(a[2 * k] - b[2 * k], a[2 * k + 1] - b[2 * k + 1]));

/** @param {Float64Array} points (n, 2) */
function boundsOf(points) {
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  points.forEach((value, k) => {
    low[k % 2] = Math.min(low[k % 2], value);
    high[k % 2] = Math.max(high[k % 2], value);
  });
  return { low, high };
}
