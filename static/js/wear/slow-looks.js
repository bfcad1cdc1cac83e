/**
 * The slow looks as the tracking worker sees them: twin of what tryon/tracker.py does beside a stream.
 * Photos wait for theirs; frames take the newest answer there is. Without nets, or where a worker may
 * not begin another, nothing is seen and everything works, less precisely.
 */
import { Failure } from './assets.js';
import { NAME } from './heavy-worker.js';

/** @typedef {import('../tryon/types.js').FaceLandmarks} FaceLandmarks */
/** @typedef {import('../tryon/types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('../tryon/nets/heavy.js').Looks} Looks */
/** @typedef {import('../tryon/nets/heavy.js').SlowlySeen} SlowlySeen */
/** @typedef {import('./heavy-worker.js').FromHeavy} FromHeavy */
/** @typedef {import('./heavy-worker.js').ToHeavy} ToHeavy */
/** @typedef {Extract<FromHeavy, { is: 'seen' }>} Seen */
/** @typedef {Extract<FromHeavy, { is: 'hands' }>} Hands */
/** @typedef {import('./heavy-worker.js').Name} Name */
/** @typedef {{ runtime: WebAssembly.Module, nets: Partial<Record<Name, Uint8Array<ArrayBuffer>>> }} Given */

// looks' own time that passes from one to the next: a third of a core is theirs at most
const REST = 2;
const PHOTO_MS = 12_000; // that a photo waits for nets and for its look
/** @type {SlowlySeen} */ const NOTHING = { bodies: [], person: null };

/**
 * Looks of one kind at a stream: how often, and what the last one saw.
 * @template {Seen | Hands} Answer
 */
class Kind {
  /** @type {Answer | null} the newest */ #known = null;
  #stream = 0; // counts sets worn
  #since = Infinity; // frames since the last look began
  #underWay = false;
  #endedAt = -Infinity;
  #tookMs = 0;

  /**
   * @param {number} every frames, at least, from one look to the next
   * @param {number} freshMs what is older says nothing of a frame
   */
  constructor(every, freshMs) {
    this.every = every;
    this.freshMs = freshMs;
  }

  /** What was seen no longer counts. */
  forget() {
    this.#known = null;
    this.#stream += 1;
    this.#since = Infinity;
  }

  /** A frame came: whether it is time for a look, and the last one is over. */
  due() {
    this.#since += 1;
    const rested = performance.now() - this.#endedAt >= REST * this.#tookMs;
    return !this.#underWay && this.#since >= this.every && rested;
  }

  /** @param {Promise<Answer | null>} look that has begun */
  async follow(look) {
    const stream = this.#stream;
    this.#since = 0;
    this.#underWay = true;
    const answer = await look;
    this.#underWay = false;
    if (!answer) return;
    this.#tookMs = answer.ms;
    this.#endedAt = performance.now();
    if (stream === this.#stream) this.#known = answer;
  }

  /** What is known of a frame. @param {number} timeMs @returns {Answer['seen'] | null} */
  at(timeMs) {
    return this.#known && Math.abs(timeMs - this.#known.timeMs) <= this.freshMs ? this.#known.seen : null;
  }
}

/** Looks at one stream, or at single photos. */
export class SlowLooks {
  #beginning = Promise.resolve();
  /** @type {Worker | null} */ #worker = null;
  /** @type {Set<Name>} nets at work */ #has = new Set();
  /** @type {Set<Name>} nets that did not come, or would not begin */ #lacks = new Set();
  /** @type {(names: Name[]) => void} */ #opened = () => {};
  /** @type {((answer: any) => void)[]} who waits for looks, in their order */ #waiting = [];
  /** @type {Kind<Seen>} bodies and outlines */ #seen = new Kind(3, 1000);
  /** @type {Kind<Hands>} which move faster */ #hands = new Kind(2, 500);

  /** Whether a net is at work. @param {Name} name */
  has(name) {
    return this.#has.has(name);
  }

  /** What was seen no longer counts, and what did not come is asked for again: another set is worn. */
  forget() {
    this.#seen.forget();
    this.#hands.forget();
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
      if (!names.some((name) => nets[name]) || !this.#worker) return; // it may have ended meanwhile
      const opened = new Promise((/** @type {(names: Name[]) => void} */ resolve) => (this.#opened = resolve));
      this.#say({ do: 'open', runtime, nets });
      for (const name of await opened) {
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
      if (data.is === 'opened') this.#opened(data.names);
      else if (data.is === 'failed') this.#end();
      else this.#waiting.shift()?.(data); // answers come in the order of what was asked
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
    if (this.#seen.due() && (this.#has.has('person') || this.#has.has('bodies'))) {
      this.#seen.follow(this.#ask({ do: 'see', image: copied(image), faces, timeMs, streaming: true, looks }));
    }
    return this.#seen.at(timeMs) ?? NOTHING;
  }

  /**
   * Hands that may stand before what is worn on heads, seen a moment ago; and a new look if it is time.
   * @param {ImageData} image @param {number} timeMs
   * @returns {HandLandmarks[]}
   */
  hands(image, timeMs) {
    if (this.#hands.due() && this.#has.has('hands')) {
      this.#hands.follow(this.#ask({ do: 'hands', image: copied(image), timeMs }));
    }
    return this.#hands.at(timeMs) ?? [];
  }

  /**
   * The answer for a photo; nothing where it does not come in time.
   * @param {ImageData} image @param {FaceLandmarks[]} faces @param {number} timeMs @param {Looks} looks
   * @returns {Promise<SlowlySeen>}
   */
  async now(image, faces, timeMs, looks) {
    if (!looks.bodies && !looks.person) return NOTHING;
    const begun = this.#beginning.then(() =>
      this.#has.size ? this.#ask({ do: 'see', image: copied(image), faces, timeMs, streaming: false, looks }) : null,
    );
    const answer = await within(PHOTO_MS, begun);
    if (answer) return answer.seen;
    if (this.#waiting.length) this.#end(); // too slow, or stuck
    return NOTHING;
  }

  /**
   * @param {Exclude<ToHeavy, { do: 'open' }>} look
   * @returns {Promise<any>} its answer; null: nobody looks any more
   */
  #ask(look) {
    this.#say(look, [look.image.data.buffer]);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Goes on without, until another set is worn. */
  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const name of this.#has) this.#lacks.add(name);
    this.#has.clear();
    this.#opened([]);
    for (const resolve of this.#waiting) resolve(null);
    this.#waiting = [];
  }
}

/** A frame to be handed over. @param {ImageData} image */
const copied = ({ data, width, height }) => new ImageData(new Uint8ClampedArray(data), width, height);

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
