/**
 * Several pieces on one arm, side by side: none through another, each as near home as it can be.
 * Twin of tryon/anchors/side_by_side.py.
 */

/**
 * How far a piece reaches along the arm from its middle; metres, +Y towards the hand.
 * @typedef {{ low: number, high: number }} Extent
 */

const GAP = 0.0015; // metres between neighbours
const [AT_HAND, UP_ARM] = [0.006, 0.14]; // metres from the wrist joint between which pieces are worn

/**
 * Where each piece's middle comes to lie. Watches take their places first, the others in their
 * order go to the nearest free one.
 * @param {readonly number[]} homes metres from the wrist joint up the arm, where each would sit alone
 * @param {readonly Extent[]} extents of each
 * @param {readonly boolean[]} held whether it keeps its place
 * @returns {number[]}
 */
export function sideBySide(homes, extents, held) {
  const places = [...homes];
  /** @type {[number, number][]} from and to, up the arm */ const taken = [];
  const order = homes.map((_, k) => k).sort((a, b) => Number(held[b]) - Number(held[a]) || a - b);
  for (const k of order) {
    const [high, low] = [extents[k].high, -extents[k].low]; // towards the hand, up the arm
    const tries = [homes[k]];
    for (const [start, end] of taken) tries.push(start - GAP - low, end + GAP + high);
    const free = tries.filter((place) =>
      taken.every(([a, b]) => place + low + GAP <= a + 1e-9 || place - high >= b + GAP - 1e-9),
    );
    const inside = free.filter((place) => place - high >= AT_HAND && place + low <= UP_ARM);
    // with no room left the row goes on up the arm
    const chosen = inside.length ? inside : [Math.max(...free)];
    places[k] = chosen.reduce((best, place) =>
      Math.abs(place - homes[k]) < Math.abs(best - homes[k]) ? place : best,
    );
    taken.push([places[k] - high, places[k] + low]);
  }
  return places;
}
