/**
 * When which viewer of the page draws: only those that are seen and have something new. Whoever is
 * moved by hand goes first, alone in its frame; then what moves by itself, as many in one frame as
 * keep frames coming in time; then still views, one a frame until each is as fine as it gets.
 */

export const NOTHING = 0;
export const STILL = 1; // a still view may become finer
export const MOVING = 2; // something moves by itself, or is new
export const HELD = 3; // somebody moves it

/**
 * A viewer, as the scheduler sees it.
 * @typedef {object} Drawer
 * @property {(nowMs: number) => number} wants after moving on to `nowMs`: one of the numbers above
 * @property {(nowMs: number) => void} draw one picture
 */

/** @typedef {{wants: number, drawnMs: number}} Waiting */

const REST_SHARE = 0.6; // of the time that a still view's picture took, left to the page
const IN_TIME_MS = 18; // between frames, at 60 a second
const LATE_MS = 24;
const MOST_A_FRAME = 8;
const MORE = 0.1; // pictures, for each frame that came in time

/**
 * Which of those that wait draws next; -1 for none.
 * @param {readonly Waiting[]} waiting
 */
export function chosen(waiting) {
  let best = -1;
  waiting.forEach(({ wants, drawnMs }, index) => {
    if (wants === NOTHING) return;
    const other = waiting[best];
    // a still view that was begun is finished; of those that move the one longest unseen is next
    const sooner = wants === STILL ? drawnMs > other?.drawnMs : drawnMs < other?.drawnMs;
    if (!other || wants > other.wants || (wants === other.wants && sooner)) best = index;
  });
  return best;
}

/** The page's one loop; it rests when nobody wants anything. */
export class Scheduler {
  /** @type {Map<Drawer, number>} */ #drawers = new Map();
  #frame = 0;
  #restUntilMs = 0;
  #held = false;
  #lastMs = 0; // the frame before
  #several = 1; // pictures of what moves by itself that a frame has room for

  /** @param {Drawer} drawer */
  add(drawer) {
    this.#drawers.set(drawer, 0);
    this.wake();
  }

  /** @param {Drawer} drawer */
  remove(drawer) {
    this.#drawers.delete(drawer);
  }

  get size() {
    return this.#drawers.size;
  }

  /** Whether nobody draws, because somebody else draws with the page's stage. */
  get held() {
    return this.#held;
  }

  set held(on) {
    this.#held = on;
    if (!on) this.wake();
  }

  /** Something may have changed. */
  wake() {
    if (this.#frame === 0 && !this.#held) this.#frame = requestAnimationFrame(this.#tick);
  }

  /** @param {number} frameMs */
  #tick = (frameMs) => {
    this.#frame = 0;
    if (this.#held) return;
    this.#pace(frameMs - this.#lastMs);
    this.#lastMs = frameMs;
    const drawers = [...this.#drawers];
    const waiting = drawers.map(([drawer, drawnMs]) => ({ wants: drawer.wants(frameMs), drawnMs }));
    for (let room = Math.floor(this.#several); room > 0; room -= 1) {
      const next = chosen(waiting);
      if (next < 0) return;
      this.wake();
      const { wants } = waiting[next];
      if (wants === STILL && performance.now() < this.#restUntilMs) return;
      this.#draw(drawers[next][0], frameMs);
      if (wants !== MOVING) return;
      waiting[next].wants = NOTHING;
    }
  };

  /**
   * @param {Drawer} drawer
   * @param {number} frameMs
   */
  #draw(drawer, frameMs) {
    const began = performance.now();
    drawer.draw(frameMs);
    const ended = performance.now();
    if (this.#drawers.has(drawer)) this.#drawers.set(drawer, ended);
    this.#restUntilMs = ended + (ended - began) * REST_SHARE;
  }

  /**
   * More pictures a frame while frames come in time, half as many once one is late.
   * @param {number} apartMs
   */
  #pace(apartMs) {
    if (apartMs <= IN_TIME_MS) this.#several = Math.min(this.#several + MORE, MOST_A_FRAME);
    else if (apartMs > LATE_MS) this.#several = Math.max(this.#several / 2, 1);
  }
}

export const scheduler = new Scheduler();
