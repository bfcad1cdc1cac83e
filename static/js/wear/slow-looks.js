/**
 * The slow looks as the tracking worker sees them: twin of what tryon/tracker.py does beside a stream.
 * Photos wait for theirs; frames take the newest answer there is. Without nets, or where a worker may
 * not begin another, nothing is seen and everything works, less precisely.
 */
import { Failure } from './assets.js';
import { NAME } from './heavy-worker.js';

/** @typedef {import('../tryon/types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../tryon/nets/heavy.js').Looks} Looks */
/** @typedef {import('../tryon/nets/heavy.js').SlowlySeen} SlowlySeen */
/** @typedef {import('./heavy-worker.js').FromHeavy} FromHeavy */
/** @typedef {import('./heavy-worker.js').ToHeavy} ToHeavy */
/** @typedef {Extract<FromHeavy, { is: 'seen' }>} Answer */
/** @typedef {import('./heavy-worker.js').Name} Name */
/** @typedef {{ runtime: WebAssembly.Module, nets: Partial<Record<Name, Uint8Array<ArrayBuffer>>> }} Given */

const FRESH_MS = 1000; // bodies and outlines older than this say nothing of a frame
const EVERY = 3; // frames, at least, from one look to the next
const REST = 2; // looks' own time that passes from one to the next: a third of a core is theirs at most
const PHOTO_MS = 12_000; // that a photo waits for nets and for its look; the window waits a little longer
/** @type {SlowlySeen} */ const NOTHING = { bodies: [], person: null };

/** Looks at one stream, or at single photos. */
export class SlowLooks {
  #beginning = Promise.resolve();
  /** @type {Worker | null} */ #worker = null;
  /** @type {Set<Name>} nets at work */ #has = new Set();
  /** @type {Set<Name>} nets that did not come, or would not begin */ #lacks = new Set();
  /** @type {(able: boolean) => void} */ #opened = () => {};
  /** @type {((answer: Answer | null) => void)[]} who waits for looks, in their order */ #waiting = [];
  /** @type {Answer | null} the newest */ #known = null;
  #stream = 0; // counts sets worn
  #since = Infinity; // frames since the last look began
  #endedAt = -Infinity;
  #tookMs = 0;

  /** Whether a net is at work. @param {Name} name */
  has(name) {
    return this.#has.has(name);
  }

  /** What was seen no longer counts, and what did not come is asked for again: another set is worn. */
  forget() {
    this.#known = null;
    this.#stream += 1;
    this.#since = Infinity;
    this.#lacks.clear();
  }

  /**
   * Begins to look with these nets besides.
   * @param {readonly Name[]} names @param {(names: readonly Name[]) => Promise<Given>} given those that come
   * @returns {Promise<void>}
   */
  begin(names, given) {
    const missing = names.filter((name) => !this.#has.has(name) && !this.#lacks.has(name));
    if (!missing.length) return Promise.resolve();
    for (const name of missing) this.#lacks.add(name); // until it is at work
    this.#beginning = this.#beginning.then(() => this.#begun(missing, given));
    return this.#beginning;
  }

  /** @param {Name[]} names @param {(names: readonly Name[]) => Promise<Given>} given */
  async #begun(names, given) {
    try {
      this.#worker ??= this.#started();
      const { runtime, nets } = await given(names);
      const came = names.filter((name) => nets[name]);
      if (!came.length || !this.#worker) return; // it may have ended meanwhile
      const opened = new Promise((resolve) => (this.#opened = resolve));
      this.#say({ do: 'open', runtime, nets });
      if (!(await opened)) return;
      for (const name of came) {
        this.#lacks.delete(name);
        this.#has.add(name);
      }
    } catch (error) {
      if (!(error instanceof Failure || error instanceof DOMException)) throw error; // it did not come, or may not begin
    }
  }

  #started() {
    const worker = new Worker(self.location.href, { type: 'module', name: NAME });
    worker.addEventListener('message', ({ data }) => {
      if (data.is === 'seen') this.#hear(data);
      else if (data.is === 'opened') this.#opened(true);
      else this.#end();
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#end();
    });
    return worker;
  }

  /** @param {ToHeavy} message @param {Transferable[]} [moved] */
  #say(message, moved = []) {
    this.#worker?.postMessage(message, moved);
  }

  /**
   * The newest answer, and a new look if it is time and the last one is over.
   * @param {ImageData} image @param {FaceLandmarks[]} faces @param {number} timeMs @param {Looks} looks
   * @returns {SlowlySeen}
   */
  newest(image, faces, timeMs, looks) {
    if (!looks.bodies && !looks.person) return NOTHING;
    this.#since += 1;
    const rested = performance.now() - this.#endedAt >= REST * this.#tookMs;
    if (this.#has.size && !this.#waiting.length && this.#since >= EVERY && rested) {
      this.#since = 0;
      const stream = this.#stream;
      this.#ask(image, faces, timeMs, true, looks).then((answer) => {
        if (answer && stream === this.#stream) this.#known = answer;
      });
    }
    return this.#known && Math.abs(timeMs - this.#known.timeMs) <= FRESH_MS ? this.#known.seen : NOTHING;
  }

  /**
   * The answer for a photo; nothing where it does not come in time.
   * @param {ImageData} image @param {FaceLandmarks[]} faces @param {number} timeMs @param {Looks} looks
   * @returns {Promise<SlowlySeen>}
   */
  async now(image, faces, timeMs, looks) {
    if (!looks.bodies && !looks.person) return NOTHING;
    const begun = this.#beginning.then(() => (this.#has.size ? this.#ask(image, faces, timeMs, false, looks) : null));
    const answer = await within(PHOTO_MS, begun);
    if (answer) return answer.seen;
    if (this.#waiting.length) this.#end(); // too slow, or stuck
    return NOTHING;
  }

  /**
   * @param {ImageData} image @param {FaceLandmarks[]} faces @param {number} timeMs
   * @param {boolean} streaming @param {Looks} looks
   * @returns {Promise<Answer | null>} null: nobody looks any more
   */
  #ask(image, faces, timeMs, streaming, looks) {
    const copy = new ImageData(new Uint8ClampedArray(image.data), image.width, image.height);
    this.#say({ do: 'see', image: copy, faces, timeMs, streaming, looks }, [copy.data.buffer]);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Answers come in the order of what was asked. @param {Answer} answer */
  #hear(answer) {
    this.#tookMs = answer.ms;
    this.#endedAt = performance.now();
    this.#waiting.shift()?.(answer);
  }

  /** Goes on without, until another set is worn. */
  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const name of this.#has) this.#lacks.add(name);
    this.#has.clear();
    this.#opened(false);
    for (const resolve of this.#waiting) resolve(null);
    this.#waiting = [];
  }
}

/**
 * What a promise gives, or null where that takes longer.
 * @template Value
 * @param {number} ms @param {Promise<Value>} promise
 * @returns {Promise<Value | null>}
 */
function within(ms, promise) {
  let timer = 0;
  const late = new Promise((resolve) => (timer = self.setTimeout(() => resolve(null), ms)));
  return Promise.race([promise, /** @type {Promise<null>} */ (late)]).finally(() => clearTimeout(timer));
}
