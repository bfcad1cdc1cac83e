/** Many viewers on one page: frames while it scrolls, tasks of the main thread, WebGL contexts. */
const STUCK_S = 60; // without a frame
const contexts = new Set();
const errors = [];
for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, ...more) {
    const context = getContext.call(this, kind, ...more);
    if (context && kind.startsWith('webgl')) contexts.add(context);
    return context;
  };
}
// of viewers, and of pictures that do not come
const fail = ({ target, detail, message }) =>
  errors.push(`${target.localName ?? 'page'}: ${detail?.message ?? message ?? ''}`);
addEventListener('error', fail, true);

const viewers = () => document.querySelectorAll('parure-viewer');
const frame = () =>
  new Promise((resolve, reject) => {
    const stuck = setTimeout(() => reject(new Error(`no frame in ${STUCK_S} s`)), 1e3 * STUCK_S);
    requestAnimationFrame((now) => {
      clearTimeout(stuck);
      resolve(now);
    });
  });

globalThis.many = {
  errors,
  contexts: () => [...contexts].filter((one) => !one.isContextLost()).length,
  /** Begins at once what waits for a visitor's hand; once each, as it begins anew every time. */
  open() {
    for (const viewer of viewers()) viewer.open();
  },
  /** Only viewers that are seen draw. */
  see: (index) => viewers()[index].scrollIntoView({ block: 'center' }),
  painted(index) {
    const viewer = viewers()[index];
    return (viewer.shadowRoot ?? viewer).querySelector('parure-piece[painted]') !== null;
  },
  /** Milliseconds between frames, and of tasks beyond 50, while the page scrolls to its end and back. */
  async scroll(seconds) {
    const times = [];
    const tasks = [];
    const note = (entries) => tasks.push(...entries.map(({ duration }) => duration));
    const listener = new PerformanceObserver((list) => note(list.getEntries()));
    const room = document.documentElement.scrollHeight - innerHeight;
    const began = await frame();
    listener.observe({ type: 'longtask' });
    for (let now = began; now - began < 1e3 * seconds; now = await frame()) {
      scrollTo(0, room * Math.sin((Math.PI * (now - began)) / (1e3 * seconds)));
      times.push(now);
    }
    note(listener.takeRecords());
    listener.disconnect();
    return { frames: times.slice(1).map((time, k) => time - times[k]), tasks };
  },
};
