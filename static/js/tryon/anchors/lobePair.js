/**
 * Both lobes of one head, looked for together: a head's nod moves them alike.
 *
 * How high a lobe stands is what the net knows least of a head; but what it errs by, it errs by on
 * both sides. So two lobes may lie farther off than one alone, as long as they lie about as far.
 * Twin of tryon/anchors/lobe_pair.py.
 */
import { FAR_REACH } from './lobe.js';

/** @typedef {import('./lobe.js').LobeEvidence} LobeEvidence */
/** @typedef {import('./lobe.js').Upright} Upright */

const [COMMON, APART] = [0.09, 0.02]; // spreads of both heights' mean and of half their difference
const FARTHEST = 0.17; // face heights, of either
const MARGIN = 0.05; // of a patch, that a lobe's rim takes

/**
 * Where the left and the right lobe are to be looked for.
 * @param {LobeEvidence} left with the reach that a person mask allows
 * @param {LobeEvidence} right the same
 * @returns {Record<import('../types.js').Ear, Upright>}
 */
export function together(left, right) {
  const near = Math.min(FARTHEST, FAR_REACH - MARGIN);
  const up = left.along.map((value) => -value);
  const [ofLeft, ofRight] = [byHeight(left), byHeight(right)];
  let [best, one, other] = [-Infinity, 0, 0];
  for (let i = 0; i < up.length; i++) {
    if (Math.abs(up[i]) > near) continue;
    for (let j = 0; j < up.length; j++) {
      if (Math.abs(up[j]) > near) continue;
      const [mean, half] = [(0.5 * (up[i] + up[j])) / COMMON, (0.5 * (up[i] - up[j])) / APART];
      const score = ofLeft[i] + ofRight[j] - 0.5 * (mean * mean + half * half);
      if (score > best) [best, one, other] = [score, i, j];
    }
  }
  /** @param {number} k @returns {Upright} */
  const at = (k) => ({ middle: up[k], spread: APART, farthest: FARTHEST });
  return { left: at(one), right: at(other) };
}

/** The best score of each row. @param {LobeEvidence} evidence */
function byHeight({ score, along: { length: side } }) {
  return Float64Array.from({ length: side }, (_, row) => {
    let best = -Infinity;
    for (let k = row * side; k < (row + 1) * side; k++) best = Math.max(best, score[k]);
    return best;
  });
}
