/**
 * The worker that paints. The page imports this module too, for the address that it is begun by: what
 * paints is fetched by the worker alone.
 */

/** @typedef {import('./overlay/worn-painter.js').Painter} Painter */

/** Where this module came from. */
export const address = import.meta.url;
/** How long the graphics may stay lost until the worker is taken for dead. */
const LOST_MS = 1500;
/** What a worker may take until it says whether it can paint. */
export const PATIENCE_MS = 15_000;

/** @type {Painter | null} */
let painter = null;
let lostMs = 0; // when the graphics were lost; 0: they are there

/**
 * @param {any} asked
 * @returns {Promise<any>}
 */
async function answered(asked) {
  if (asked.do === 'open') {
    const [{ openStage }, { Painter }] = await Promise.all([import('../viewer/stage.js'), import('./overlay/worn-painter.js')]);
    const stage = await openStage();
    painter = stage && new Painter(stage);
    stage?.addEventListener('lost', () => (lostMs = performance.now()));
    stage?.addEventListener('restored', () => (lostMs = 0));
    return painter !== null;
  }
  if (asked.do === 'prepare') return painter?.prepare(asked.files);
  if (asked.do === 'memory') return painter?.memory;
  if (lostMs && performance.now() - lostMs > LOST_MS) throw new Error('the graphics do not come back');
  return painter?.paint(asked.scene, asked.quality) ?? null;
}

if (typeof document === 'undefined' && typeof postMessage === 'function') {
  /** @param {MessageEvent<any>} event */
  globalThis.onmessage = async ({ data }) => {
    const { number } = data;
    try {
      const value = await answered(data);
      const picture = value?.picture;
      postMessage({ number, value }, { transfer: picture instanceof ImageBitmap ? [picture] : [] });
    } catch (error) {
      postMessage({ number, failed: error instanceof Error ? error.message : `${error}` });
    }
  };
}
