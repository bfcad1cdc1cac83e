/** What a sleeve hides; twin of the second half of tryon/anchors/sleeve.py. */
import { coverAt } from '../covers/cover.js';
import { apart, features, skinTone } from '../covers/tones.js';
import { median } from '../grids.js';
import { remapped8 } from '../image.js';
import { clamp } from '../linalg.js';
import { spotsIn } from './armWorn.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./sleeve.js').Sleeve} Sleeve */
/** @typedef {import('./wrist.js').Forearm} Forearm */

const [ACROSS, INNER] = [9, 0.3]; // samples within the arm's middle; half of their span, breadths
const LEAST_TRUST = 0.3;
const SLACK = 0.14; // palms about the edge within which single pixels decide
const BESIDE_EDGE = [0.1, 0.5]; // palms from the edge of cloth like skin, where both are learned
const [ASLANT, STEEPEST] = [0.3, 0.6]; // palms about it where that edge runs; its growth across the arm
const SOFT = 0.03; // palms over which it begins
const ASIDE = 0.95; // breadths beside the arm that a sleeve still hides

/**
 * What a sleeve hides of what is drawn in a region. Beyond its edge everything, well before it
 * nothing; about the edge each pixel for itself.
 * @param {Picture} image @param {import('../types.js').PixelRegion} region
 * @param {Forearm} forearm @param {number} palmPx @param {Sleeve} sleeve @param {SkinTone} tone
 * @param {import('../types.js').PersonMask | null} [person]
 * @returns {import('../types.js').Veil}
 */
export function sleeveVeil(image, region, forearm, palmPx, sleeve, tone, person) {
  const [awayX, awayY] = forearm.towardsHand.map((value) => -value);
  const line = sleeve.likeSkin ? edgeLine(image, forearm, palmPx, sleeve) : null;
  const covers = line ? null : coverAt(image, region, tone, person);
  const hides = new Float32Array(region.width * region.height);
  const reach = ASIDE * forearm.breadthPalms;
  for (let row = 0, k = 0; row < region.height; row++) {
    const y = row + region.y + 0.5 - forearm.startPx[1];
    for (let column = 0; column < region.width; column++, k++) {
      const x = column + region.x + 0.5 - forearm.startPx[0];
      const up = (x * awayX + y * awayY) / palmPx - sleeve.fromPalms;
      const across = (x * awayY - y * awayX) / palmPx;
      const aside = Math.min((reach - Math.abs(across)) / 0.1 + 1, 1) * sleeve.confidence;
      if (!(aside > 0)) continue;
      if (line) {
        hides[k] = aside * clamp((up - line[0] - line[1] * across) / SOFT + 0.5, 0, 1);
      } else if (covers && up > -SLACK) {
        const near = Math.min(up / SLACK, 1);
        const pixel = near < 1 ? covers(column + region.x, row + region.y) : 1;
        hides[k] = aside * (near < 0 ? pixel * (1 + near) : pixel + (1 - pixel) * near);
      }
    }
  }
  return { hides, region };
}

/** @param {number} low @param {number} high @param {number} count */
const evenly = (low, high, count) => Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));

/**
 * A cuff's edge, which lies aslant, by the colours of the skin before it and of its own cloth: palms
 * beyond where it begins, and growth to the right; null where these colours are not known.
 * @param {Picture} image @param {Forearm} forearm @param {number} palmPx @param {Sleeve} sleeve
 */
function edgeLine(image, forearm, palmPx, sleeve) {
  /** @param {number[]} along palms from the sleeve's edge */
  const spots = (along) =>
    spotsIn(forearm, palmPx, along.map((value) => sleeve.fromPalms + value), ACROSS, INNER);
  const beside = evenly(BESIDE_EDGE[0], BESIDE_EDGE[1], 9);
  const [skin, cloth] = [-1, 1].map((way) => {
    const flat = spots(beside.map((value) => way * value));
    return skinTone(image, Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k], flat[2 * k + 1]]));
  });
  if (Math.min(skin.trust, cloth.trust) < LEAST_TRUST) return null;
  const along = evenly(-ASLANT, ASLANT, 2 * ACROSS + 1);
  const seen = features(remapped8(image, spots(along)));
  const [fromSkin, fromCloth] = [apart(seen, skin, false), apart(seen, cloth, false)];
  const step = along[1] - along[0];
  const edge = Array.from({ length: ACROSS }, (_, column) => {
    const likely = along.map((__, row) => {
      const k = row * ACROSS + column;
      return fromSkin[k] / (fromSkin[k] + fromCloth[k] + 1e-3) - 0.5;
    });
    const total = likely.reduce((sum, value) => sum + value, 0);
    let [best, begins, before] = [total, 0, 0]; // all before it skin, all after it cloth
    likely.forEach((value, row) => {
      before += value;
      if (total - 2 * before > best) [best, begins] = [total - 2 * before, row + 1];
    });
    return along[0] + step * (begins - 0.5);
  });
  const aside = evenly(-INNER, INNER, ACROSS).map((value) => value * forearm.breadthPalms);
  const slopes = [];
  for (let i = 0; i < ACROSS; i++) {
    for (let j = i + 2; j < ACROSS; j++) slopes.push((edge[j] - edge[i]) / (aside[j] - aside[i]));
  }
  const slope = clamp(median(slopes), -STEEPEST, STEEPEST); // Theil and Sen
  return [median(edge.map((value, k) => value - slope * aside[k])), slope];
}
