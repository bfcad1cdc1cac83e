/**
 * What lies over a necklace: hair wherever it falls, cloth only where the chain goes under it.
 * Twin of tryon/covers/collar.py.
 */
import { CHIN } from '../anchors/head.js';
import { grid } from '../grids.js';
import { roundEven } from '../image.js';
import { windowReduced8 } from '../reduction.js';
import { clamp } from '../linalg.js';
import { belowACollar, BARE, frontColour, lastSeen, skinBefore, staysUnder, underCloth } from './collarRules.js';
import { hideAlong, hideBeyond, Laid, outside } from './collarLaid.js';
import { clipped, judged } from './cover.js';
import { ownHair } from './headHair.js';
import { bodyShare } from './masks.js';
import { fineLight, strands, unevenness } from './strands.js';
import { features, lightOf } from './tones.js';

/** @typedef {import('../image.js').Field} Field */
/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../types.js').PixelRegion} PixelRegion */
/** @typedef {import('../types.js').Veil} Veil */
/** @typedef {import('./collarRules.js').Run} Run */
/** @typedef {import('./collarRules.js').Side} Side */
/** @typedef {import('./tones.js').SkinTone} SkinTone */

const WIDE_SIDE_PX = 128; // of head and chest, reduced: what colours are judged on
const CROWN_FACES = 0.45; // face heights over the forehead that hair may stand
const TURNED_AWAY = 0.002; // metres over which a chain fades where it goes behind the neck

/**
 * The veil over a necklace, and how much of the chain is left to be seen.
 * @typedef {object} Wear
 * @property {Veil} veil
 * @property {number} shown 0..1, of those points that lie before the neck and in the picture
 */

/**
 * One picture of a wearer, and where a necklace lies in it.
 * @typedef {object} Look
 * @property {Picture} image
 * @property {PixelRegion} region of the picture, about the necklace, inside the image
 * @property {Run[]} runs both sides of the chain
 * @property {number} pxPerMetre at the neck
 * @property {import('../types.js').FaceLandmarks} face of the wearer, from whose head hair comes down
 * @property {SkinTone} skin
 * @property {SkinTone} hair
 * @property {import('../types.js').PersonMask | null} [person]
 * @property {Float32Array | null} [before] over the region, what else stands before it, as hands
 * @property {number} breadth metres across the chain: so far it stands out from a silhouette
 * @property {number[] | null} [throatPx] midway between chin and notch
 */

/**
 * Head and chest, reduced.
 * @typedef {object} Work
 * @property {Picture} small
 * @property {Field} colours features
 * @property {Float32Array} strange how unlike skin
 * @property {Float32Array | null} likeHair
 * @property {Float32Array} light the first of them
 * @property {PixelRegion} wide what it shows of the image
 */

/**
 * Over the reduced picture, 0..1.
 * @typedef {object} Shares
 * @property {Float32Array} hair
 * @property {Float32Array} covered by anything that is not skin
 * @property {Float32Array | null} bodily
 * @property {Float32Array} own where hair hangs together with the head's
 * @property {Float32Array | null} locks that have no colour of their own
 */

/** What of a necklace is hidden. @param {Look} look @returns {Wear} */
export function wornUnder(look) {
  const steps = looking(look);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * The same in steps of a few milliseconds, which a stream takes in as many frames.
 * @param {Look} look @returns {Generator<undefined, Wear, undefined>}
 */
export function* looking(look) {
  const work = reducedTo(look);
  yield;
  const shares = sharesOf(look, work);
  const { width, height } = work.small;
  const light = shares.own.some((value) => value > 0) ? fineLight(look.image, work.wide, width, height) : null;
  yield;
  const uneven = light && unevenness(light, width, height);
  yield;
  const locks = uneven && locksOf(look, work, shares, uneven);
  yield;
  return hidden(look, work, { ...shares, locks });
}

/** @param {Look} look @returns {Work} */
function reducedTo({ image, region, face: { pointsPx: p }, skin, hair }) {
  const tall = Math.hypot(p[20] - p[304], p[21] - p[305]);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < p.length; k += 2) {
    [left, right] = [Math.min(left, p[k]), Math.max(right, p[k])];
    [top, bottom] = [Math.min(top, p[k + 1]), Math.max(bottom, p[k + 1])];
  }
  const room = CROWN_FACES * tall;
  [left, top] = [Math.min(region.x, left - room), Math.min(region.y, top - room)];
  [right, bottom] = [Math.max(region.x + region.width, right + room), Math.max(region.y + region.height, bottom)];
  const whole = { x: Math.trunc(left), y: Math.trunc(top), width: Math.ceil(right - left), height: Math.ceil(bottom - top) };
  const wide = clipped(whole, image);
  const factor = Math.ceil(Math.max(wide.width, wide.height) / WIDE_SIDE_PX); // a whole one is reduced quickly
  wide.width -= wide.width % factor;
  wide.height -= wide.height % factor;
  const small = windowReduced8(image, wide, factor);
  const colours = features(small);
  return { small, colours, light: lightOf(colours), ...judged(colours, skin, hair), wide };
}

/** Cells of the reduced picture in a pixel of the image. @param {Work} work */
const scaleOf = ({ small, wide }) => [small.width / wide.width, small.height / wide.height];

/** The cell at a pixel of the image; beyond it the nearest. @param {Work} work @param {number} x @param {number} y */
function cellAt(work, x, y) {
  const { small: { width, height }, wide } = work;
  const [across, down] = scaleOf(work);
  const column = clamp(Math.floor((x - wide.x) * across), 0, width - 1);
  return clamp(Math.floor((y - wide.y) * down), 0, height - 1) * width + column;
}

/** @param {Look} look @param {Work} work */
function chinRowOf({ face: { pointsPx: p } }, work) {
  return Math.max(Math.floor(cellAt(work, p[2 * CHIN], p[2 * CHIN + 1]) / work.small.width), 1);
}

/** @param {Look} look @param {Work} work @returns {Shares} */
function sharesOf(look, work) {
  const { strange, likeHair, wide, small: { width, height } } = work;
  const bodily = look.person ? bodyShare(look.person, wide, width, height, look.image) : null;
  const nothing = new Float32Array(strange.length);
  if (!likeHair) return { hair: nothing, covered: strange, bodily, own: nothing, locks: null };
  const hair = bodily ? likeHair.map((value, k) => value * bodily[k]) : likeHair;
  const covered = strange.map((value, k) => Math.max(value, likeHair[k]));
  const some = hair.some((value) => value > BARE);
  const own = some ? ownHair(work.light, hair, width, chinRowOf(look, work)) : nothing;
  return { hair: hair.map((value, k) => value * own[k]), covered, bodily, own, locks: null };
}

/**
 * Locks of the skin's own colour, where they hang together with the head's hair.
 * @param {Look} look @param {Work} work @param {Shares} shares
 * @param {import('./strands.js').Unevenness} uneven
 */
function locksOf({ face, ...look }, work, { hair, bodily }, uneven) {
  const { small: { width }, wide, light, strange } = work;
  const [across, down] = scaleOf(work);
  const { pointsPx: p } = face;
  const points = Array.from({ length: p.length / 2 }, (_, k) => [
    (p[2 * k] - wide.x) * across - 0.5,
    (p[2 * k + 1] - wide.y) * down - 0.5,
  ]);
  const locks = strands(uneven, strange, hair, width, points);
  if (bodily) bodily.forEach((value, k) => (locks[k] *= value));
  const together = hair.map((value, k) => Math.max(value, locks[k]));
  const held = ownHair(light, together, width, chinRowOf({ face, ...look }, work));
  return locks.map((value, k) => value * held[k]);
}

/** @param {Look} look @param {Work} work @param {Shares} shares @returns {Wear} */
function hidden(look, work, shares) {
  const { image, region, pxPerMetre, breadth, before } = look;
  const { x, y, width, height } = region;
  const laid = new Laid(look, work, shares.bodily);
  const nothing = new Float32Array(width * height);
  const hair = work.likeHair && laid.most(shares.own) > 0;
  const byHair = hair && work.likeHair ? laid.alongEdges(work.likeHair, laid.large(shares.own)) : nothing;
  const covered = laid.alongEdges(shares.covered, null);
  const hides = byHair.slice();
  const over = [
    shares.locks && laid.most(shares.locks) > BARE ? laid.large(shares.locks) : null,
    before ?? null,
    laid.body && outside(laid.body, width, breadth * pxPerMetre),
  ];
  for (const share of over) {
    if (share) for (let k = 0; k < hides.length; k++) hides[k] = Math.max(hides[k], share[k]);
  }
  const sides = look.runs.map((run) => sideOf(run, look, work, hides, byHair, covered));
  const base = frontColour(sides);
  /** @param {number} px @param {number} py */
  const coveredAt = (px, py) => shares.covered[cellAt(work, px, py)];
  if (belowACollar(sides, base, look.throatPx ?? null, pxPerMetre, coveredAt)) {
    return { veil: { hides: hides.fill(1), region }, shown: 0 };
  }
  const veil = { ...grid(hides, width), hides };
  const ending = { thick: (breadth + TURNED_AWAY) * pxPerMetre, sigma: 0.5 * TURNED_AWAY * pxPerMetre };
  let [shown, total] = [0, 0];
  const unders = underCloth(sides, base);
  const skins = sides.map((side, n) => skinBefore(side, unders[n]));
  sides.forEach((side, n) => {
    const { run, inside } = side;
    const under = unders[n];
    const left = [...side.hidden];
    const at = run.pointsPx.map((point) => [roundEven(point[0] - x), roundEven(point[1] - y)]);
    if (under < at.length) {
      hideBeyond(veil, covered, at.slice(under), pxPerMetre);
      for (let k = under; k < at.length; k++) left[k] = Math.max(left[k], side.covered[k]);
    }
    const last = run.seen.lastIndexOf(true); // the wearer's own neck is seldom quite the mean one
    if (last >= 0 && last + 2 < at.length) hideAlong(veil, at.slice(last + 1), ending);
    const came = staysUnder(side, under, skins[n].length ? skins[n] : skins[1 - n]);
    const gone = Math.min(came, lastSeen(run, left, inside));
    if (gone < at.length) hideAlong(veil, at.slice(gone), ending);
    inside.forEach((seen, k) => {
      if (!seen) return;
      total += 1;
      if (k < gone) shown += 1 - left[k];
    });
  });
  return { veil: { hides, region }, shown: total ? shown / total : 0 };
}

/**
 * @param {Run} run @param {Look} look @param {Work} work @param {Float32Array} hides
 * @param {Float32Array} byHair @param {Float32Array} covered @returns {Side}
 */
function sideOf(run, { region, before }, work, hides, byHair, covered) {
  const { width, height } = region;
  const cells = run.pointsPx.map(([px, py]) => {
    const [x, y] = [roundEven(px - region.x), roundEven(py - region.y)];
    const at = clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1);
    return { at, within: x >= 0 && y >= 0 && x < width && y < height };
  });
  const inside = cells.map(({ within }, k) => run.seen[k] && within);
  const handled = cells.map(({ at }, k) => inside[k] && before != null && before[at] > BARE);
  return {
    run,
    inside,
    handled,
    bare: cells.map(({ at }, k) => inside[k] && !handled[k] && byHair[at] < BARE),
    hidden: cells.map(({ at }, k) => (inside[k] ? hides[at] : 0)),
    cloth: cells.map(({ at }) => covered[at] - byHair[at]),
    covered: cells.map(({ at }) => covered[at]),
    colours: run.pointsPx.map(([x, y]) => {
      const cell = 3 * cellAt(work, x, y);
      return [...work.colours.data.subarray(cell, cell + 3)];
    }),
  };
}
