/** The views of a turntable: their numbers, and the order in which they are fetched. */

/**
 * A whole number of 0..count-1, however far the turntable has turned.
 * @param {number} position in views, may be negative or fractional
 * @param {number} count
 */
export function viewAt(position, count) {
  return ((Math.round(position) % count) + count) % count;
}

/**
 * All views, coarse ones first: after any number of them the widest gap is near its least.
 * @param {number} count
 * @returns {number[]}
 */
export function coarseFirst(count) {
  const order = [0];
  const taken = new Set(order);
  for (let stride = count; order.length < count; stride = Math.max(stride / 2, 1)) {
    for (let at = 0; at < count; at += stride) {
      const view = Math.round(at) % count;
      if (!taken.has(view)) {
        taken.add(view);
        order.push(view);
      }
    }
  }
  return order;
}

/**
 * The fetched view nearest to the wanted one, going round.
 * @param {number} wanted
 * @param {ReadonlyMap<number, unknown>} fetched
 * @param {number} count
 * @returns {number | undefined}
 */
export function nearestView(wanted, fetched, count) {
  for (let away = 0; away <= count / 2; away += 1) {
    if (fetched.has(viewAt(wanted + away, count))) return viewAt(wanted + away, count);
    if (fetched.has(viewAt(wanted - away, count))) return viewAt(wanted - away, count);
  }
  return undefined;
}

/**
 * The least of the sizes on offer that fills `wantedPx`, else the greatest.
 * @param {number} wantedPx
 * @param {ReadonlyArray<number>} sizes ascending
 */
export function pictureSize(wantedPx, sizes) {
  return sizes.find((size) => size >= wantedPx) ?? sizes[sizes.length - 1];
}
