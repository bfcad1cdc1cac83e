/**
 * The worker that paints. The page imports this module too, for the address that it is begun by: what
 * paints is fetched by the worker alone.
 */

/** @typedef {import('./overlay/worn-painter.js').Painter} Painter */

/** Where this module came from. */
export const address = import.meta.url;
/** What a worker may take until it says whether it can paint. */
export const PATIENCE_MS = 15_000;

/** @type {Painter | null} */
let painter = null;
let lost = false; // whether its graphics ever were: it paints no more, and is told to end

/**
 * @param {any} asked
 * @returns {Promise<any>}
 */
async function answered(asked) {
  if (asked.do === 'open') {
    const [{ openStage }, { Painter }] = await Promise.all([import('../viewer/stage.js'), import('./overlay/worn-painter.js')]);
    const stage = await openStage();
    painter = stage && new Painter(stage);
    stage?.addEventListener('lost', lose);
    return painter !== null;
  }
  if (asked.do === 'prepare') return painter?.prepare(asked.files);
  if (asked.do === 'memory') return painter?.memory;
  return painter?.paint(asked.scene, asked.quality) ?? null;
}

/** It cannot be gone on with: what graphics that came back draw is not seen, after a crash of the browser's own. */
function lose() {
  lost = true;
  postMessage({ lost });
}

if (typeof document === 'undefined' && typeof postMessage === 'function') {
  /** @param {MessageEvent<any>} event */
  globalThis.onmessage = async ({ data }) => {
    const { number } = data;
    if (lost) return lose();
    try {
      const value = await answered(data);
      const picture = value?.picture;
      postMessage({ number, value }, { transfer: picture instanceof ImageBitmap ? [picture] : [] });
    } catch (error) {
      if (painter?.stage.renderer.getContext().isContextLost()) lose(); // it was not told yet
      else postMessage({ number, failed: error instanceof Error ? error.message : `${error}` });
    }
  };
}
