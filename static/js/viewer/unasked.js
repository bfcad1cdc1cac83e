/** When a viewer opens unasked: it is seen, the page is loaded, somebody is there, and nothing else wants the machine. */

const IDLE_MS = 1200; // that a page gets for itself
const IDLE_LIMIT_MS = 4000;
const SIGNS = ['pointermove', 'touchstart', 'keydown', 'scroll', 'wheel']; // that somebody is there
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i; // names of renderers

/** @type {boolean | undefined} */
let quick;

/**
 * @param {Element} element
 * @param {AbortSignal} signal
 * @param {() => void} open
 */
export function whenSeen(element, signal, open) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.at(-1)?.isIntersecting) return;
    seen.disconnect();
    whenIdle(signal, open);
  });
  seen.observe(element);
  signal.addEventListener('abort', () => seen.disconnect());
}

/**
 * @param {AbortSignal} signal
 * @param {() => void} open
 */
function whenIdle(signal, open) {
  const saves = /** @type {any} */ (navigator).connection?.saveData === true;
  if (saves) return; // on intent alone
  const idle = () => {
    if (signal.aborted || !drawsQuickly()) return;
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => !signal.aborted && open(), { timeout: IDLE_LIMIT_MS });
    else open();
  };
  const wait = () => {
    const timer = setTimeout(idle, IDLE_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
  };
  const begin = () => {
    const noticed = new AbortController();
    signal.addEventListener('abort', () => noticed.abort());
    const notice = () => {
      noticed.abort();
      wait();
    };
    for (const sign of SIGNS) addEventListener(sign, notice, { signal: noticed.signal, passive: true, capture: true });
  };
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true, signal });
}

/**
 * Whether a graphics processor draws: in software a page would stand still for what nobody asked for, so
 * the viewer waits there until somebody means to look.
 */
function drawsQuickly() {
  if (quick === undefined) {
    const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    const about = context?.getExtension('WEBGL_debug_renderer_info');
    // not every browser counts software among the caveats
    quick = context !== null && !SOFTWARE.test(about ? context.getParameter(about.UNMASKED_RENDERER_WEBGL) : '');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return quick;
}
