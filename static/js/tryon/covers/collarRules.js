/**
 * Where a chain goes under cloth, by what it meets on its way from its front to the nape.
 *
 * As long as it has met nothing but one cloth it lies on the cloth, as over a jumper; where it comes
 * off skin and meets cloth, or off one cloth and meets another that stays, it goes under: that is a
 * collar, a jacket. A strand of hair in between changes nothing. A chain that has met nothing but
 * cloth where it goes behind the neck, far from any skin and below a bare throat, is under a standing
 * collar all the way. Twin of tryon/covers/collar_rules.py.
 */
import { median } from '../grids.js';

/**
 * Where a chain runs in the picture, from its front to the nape on one side; n points.
 * @typedef {object} Run
 * @property {number[][]} pointsPx
 * @property {number[]} metres along the chain from its front
 * @property {boolean[]} seen before the neck, not behind it
 */

/**
 * What one side of a chain lies on; n of each.
 * @typedef {object} Side
 * @property {Run} run
 * @property {boolean[]} inside before the neck and in the region
 * @property {boolean[]} handled hidden by a hand
 * @property {boolean[]} bare inside, and hidden by neither hair nor a hand
 * @property {number[]} hidden
 * @property {number[]} cloth share of what is neither skin nor hair
 * @property {number[]} covered
 * @property {number[][]} colours features
 */

const COVERED = 0.6; // shares that count as cloth
/** And as skin. */
export const BARE = 0.4;
const [SKIN_RUN, CLOTH_RUN] = [0.012, 0.009]; // metres of one kind before the chain has met it
const FRONT_RUN = 0.015; // metres from the front whose cloth the chain lies on
const [OTHER_LIGHT, OTHER_HUE] = [0.45, 0.085]; // logarithm of lightness and hue by which cloths differ
const [OTHER, STAYS] = [1.5, 0.9]; // of those together; share of the rest of a side that stays another cloth
const HUE_NOISE = 3.5; // grey levels of Lab
const JUMP = 0.7; // of the same, from skin to the cloth that it goes under: less is shade
const JUMP_OFF_CLOTH = 1.3; // where it came off cloth on to the skin, as on to a neck in its own shade
const NEAREST = 8; // points of skin before it
const BESIDE_SKIN = 0.016; // metres from there to skin, if the chain is to lie on the cloth
const [SCRAP, SCRAP_GAP] = [0.024, 0.004]; // metres seen beyond so many hidden that are but a scrap

/** Metres from the point before. @param {Run} run @param {number} k */
const stepAt = ({ metres }, k) => (k === 0 ? 0 : metres[k] - metres[k - 1]);

/** Index of the first point under a collar; the number of points where there is none. @param {Side} side */
function goesUnder({ run, cloth, bare, handled, colours }) {
  const count = cloth.length;
  let [skinMet, clothMet, first, besideHand, layOnCloth] = [0, 0, count, false, false];
  /** @type {number[][]} */ const skin = [];
  for (let k = 0; k < count; k++) {
    if (handled[k]) {
      besideHand = true;
    } else if (!bare[k]) {
      continue;
    } else if (cloth[k] > COVERED) {
      besideHand = false;
      if (skin.length === 0) layOnCloth = true;
      if (skinMet < SKIN_RUN) continue;
      if (clothMet === 0) first = k;
      clothMet += stepAt(run, k);
      if (clothMet < CLOTH_RUN) continue;
      if (unlike(colours.slice(first, k + 1), skin) > (layOnCloth ? JUMP_OFF_CLOTH : JUMP)) return first;
      [clothMet, first] = [0, count]; // skin in its own shade
    } else if (cloth[k] < BARE && !besideHand) {
      // that may be the hand's own skin
      skin.push(colours[k]);
      skinMet += stepAt(run, k);
      [clothMet, first] = [0, count];
    }
  }
  return count;
}

/** @param {number[][]} colours */
const usual = (colours) => [0, 1, 2].map((c) => median(colours.map((colour) => colour[c])));

/**
 * How far the usual colours of two stretches differ, in what two cloths differ by.
 * @param {number[][]} one @param {number[][]} other features
 */
const unlike = (one, other) => apart(usual(one), usual(other.slice(-NEAREST)));

/** How far a cloth's colour differs from another; the hue of black is noise. @param {number[]} colour @param {number[]} base */
function apart(colour, base) {
  const noise = HUE_NOISE * Math.exp(-Math.min(colour[0], base[0]));
  const hue = Math.hypot(colour[1] - base[1], colour[2] - base[2]) / Math.hypot(OTHER_HUE, noise);
  return Math.hypot((colour[0] - base[0]) / OTHER_LIGHT, hue);
}

/** Features of the cloth below the chain's front; null where that is skin or hair. @param {Side[]} sides */
export function frontColour(sides) {
  /** @type {number[][]} */ const lies = [];
  let count = 0;
  for (const { run, bare, cloth, colours } of sides) {
    bare.forEach((shown, k) => {
      if (!shown || !(run.metres[k] < FRONT_RUN)) return;
      count++;
      if (cloth[k] > COVERED) lies.push(colours[k]);
    });
  }
  return lies.length < Math.max(0.6 * count, 3) ? null : usual(lies);
}

/** @param {boolean[]} shown */
const indices = (shown) => shown.flatMap((each, k) => (each ? [k] : []));

/**
 * Index of the first point under another cloth than the front's that lasts to the nape.
 * @param {Side} side @param {number[] | null} base
 */
function otherCloth({ run, bare, cloth, colours }, base) {
  const at = indices(bare);
  if (!base || at.length < 3) return cloth.length;
  const last = run.metres[at[at.length - 1]];
  let [found, stays] = [cloth.length, 0];
  for (let k = at.length - 1; k >= 0; k--) {
    const under = apart(colours[at[k]], base) > OTHER && cloth[at[k]] > COVERED;
    if (!under) continue;
    stays += 1;
    if (stays / (at.length - k) >= STAYS && last - run.metres[at[k]] >= CLOTH_RUN) found = at[k];
  }
  return found;
}

/**
 * Index of the first point of each side under cloth; the number of points where none is.
 *
 * A collar has two sides: where one side of a chain goes off skin under it, the other one does as
 * soon as it meets the same cloth, though the chain's front lies off the middle, on the collar.
 * And an inner cloth that one side crosses on its way to the skin lies below the other as well.
 * @param {Side[]} sides @param {number[] | null} base of the cloth below the front
 */
export function underCloth(sides, base) {
  const offSkin = sides.map(goesUnder);
  const offCloth = sides.map((side) => otherCloth(side, base));
  const least = sides.map((_, n) => Math.min(offSkin[n], offCloth[n]));
  return sides.map((side, n) => {
    const other = sides[1 - n];
    const over = least[1 - n] === other.cloth.length && crosses(other, side, offCloth[n], base);
    const under = over ? offSkin[n] : least[n];
    return under < side.cloth.length ? under : sameCloth(side, other, offSkin[1 - n]);
  });
}

/**
 * Whether a side crosses the inner cloth that the other seems to go under, and comes to skin.
 * @param {Side} side @param {Side} other
 * @param {number} under index of the other's first point on it; the number of its points where there is none
 * @param {number[] | null} base of the cloth below the front, which is another
 */
function crosses({ run, cloth, bare, colours }, other, under, base) {
  if (!base || under === other.cloth.length) return false;
  const inner = usual(other.colours.filter((_, k) => k >= under && other.bare[k] && other.cloth[k] > COVERED));
  let [innerMet, skinMet] = [0, 0];
  let met = false;
  for (const k of indices(bare)) {
    if (cloth[k] > COVERED && apart(colours[k], inner) < OTHER && apart(colours[k], base) > OTHER) {
      met = true;
      innerMet += stepAt(run, k);
    } else if (met && cloth[k] < BARE) {
      skinMet += stepAt(run, k);
    }
  }
  return innerMet >= CLOTH_RUN && skinMet >= SKIN_RUN;
}

/**
 * Index from which on a side lies on the cloth that the other one goes under.
 * @param {Side} side @param {Side} other @param {number} under
 */
function sameCloth({ run, cloth, bare, colours }, other, under) {
  const { metres } = other.run;
  if (under === metres.length) return cloth.length;
  const collar = usual(other.colours.filter(
    (_, k) => other.bare[k] && metres[k] >= metres[under] && metres[k] <= metres[under] + CLOTH_RUN,
  ));
  let [met, first] = [0, cloth.length];
  for (const k of indices(bare)) {
    if (!(apart(colours[k], collar) < OTHER && cloth[k] > COVERED)) {
      [met, first] = [0, cloth.length];
      continue;
    }
    [met, first] = [met + stepAt(run, k), Math.min(first, k)];
    if (met >= CLOTH_RUN) return first;
  }
  return cloth.length;
}

/**
 * Index from which on a chain under a collar stays hidden: it comes out on no skin.
 *
 * What a chain comes out on is skin where it has the colour of the skin that it left; else hair of
 * nearly that colour lies on the collar, or something else does.
 * @param {Side} side @param {number} under index of the first point under the collar
 * @param {number[][]} skin features of what the chain left
 * @returns the last point of the cloth before it; the number of points where it comes out on skin
 */
export function staysUnder({ bare, cloth, colours }, under, skin) {
  const beyond = indices(bare).filter((k) => k >= under && cloth[k] < BARE);
  if (skin.length === 0 || beyond.length === 0) return cloth.length;
  if (unlike(beyond.map((k) => colours[k]), skin) <= JUMP_OFF_CLOTH) return cloth.length;
  let last = beyond[0] - 1;
  while (!(cloth[last] > COVERED)) last--;
  return last;
}

/** Features of the skin that a side lies on before it goes under cloth. @param {Side} side @param {number} under */
export const skinBefore = ({ bare, cloth, colours }, under) =>
  colours.filter((_, k) => k < under && bare[k] && cloth[k] < BARE);

/**
 * Whether cloth stands over the whole chain: it comes to skin on neither side.
 *
 * A jumper lies below the chain as well, but the chain comes back to skin before it goes behind the
 * neck; a roll neck covers the throat and is of one cloth. What hair hides tells nothing.
 * @param {Side[]} sides @param {number[] | null} base of the cloth below the front
 * @param {number[] | null} throat pixels, midway between chin and notch
 * @param {number} pxPerMetre
 * @param {(x: number, y: number) => number} coveredAt how far a pixel of the image shows no skin
 */
export function belowACollar(sides, base, throat, pxPerMetre, coveredAt) {
  if (!throat) return false;
  const [x, y] = throat;
  const reach = 0.012 * pxPerMetre;
  const around = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]].map(([i, j]) => coveredAt(x + reach * i, y + reach * j));
  if (!(median(around) < BARE) && sides.every((side) => otherCloth(side, base) === side.cloth.length)) return false;
  let told = false;
  for (const { run, inside, bare, cloth } of sides) {
    const at = indices(bare);
    if (at.length < 3) continue;
    if (at.some((k) => cloth[k] < COVERED)) return false;
    const end = at[at.length - 1];
    const [endX, endY] = run.pointsPx[end];
    const length = Math.max(Math.hypot(x - endX, y - endY), 1e-6);
    for (let k = 0; k < 9; k++) {
      const along = ((BESIDE_SKIN * k) / 8) * (pxPerMetre / length);
      if (coveredAt(endX + along * (x - endX), endY + along * (y - endY)) < BARE) return false;
    }
    if (end === inside.lastIndexOf(true)) told = true; // no hair hides its end
  }
  return told;
}

/**
 * Index from which on no more than scraps of a chain would peep out; else how many points there are.
 *
 * What hides a chain on its way to the nape hides the rest of it as well, unless a good length of it
 * comes out again, as between two strands.
 * @param {Run} run @param {number[]} hidden @param {boolean[]} inside
 */
export function lastSeen(run, hidden, inside) {
  const rest = new Float64Array(hidden.length + 1); // metres that are seen from each point on
  for (let k = hidden.length - 1; k >= 0; k--) {
    rest[k] = rest[k + 1] + (inside[k] && hidden[k] < BARE ? stepAt(run, k) : 0);
  }
  let gap = 0;
  for (let k = 0; k < hidden.length; k++) {
    if (!inside[k]) continue;
    gap = hidden[k] > COVERED ? gap + stepAt(run, k) : 0;
    if (gap >= SCRAP_GAP && rest[k] < SCRAP) return k;
  }
  return hidden.length;
}
