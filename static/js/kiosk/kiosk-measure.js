/**
 * The page /kiosk/measure: sees the service's mirror for some seconds, then works on the same hand itself,
 * and tells how many frames it saw and how late. Nobody stands before it.
 */
import { Dresser } from '../wear/dresser.js';
import { Pace } from '../wear/pace.js';
import { fitted } from '../wear/picture.js';
import { post } from './asking.js';
import { KioskGlass } from './glass.js';
import { Link } from './link.js';

const SETTLE_MS = 2000; // of care and caches, before it is counted
const COUNT_MS = 3000;
const PATIENCE_MS = 14_000; // of one way
const FRAME_MS = 1000 / 30;
const TREMBLE_PX = 3;

/** @typedef {{ frames_a_second?: number, delay_ms?: number, side_px?: number }} Seen */

const stage = /** @type {HTMLElement} */ (document.querySelector('main'));
const glass = /** @type {KioskGlass} */ (document.querySelector('kiosk-glass'));
const { product = '', hash = '', hand = '' } = stage.dataset;

/** Counts frames once they have settled. */
class Count {
  #from = Infinity;
  /** @type {number[]} */ #delays = [];

  /** The first frame that counts may come from now on. */
  begin() {
    this.#from = Math.min(this.#from, performance.now() + SETTLE_MS);
  }

  /** @param {number} delay ms @returns {boolean} whether it is over */
  note(delay) {
    const now = performance.now();
    if (now >= this.#from) this.#delays.push(delay);
    return now >= this.#from + COUNT_MS;
  }

  /** @returns {Seen} nothing, where too few came */
  seen() {
    if (this.#delays.length < 3) return {};
    const sorted = this.#delays.sort((a, b) => a - b);
    const counted = Math.min(COUNT_MS, performance.now() - this.#from); // less where patience ended before
    return { frames_a_second: (1000 * sorted.length) / counted, delay_ms: sorted[sorted.length >> 1] };
  }
}

/** @returns {Promise<Seen>} */
function service() {
  const count = new Count();
  return new Promise((done) => {
    const end = () => {
      link.close();
      done({ ...count.seen(), side_px: glass.canvas.width });
    };
    const link = new Link('/api/v1/kiosk/mirror', {
      async picture({ type, frame, worn }, jpeg) {
        if (type !== 'frame') return;
        await glass.show(jpeg, frame);
        if (worn.includes(product)) count.begin();
        if (count.note(0)) end();
      },
      told() {},
      open(open) {
        if (open) link.send('wear', { product });
      },
    });
    setTimeout(end, PATIENCE_MS);
  });
}

/** @returns {Promise<Seen>} */
async function device() {
  const count = new Count();
  const [pace, until] = [new Pace(), performance.now() + PATIENCE_MS];
  let refused = false;
  const asked = [{ product, hash, finger: /** @type {const} */ ('ring'), hand: null }];
  const dresser = new Dresser({ progress() {}, ready() {}, refused: () => (refused = true) }, { watching: true });
  const source = await createImageBitmap(await (await fetch(hand)).blob());
  await dresser.prepare(asked);
  dresser.follow(asked);
  let [side, due, drawing] = [0, performance.now(), Promise.resolve()];
  const alive = () => !refused && performance.now() < until;
  for (let number = 0, over = false; alive() && !over; number += 1) {
    due = Math.max(due + FRAME_MS, performance.now());
    await new Promise((later) => setTimeout(later, due - performance.now()));
    if (!dresser.dressed || dresser.busy) continue;
    const taken = performance.now();
    const [width, height] = fitted(source.width, source.height, pace.care.side);
    const image = await createImageBitmap(source, number % TREMBLE_PX, 0, source.width - TREMBLE_PX, source.height, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' });
    const solved = await Promise.race([dresser.solve(image, taken), new Promise((late) => setTimeout(() => late(null), Math.max(0, until - performance.now())))]);
    if (!solved) break;
    await drawing;
    drawing = dresser.draw(solved, glass.canvas, pace.care.quality).then(() => {
      pace.note(performance.now());
      count.begin();
      over = count.note(performance.now() - taken);
      solved.image.close();
    });
    side = width;
  }
  dresser.close();
  return refused ? {} : { ...count.seen(), side_px: side };
}

await post('/api/v1/kiosk/measured/service', await service());
await post('/api/v1/kiosk/measured/device', await device());
