/** What finds a body and draws jewels, fetched once somebody tries on; and whether this browser can. */

/** @typedef {import('./types.js').Overlay} Overlay */

/**
 * @typedef {object} Engine
 * @property {typeof import('./tracking.js').openTracking} openTracking
 * @property {() => Promise<Overlay | null>} openOverlay
 */

/** Whether this browser has what trying on in the page takes. */
export function supported() {
  return (
    typeof WebAssembly === 'object' &&
    typeof Worker === 'function' &&
    typeof createImageBitmap === 'function' &&
    typeof OffscreenCanvas === 'function' &&
    typeof WebGL2RenderingContext === 'function'
  );
}

/** @returns {Promise<Engine>} */
export async function fetchEngine() {
  const [{ openTracking }, { openOverlay }] = await Promise.all([import('./tracking.js'), import('./overlay.js')]);
  return { openTracking, openOverlay };
}
