/**
 * An arm's edge that its colours do not show, in too much light, told by the person's outline.
 * Twin of tryon/anchors/arm_person.py.
 */
import { personAt } from '../covers/masks.js';
import { AT } from './armGuess.js';

/** @typedef {import('./armSearch.js').Found} Found */

const ROWS = Array.from({ length: 9 }, (_, k) => 0.1 + 0.1 * k); // palms from the wrist
const OFFSETS = Array.from({ length: 41 }, (_, k) => 0.15 + 0.02 * k); // palms from the middle
const INSIDE = 0.5; // share from which somebody is there
const STRAIGHT = 0.05; // palms that the outline's points spread about a line
const FARTHER = [0.08, 0.45]; // palms beyond the edge found
const [BROADEST, LEAST] = [1.35, 0.1]; // of the usual breadth; palms from the middle to the other edge

/**
 * The arm found, or with an edge moved out to where its person ends; the same if none does.
 * @param {Found} found
 * @param {boolean[]} unseen of the left and of the right edge, that its colours hardly show it
 * @param {import('../types.js').PersonMask} person of this very frame
 * @param {{ width: number, height: number }} image
 * @param {number[]} wrist pixels @param {number} palm pixels @param {number} broad usual breadth, palms
 * @returns {Found}
 */
export function asWideAsThePerson(found, unseen, person, image, wrist, palm, broad) {
  const [awayX, awayY] = found.away;
  for (const [side, sign] of [[0, -1], [1, 1]]) {
    if (!unseen[side]) continue;
    const edge = ROWS.map((row) => {
      const first = OFFSETS.findIndex((offset) => {
        const x = wrist[0] + palm * (row * awayX + sign * offset * awayY);
        const y = wrist[1] + palm * (row * awayY - sign * offset * awayX);
        return personAt(person, x, y, image.width, image.height) < INSIDE;
      });
      return first > 0 ? OFFSETS[first] - 0.5 * (OFFSETS[1] - OFFSETS[0]) : NaN;
    });
    if (edge.some(Number.isNaN)) continue;
    const { offset, spread } = lineThrough(edge);
    const own = side === 0 ? found.left : found.right;
    if (offset - own > FARTHER[0] && offset - own < FARTHER[1] && spread < STRAIGHT) {
      const room = Math.max(BROADEST * broad - offset, LEAST); // then what was found there is not its own
      return side === 0
        ? { ...found, left: offset, right: Math.min(found.right, room) }
        : { ...found, right: offset, left: Math.min(found.left, room) };
    }
  }
  return found;
}

/** An edge where the arm's breadth is taken, and how far it spreads about its line. @param {number[]} edge */
function lineThrough(edge) {
  const mean = edge.reduce((sum, value) => sum + value, 0) / edge.length;
  const middle = ROWS.reduce((sum, value) => sum + value, 0) / ROWS.length;
  let [cross, square] = [0, 0];
  ROWS.forEach((row, k) => {
    cross += (row - middle) * (edge[k] - mean);
    square += (row - middle) ** 2;
  });
  const slope = cross / square;
  const off = edge.map((value, k) => value - mean - slope * (ROWS[k] - middle));
  const spread = Math.sqrt(off.reduce((sum, value) => sum + value * value, 0) / off.length);
  return { offset: mean + slope * (AT - middle), spread };
}
