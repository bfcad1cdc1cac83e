/** Landmarks as they are sent to the service: whole tenths of pixels, hundredths of millimetres. */

/** @typedef {import('../wear/types.js').Watched} Watched */

/** @param {Watched} watched */
export function found({ hands, faces }) {
  return {
    hands: hands && hands.map(({ hand, score, pointsPx, world }) => ({ hand, score: rounded([score], 1e3)[0], points: rounded(pointsPx, 10), world: rounded(world, 1e5) })),
    faces: faces && faces.map(({ pointsPx }) => ({ points: rounded(pointsPx, 10) })),
  };
}

/** @param {ArrayLike<number>} values @param {number} parts of one */
function rounded(values, parts) {
  return Array.from(values, (value) => Math.round(value * parts) / parts);
}
