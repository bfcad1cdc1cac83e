/**
 * The two lines about a wrist that look most like an arm, on a small picture of its surroundings.
 *
 * Along each direction the colour must change at both lines; what lies between them must be alike
 * row by row, or nearly, and like the hand's skin if it is bare; and arms are so wide and so
 * straight. Twin of tryon/anchors/arm_search.py.
 */
import { apartFrom } from '../covers/tones.js';
import { cropped, roundEven } from '../image.js';
import { reduced8 } from '../reduction.js';
import { labOf } from '../lab.js';
import { clamp, radians, unit2 } from '../linalg.js';
import { AT, USUAL_TAPER } from './armGuess.js';
import { smoothstep } from './evidence.js';
import { KNUCKLES, WRIST } from './skeleton.js';

/** @typedef {import('../image.js').Picture} Picture */
/** @typedef {import('../covers/tones.js').SkinTone} SkinTone */
/** @typedef {import('./armGuess.js').Guess} Guess */
/** @typedef {import('./handFrame.js').HandPose} HandPose */

/**
 * The best pair of lines on the small picture.
 * @typedef {object} Found
 * @property {number[]} away (2,) unit
 * @property {number} left palms from the middle at `AT`
 * @property {number} right
 * @property {number} sure 0..1, that it is an arm, and no other direction as good
 */

const REACH = 1.9; // palms about the wrist that are looked at
const SIDE = 112; // pixels of that picture
const DIRECTIONS = 60; // all round
const [FIRST_ROW, LAST_ROW, ROWS] = [0.12, 1.4, 13]; // palms from the wrist
const [HALF_SPAN, COLUMN] = [1, 1 / 30]; // palms to either side, and between samples
const SLOPES = [-0.12, 0, 0.1, 0.2, 0.32]; // outwards along the arm, away from the hand
const [NARROWEST, WIDEST] = [0.18, 0.72]; // palms from the middle to an edge
const WIDTH_SPREAD = 0.17; // of its natural logarithm
const MIDDLE_SPREAD = 0.14; // palms, of the arm's middle at the wrist about the landmark
const TAPER_SPREAD = 0.22; // of the growth of the width, away from the hand
const [OUTSIDE_WEIGHT, INSIDE_WEIGHT, LIKELIHOOD_WEIGHT] = [0.45, 1.1, 0.12];
const STRANGE = 11; // Lab units at which a colour is half strange
const LIGHTNESS_WEIGHT = 0.6;
const [UNEVEN_WEIGHT, BANDS] = [1.2, 2]; // of colours that change along the arm; that often they may
const [SKIN_WEIGHT, SKIN] = [0.5, 2.4]; // of the hand's own colours; spreads at which one is half strange
const [BEYOND, BESIDE] = [0.15, 0.35]; // palms along and beside a direction the hand covers
const OVER_HAND = 12; // against such a direction, squared spreads
const MOST = 12; // that a guess says against a direction
const CHANCE = 14; // of all that is said against a direction, from which it is not looked at

const MIDDLE = Math.round(HALF_SPAN / COLUMN);
const COLUMNS = 2 * MIDDLE + 1;
const HALF = MIDDLE + 1; // columns of one side
const ROW_AT = Array.from({ length: ROWS }, (_, k) => FIRST_ROW + ((LAST_ROW - FIRST_ROW) * k) / (ROWS - 1));
const ROW_WEIGHT = ROW_AT.map((at) => 1 - 0.6 * clamp((at - 0.9) / 0.5, 0, 1));
const ALL_ROWS = ROW_WEIGHT.reduce((sum, weight) => sum + weight, 0);
const FIRST_OFFSET = roundEven(NARROWEST / COLUMN);
const OFFSETS = roundEven(WIDEST / COLUMN) + 1 - FIRST_OFFSET;
/** (slopes, offsets, rows) column of each line in each row. */
const LINES = SLOPES.map((slope) =>
  Array.from({ length: OFFSETS }, (_, k) =>
    ROW_AT.map((at) => clamp(roundEven(FIRST_OFFSET + k + (slope * (at - AT)) / COLUMN), 1, MIDDLE - 2)),
  ),
);
const AWAY = Array.from({ length: DIRECTIONS }, (_, k) => {
  const angle = (k * 2 * Math.PI) / DIRECTIONS;
  return [Math.cos(angle), Math.sin(angle)];
});

/**
 * The direction and the lines that look most like an arm.
 * @param {Picture} image @param {HandPose} pose @param {number} palm pixels
 * @param {readonly Guess[]} guesses @param {number} broad usual breadth, palms
 * @param {number[] | null} nearTo a direction, near which alone is looked
 * @param {SkinTone | null} tone of the hand's skin
 * @returns {Found}
 */
export function searchArm(image, pose, palm, guesses, broad, nearTo, tone) {
  const prior = AWAY.map((away) => {
    let against = OVER_HAND * overHand(pose, palm, away);
    for (const guess of guesses) {
      const bent = Math.acos(clamp(away[0] * guess.awayPx[0] + away[1] * guess.awayPx[1], -1, 1));
      against += Math.min((bent / guess.spread) ** 2, MOST);
    }
    return against;
  });
  const least = Math.min(...prior);
  let chosen = AWAY.flatMap((away, k) => {
    const near = !nearTo || away[0] * nearTo[0] + away[1] * nearTo[1] > Math.cos(radians(20));
    return prior[k] < CHANCE && near ? [k] : [];
  });
  if (chosen.length === 0) chosen = AWAY.flatMap((_, k) => (prior[k] <= least + 1e-9 ? [k] : []));
  const window = windowAbout(image, pose, palm);
  const tried = chosen.map((k) => bestAlong(window, AWAY[k], prior[k], broad, tone));
  const best = tried.reduce((first, each, k) => (each.score > tried[first].score ? k : first), 0);
  const { score, left, right } = tried[best];
  const [x, y] = AWAY[chosen[best]];
  const turn = 0.5 * (right.slope - left.slope); // of the middle line, to the right
  let other = -Infinity;
  chosen.forEach((k, at) => {
    const beside = AWAY[k][0] * x + AWAY[k][1] * y < Math.cos(radians(28));
    if (beside) other = Math.max(other, tried[at].score);
  });
  const doubt = 1 - smoothstep(0, 0.2, other > -Infinity ? score - other : 0.3);
  return {
    away: unit2([x + turn * y, y - turn * x]),
    left: left.offset,
    right: right.offset,
    sure: smoothstep(0.15, 0.75, score) * (1 - 0.6 * doubt),
  };
}

/**
 * 0..1: whether the palm or the fingers go that way; there no arm is seen.
 * @param {HandPose} pose @param {number} palm @param {number[]} away
 */
function overHand({ landmarks: { pointsPx: p } }, palm, away) {
  const [wristX, wristY] = [p[2 * WRIST], p[2 * WRIST + 1]];
  let [x, y] = [0, 0];
  for (const k of KNUCKLES) {
    x += (p[2 * k] - wristX) / (KNUCKLES.length * palm);
    y += (p[2 * k + 1] - wristY) / (KNUCKLES.length * palm);
  }
  for (let k = KNUCKLES[0]; k < 21; k++) {
    const [dx, dy] = [(p[2 * k] - wristX) / palm, (p[2 * k + 1] - wristY) / palm];
    const along = away[0] * dx + away[1] * dy;
    if (along > 3 * BEYOND && Math.abs(away[0] * dy - away[1] * dx) < BESIDE) return 1;
  }
  return clamp((away[0] * x + away[1] * y - BEYOND) / BEYOND, 0, 1);
}

/**
 * The surroundings of a wrist in weighted Lab, and where its pixels lie.
 * @typedef {object} Window
 * @property {import('../image.js').Field} lab
 * @property {number[]} center (2,) the wrist's pixel in it
 * @property {number[]} scale (2,) its pixels in a palm
 */

/** @param {Picture} image @param {HandPose} pose @param {number} palm @returns {Window} */
function windowAbout(image, { landmarks: { pointsPx } }, palm) {
  const center = [pointsPx[2 * WRIST], pointsPx[2 * WRIST + 1]];
  const half = REACH * palm;
  const factor = Math.max(Math.trunc((2 * half) / SIDE), 1); // a whole one is quick to average over
  const limits = [image.width, image.height];
  const low = center.map((at, k) => clamp(Math.floor(at - half), 0, limits[k] - 2));
  let high = center.map((at, k) => clamp(Math.ceil(at + half), low[k] + 2, limits[k]));
  high = high.map((value, k) => low[k] + Math.max(Math.trunc((value - low[k]) / factor), 1) * factor);
  const size = high.map((value, k) => Math.min(value, limits[k]) - low[k]);
  let window = cropped(image, low[0], low[1], size[0], size[1]);
  if (factor > 1 && Math.min(size[0], size[1]) >= factor) {
    window = reduced8(window, Math.trunc(size[0] / factor), Math.trunc(size[1] / factor));
  }
  const sizes = [window.width / (high[0] - low[0]), window.height / (high[1] - low[1])];
  return {
    lab: labOf(window, LIGHTNESS_WEIGHT),
    center: center.map((at, k) => (at - low[k]) * sizes[k] - 0.5),
    scale: sizes.map((each) => each * palm),
  };
}

const patch = new Float32Array(ROWS * COLUMNS * 3);
const inside = new Uint8Array(ROWS * COLUMNS);
const change = new Float64Array(ROWS * COLUMNS);
const strange = new Float64Array(ROWS * COLUMNS);
const worth = new Float64Array(ROWS * HALF);
const total = new Float64Array(HALF + 1);

/**
 * @typedef {object} Line an edge of the arm
 * @property {number} offset palms from the middle at `AT`
 * @property {number} slope outwards
 */

/**
 * The best pair of lines along one direction.
 * @param {Window} window @param {number[]} away @param {number} prior @param {number} broad
 * @param {SkinTone | null} tone
 * @returns {{ score: number, left: Line, right: Line }}
 */
function bestAlong(window, away, prior, broad, tone) {
  unroll(window, away);
  const core = coreColours();
  const level = judge(core);
  const likeness = innerLikeness(core, tone);
  const left = sideLines(-1, level);
  const right = sideLines(1, level);
  let [score, i, j] = [-Infinity, 0, 0];
  for (let a = 0; a < OFFSETS; a++) {
    for (let b = 0; b < OFFSETS; b++) {
      const [toLeft, toRight] = [(FIRST_OFFSET + a) * COLUMN, (FIRST_OFFSET + b) * COLUMN];
      const [slopeLeft, slopeRight] = [left.slopes[a], right.slopes[b]];
      const start = 0.5 * (toRight - toLeft) - 0.5 * AT * (slopeRight - slopeLeft);
      const unlikely =
        (Math.log((toLeft + toRight) / broad) / WIDTH_SPREAD) ** 2 +
        (start / MIDDLE_SPREAD) ** 2 +
        ((slopeLeft + slopeRight - USUAL_TAPER) / TAPER_SPREAD) ** 2 +
        prior;
      const value = left.values[a] + right.values[b] - 0.5 * LIKELIHOOD_WEIGHT * unlikely + likeness;
      if (value > score) [score, i, j] = [value, a, b];
    }
  }
  return {
    score,
    left: { offset: (FIRST_OFFSET + i) * COLUMN, slope: left.slopes[i] },
    right: { offset: (FIRST_OFFSET + j) * COLUMN, slope: right.slopes[j] },
  };
}

/**
 * Rows across the arm: weighted Lab, and where the image is.
 * @param {Window} window @param {number[]} away
 */
function unroll({ lab: { data, width, height }, center, scale }, away) {
  for (let row = 0, at = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++, at++) {
      const aside = (column - MIDDLE) * COLUMN; // to the right of somebody who looks to the hand
      const x = Math.fround(center[0] + scale[0] * (ROW_AT[row] * away[0] + aside * away[1]));
      const y = Math.fround(center[1] + scale[1] * (ROW_AT[row] * away[1] - aside * away[0]));
      inside[at] = x > -1 && y > -1 && x < width && y < height ? 1 : 0;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [right, down] = [x - left, y - top];
      const x0 = 3 * clamp(left, 0, width - 1);
      const x1 = 3 * clamp(left + 1, 0, width - 1);
      const y0 = 3 * width * clamp(top, 0, height - 1);
      const y1 = 3 * width * clamp(top + 1, 0, height - 1);
      for (let k = 0; k < 3; k++) {
        const above = data[y0 + x0 + k] + right * (data[y0 + x1 + k] - data[y0 + x0 + k]);
        const below = data[y1 + x0 + k] + right * (data[y1 + x1 + k] - data[y1 + x0 + k]);
        patch[3 * at + k] = above + down * (below - above);
      }
    }
  }
}

/** The colour in the middle of each row, (ROWS, 3): the median of nine. */
function coreColours() {
  const core = new Float32Array(ROWS * 3);
  const values = new Float32Array(9);
  for (let row = 0; row < ROWS; row++) {
    for (let k = 0; k < 3; k++) {
      for (let c = 0; c < 9; c++) values[c] = patch[3 * (row * COLUMNS + MIDDLE - 4 + c) + k];
      core[3 * row + k] = values.sort()[4];
    }
  }
  return core;
}

/**
 * Fills in how much the colour changes at each sample and how strange it is.
 * @param {Float32Array} core
 * @returns {number} what counts as a change
 */
function judge(core) {
  const inner = [];
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const at = row * COLUMNS + column;
      let [step, apart] = [0, 0];
      for (let k = 0; k < 3; k++) {
        if (column > 0 && column < COLUMNS - 1) step += (patch[3 * at + 3 + k] - patch[3 * at - 3 + k]) ** 2;
        apart += (patch[3 * at + k] - core[3 * row + k]) ** 2;
      }
      change[at] = Math.sqrt(step);
      strange[at] = apart / (apart + STRANGE ** 2);
      if (Math.abs(column - MIDDLE) <= 6) inner.push(change[at]);
    }
  }
  inner.sort((a, b) => a - b);
  return 3 + 2 * inner[inner.length >> 1];
}

/**
 * What the best line at each offset of one side is worth, and its slope.
 * @param {number} side -1: left, 1: right @param {number} level
 */
function sideLines(side, level) {
  const seen = new Float64Array(ROWS);
  const shown = roundEven(0.5 / COLUMN);
  for (let row = 0; row < ROWS; row++) {
    const middle = row * COLUMNS + MIDDLE;
    for (let k = 0; k < HALF; k++) total[k + 1] = total[k] + strange[middle + side * k];
    for (let k = 0; k < HALF; k++) {
      const marked = change[middle + side * k] ** 2;
      const inner = Math.max(k - 1, 1);
      const [start, end] = [Math.min(k + 2, HALF - 1), Math.min(k + 6, HALF)];
      worth[row * HALF + k] =
        marked / (marked + level * level) +
        (OUTSIDE_WEIGHT * (total[end] - total[start])) / (end - start) -
        (INSIDE_WEIGHT * total[inner]) / inner;
    }
    for (let k = 0; k < shown; k++) seen[row] += inside[middle + side * k] / shown;
  }
  const values = new Float64Array(OFFSETS).fill(-Infinity);
  const slopes = new Float64Array(OFFSETS);
  let all = 0;
  for (let row = 0; row < ROWS; row++) all += seen[row] * ROW_WEIGHT[row];
  all = Math.max(all, 0.25 * ALL_ROWS);
  SLOPES.forEach((slope, s) => {
    for (let k = 0; k < OFFSETS; k++) {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        sum += worth[row * HALF + LINES[s][k][row]] * seen[row] * ROW_WEIGHT[row];
      }
      if (sum / all > values[k]) {
        values[k] = sum / all;
        slopes[k] = slope;
      }
    }
  });
  return { values, slopes };
}

/**
 * How much the middle of a band looks like one limb, and like this hand's.
 * @param {Float32Array} core (ROWS, 3) weighted Lab @param {SkinTone | null} tone
 */
function innerLikeness(core, tone) {
  const uneven = [];
  for (let row = 1; row < ROWS; row++) {
    let step = 0;
    for (let k = 0; k < 3; k++) step += (core[3 * row + k] - core[3 * row - 3 + k]) ** 2;
    uneven.push(step / (step + STRANGE ** 2));
  }
  const kept = uneven.sort((a, b) => a - b).slice(0, -BANDS); // of a watch, or a cuff
  const likeness = (-UNEVEN_WEIGHT * kept.reduce((sum, each) => sum + each, 0)) / kept.length;
  if (!tone || tone.trust === 0) return likeness;
  let bare = 0;
  for (let row = 0; row < ROWS; row++) {
    const light = core[3 * row] / LIGHTNESS_WEIGHT + 16;
    const far = apartFrom([Math.log(light), core[3 * row + 1] / light, core[3 * row + 2] / light], tone);
    bare += ((SKIN ** 2 / (far + SKIN ** 2)) * ROW_WEIGHT[row]) / ALL_ROWS;
  }
  return likeness + SKIN_WEIGHT * tone.trust * bare;
}
