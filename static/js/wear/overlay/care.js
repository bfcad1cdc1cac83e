/** How carefully what is worn is drawn. */

/**
 * @typedef {object} Care
 * @property {number} share pixels of the drawing for one of the frame, a side
 * @property {number} samples along a side of a pixel, at most
 * @property {number} most samples of one drawing
 * @property {number} bounces of rays inside stones
 * @property {boolean} live shaded in a hurry
 */

/** For what moves, by the tiers of viewer/quality.js, coarsest first. @type {readonly Care[]} */
export const LIVE = Object.freeze([
  { share: 0.6, samples: 1, most: 120_000, bounces: 2, live: true },
  { share: 0.8, samples: 1, most: 240_000, bounces: 3, live: true },
  { share: 1, samples: 2, most: 240_000, bounces: 4, live: true },
  { share: 1, samples: 2, most: 480_000, bounces: 5, live: true },
  { share: 1, samples: 3, most: 1_600_000, bounces: 6, live: true },
]);

/** For a photo. @type {Care} */
export const STILL = Object.freeze({ share: 1, samples: 4, most: 6_000_000, bounces: 10, live: false });

// A Gaussian so wide leaves nothing of what one sample a pixel gets wrong in a picture that moves: below
// it the links of fine chains bead.
const HIDING_BLUR_PX = 2.2;

/** @param {number} [quality] a tier; without it as for a photo */
export function careOf(quality) {
  return quality === undefined ? STILL : LIVE[Math.min(Math.max(Math.round(quality), 0), LIVE.length - 1)];
}

/**
 * Samples along a side of a pixel: as many as the bound allows, while something moves none that the blur
 * would hide.
 * @param {Care} care
 * @param {{ width: number, height: number }} window
 * @param {number} blurPx
 */
export function samplesOf({ samples, most, live }, { width, height }, blurPx) {
  if (live && blurPx >= HIDING_BLUR_PX) return 1;
  for (let n = samples; n > 1; n--) if (n * n * width * height <= most) return n;
  return 1;
}
