/** A small frame in which a piece is worn in every way that it may be, to be painted where nobody sees it. */

/** @typedef {import('./worn-painter.js').Scene} Scene */

const SIDE_PX = 48;

/**
 * @param {string} file
 * @param {import('./worn-piece.js').WornPiece} worn
 * @returns {Scene} the piece far enough away to be seen whole, on a limb where it is worn on one
 */
export function rehearsal(file, { piece, hanging, usual }) {
  const { radius, center } = piece;
  const rotation = [1, 0, 0, 0, -1, 0, 0, 0, -1];
  const cameraFromModel = { rotation, translation: [-center.x, center.y, center.z + 4 * radius] };
  const wearer = usual.includes(0) ? null : 0;
  const start = [0, -radius, 4 * radius];
  const limb = { start, end: [0, radius, 4 * radius], startRadius: radius / 4, endRadius: radius / 4, softness: 0.18, flat: null, flatness: 1 };
  const shown = { file, size: 1, opacity: 1, mirrored: false, laid: null, cameraFromModel };
  const ways = [
    { ...shown, shows: /** @type {const} */ ('all'), wearer, onSkin: wearer === null },
    ...(hanging.size ? [{ ...shown, shows: /** @type {const} */ ('hanging'), wearer: null, onSkin: false }] : []),
  ];
  const layers = ways.map((one) => ({
    pieces: [{ placement: /** @type {any} */ (null), worn: [one], veil: null }],
    occluders: wearer === null ? [] : [limb],
    bodies: [],
    light: null,
  }));
  const intrinsics = { fx: 2 * SIDE_PX, fy: 2 * SIDE_PX, cx: SIDE_PX / 2, cy: SIDE_PX / 2 };
  return { width: SIDE_PX, height: SIDE_PX, timeMs: 0, intrinsics, layers };
}
