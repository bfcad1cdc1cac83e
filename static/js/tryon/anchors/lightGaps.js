/**
 * A gap of light between a limb and the shadow that it throws beside itself.
 *
 * The shadow of an arm that lies on something is as dark as the arm's own shaded side, and where both
 * all but meet, the outer wall of the strip of light between them looks like the arm's edge. A skin
 * that turns to the light grows lighter little by little; such a strip begins at once.
 * Twin of tryon/anchors/light_gaps.py.
 */
import { roundEven } from '../image.js';
import { clamp } from '../linalg.js';

/** @typedef {import('../image.js').Field} Field */

const [INSIDE, OUTSIDE] = [0.2, 0.12]; // expected widths about an edge where a gap is looked for
const LIGHTER = 3; // than what lies on either side, at least, in weighed lightness
const ALIKE = 0.7; // of the gap's distance from the limb's colour: how far the shadow's may be
const STEEP = 0.3; // of its rise from the limb, between two samples at its wall
const SHARE = 0.3; // of the rows that must show it
const LEAST_BEYOND = 1; // columns: nearer, the edge found is that wall itself

/**
 * How many columns an edge lies beyond the near wall of a gap, and on which share of the rows; null
 * without a gap.
 * @param {Field} patch (rows, 2 half + 1, 3) weighed Lab @param {number} half its middle column
 * @param {number} side -1: left, 1: right @param {Float64Array} lines (rows,) columns of the edge
 * @param {number} width expected, columns
 */
export function beforeGap({ data, width: columns, height: rows }, half, side, lines, width) {
  const inside = Math.max(Math.trunc(INSIDE * width), 4);
  const count = inside + Math.max(Math.trunc(OUTSIDE * width), 2) + 1;
  const beyond = [];
  for (let row = 0; row < rows; row++) {
    const from = roundEven(lines[row]) - inside;
    const at = Array.from({ length: count }, (_, k) => {
      return 3 * (row * columns + half + side * clamp(from + k, 0, half));
    });
    const light = at.map((k) => data[k]);
    const gap = 1 + indexOf(light.slice(1, inside + 1), Math.max);
    const limb = indexOf(light.slice(0, gap), Math.min);
    const shadow = gap + indexOf(light.slice(gap), Math.min);
    const [rise, fall] = [light[gap] - light[limb], light[gap] - light[shadow]];
    const steps = Array.from({ length: gap }, (_, k) => light[k + 1] - light[k]);
    const wall = indexOf(steps, Math.max);
    /** @param {number} a @param {number} b */
    const apart = (a, b) => Math.hypot(...[0, 1, 2].map((k) => data[at[a] + k] - data[at[b] + k]));
    const alike = apart(shadow, limb) < ALIKE * apart(gap, limb);
    if (Math.min(rise, fall) > LIGHTER && steps[wall] > STEEP * rise && alike) beyond.push(inside - wall - 0.5);
  }
  const share = beyond.length / rows;
  if (share < SHARE) return null;
  beyond.sort((a, b) => a - b);
  const middle = beyond.length >> 1;
  const median = beyond.length % 2 ? beyond[middle] : 0.5 * (beyond[middle - 1] + beyond[middle]);
  return median < LEAST_BEYOND ? null : { beyond: median, share };
}

/** Where the first of the extremes is. @param {number[]} values @param {(...values: number[]) => number} of */
const indexOf = (values, of) => values.indexOf(of(...values));
