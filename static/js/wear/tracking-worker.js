/**
 * Frames in, solved frames out: what is worn on the hands and faces in them, and where. Runs beside the
 * page, which it never blocks; what it needs comes from the page's own service, checked, and no frame
 * leaves it but back to the page.
 */
import { readCanonicalFace } from '../tryon/anchors/canonical.js';
import { Surroundings } from '../tryon/appearance/surroundings.js';
import { assumedIntrinsics } from '../tryon/lens.js';
import { SetSolver } from '../tryon/solver.js';
import { Failure, fetchAsset, fetchDocument, Progress } from './assets.js';
import { drawnOf, fileOf, modelOf } from './facts.js';
import { FaceTracker, HandTracker } from './landmarkers.js';
import { NAME, serve } from './heavy-worker.js';
import { Lacks } from './lacks.js';
import { SlowLooks } from './slow-looks.js';
import { Turns } from './turns.js';

/** @typedef {import('./assets.js').Asset} Asset */
/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {import('./types.js').Anchor} Anchor */
/** @typedef {import('./types.js').DrawnLayer} DrawnLayer */
/** @typedef {import('./types.js').FromWorker} FromWorker */
/** @typedef {import('../tryon/types.js').HandLandmarks} HandLandmarks */
/** @typedef {import('./types.js').Laid} Laid */
/** @typedef {import('./types.js').Model} Model */
/** @typedef {import('./types.js').Needs} Needs */
/** @typedef {import('./types.js').ToWorker} ToWorker */

const CALM = 3; // frames that show something worn, after which there is time for slow looks
const [WATCHED_HANDS_EVERY, WATCHED_FACES_EVERY] = [2, 3]; // the same for who watches

/**
 * What is worn.
 * @typedef {object} WornSet
 * @property {SetSolver} solver
 * @property {Lacks} lacks
 * @property {Surroundings} surroundings
 * @property {boolean} hands whether they are looked for in every frame
 * @property {boolean} faces
 * @property {boolean} hidden whether hands that wear nothing are looked for, since they hide what is worn on heads
 * @property {Turns | null} turns of hands and faces, where both are worn on
 * @property {import('../tryon/nets/heavy.js').Looks} looks which slow ones it gains by
 * @property {boolean} streaming
 * @property {boolean} watched whether both are looked for, whatever is worn
 */

/** What is worn, and what finds it. */
class Worker {
  /** @type {Needs | undefined} */ #needs;
  /** @type {Map<string, Promise<any>>} what was fetched, by its address */ #fetched = new Map();
  /** @type {HandTracker | null} */ #hands = null;
  /** @type {FaceTracker | null} */ #faces = null;
  /** @type {import('../tryon/anchors/canonical.js').CanonicalFace | null} */ #mean = null;
  /** @type {WornSet | null} */ #set = null;
  #frames = 0;
  #watching = false;
  /** @type {HandLandmarks[]} */ #beside = []; // seen a moment ago, by who watches
  /** @type {Set<number>} chains that the window knows */ #laid = new Set();
  #wears = 0; // the number of what was asked for last, which alone is worn
  #slowly = new SlowLooks();
  #shown = 0; // frames since something is worn, that showed it
  #calm = false; // whether slow looks at the stream have begun
  #turn = Promise.resolve();
  #canvas = new OffscreenCanvas(1, 1);
  #pixels = this.#canvas.getContext('2d', { willReadFrequently: true });
  #progress = new Progress((loaded, total) => tell({ is: 'progress', loaded, total }));

  /** @param {ToWorker} message */
  async take(message) {
    if (message.do === 'begin') {
      this.#needs = message.needs;
      this.#watching = message.watching;
    } else if (message.do === 'wear') {
      await this.#wear(message).catch((error) => {
        if (message.number === this.#wears) throw error; // else nobody asks for that set any more
      });
    } else await this.#inTurn(() => this.#solve(message.image, message.timeMs));
  }

  /** One thing after the other. @param {() => Promise<void>} work */
  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** @param {Extract<ToWorker, { do: 'wear' }>} message */
  async #wear({ number, asked, streaming }) {
    this.#wears = number;
    const needs = /** @type {Needs} */ (this.#needs);
    const compiled = this.#once(needs.runtime.file, () => compile(needs.runtime, this.#progress));
    compiled.catch(() => {}); // waited for below
    const models = await Promise.all(asked.map((each) => this.#model(each)));
    const files = [...new Set(models.map(fileOf))];
    if (number === this.#wears) tell({ is: 'known', files });
    const anchors = new Set(models.map(({ anchor }) => anchor ?? 'finger'));
    const faces = anchors.has('ear') || anchors.has('neck');
    const hands = anchors.has('finger') || anchors.has('wrist') || (faces && !streaming); // they hide what is worn on heads
    const watched = this.#watching && streaming;
    const looks = { bodies: anchors.has('neck'), person: faces || anchors.has('wrist') };
    this.#slowly.forget();
    if (!streaming) this.#beginSlowly(namesOf(looks)); // a photo waits for it
    const [runtime, handNet, faceNet] = await Promise.all([
      compiled,
      (hands || watched) && this.#once(needs.hands.file, () => fetchAsset(needs.hands, this.#progress)),
      (faces || watched) && this.#once(needs.faces.file, () => fetchAsset(needs.faces, this.#progress)),
    ]);
    await this.#inTurn(async () => {
      if (number !== this.#wears) return;
      if (handNet) this.#hands ??= await HandTracker.open(runtime, handNet).catch(unsupported);
      if (faceNet) this.#faces ??= await FaceTracker.open(runtime, faceNet).catch(unsupported);
      if (faceNet) this.#mean ??= readCanonicalFace(faceNet.buffer);
      await this.#hands?.follow(streaming);
      await this.#faces?.follow(streaming);
      const wearables = asked.map((each, k) => ({ ...each, model: models[k] }));
      const wanted = asked.map((each, k) => ({ asked: each, anchor: models[k].anchor ?? 'finger' }));
      const solver = new SetSolver(wearables, { smoothing: streaming, face: this.#mean });
      const surroundings = new Surroundings(this.#mean, streaming);
      const turns = streaming && hands && faces ? new Turns() : null;
      const hidden = faces && !hands;
      this.#set = { solver, lacks: new Lacks(wanted, streaming), surroundings, hands, faces, hidden, turns, looks, streaming, watched };
      this.#shown = 0;
      this.#calm = false;
      this.#beside = [];
      tell({ is: 'ready', number, files, fetched: fetchedSoFar() });
      if (hands || watched) this.#hands?.warm();
      if (faces || watched) this.#faces?.warm();
    });
  }

  /** @param {ImageBitmap} image @param {number} timeMs */
  async #solve(image, timeMs) {
    if (!this.#set) throw new TypeError('frames come after what is worn');
    const { solver, lacks, surroundings, hands, faces, hidden, looks, streaming } = this.#set;
    const begun = performance.now();
    const data = this.#read(image);
    const watched = this.#set.watched ? this.#watch(data, timeMs, this.#set) : undefined;
    const quickly = watched
      ? { hands: hands || hidden ? this.#beside : [], faces: (faces && watched.faces) || [] }
      : this.#quickly(data, timeMs, this.#set);
    if (!streaming) tell({ is: 'looking' });
    const slowly = streaming
      ? this.#slowly.newest(data, quickly.faces, timeMs, looks)
      : await this.#slowly.now(data, quickly.faces, timeMs, looks);
    if (!streaming) tell({ is: 'looking' });
    const seen = { ...quickly, ...slowly };
    const tracked = performance.now();
    const { width, height } = image;
    const picture = { data: data.data, width, height, channels: 4 };
    const intrinsics = assumedIntrinsics(width, height);
    const frame = { image: picture, seen, intrinsics, timeMs };
    const layers = solver.solve(frame);
    const lacking = lacks.of(frame, layers);
    /** @type {Laid[]} told for the first time */ const laid = [];
    const drawn = layers.map(({ pieces, occluders, bodies, seenOn }) => ({
      pieces: pieces.map(({ placement, worn, veil }) => ({
        placement,
        worn: worn.map(drawnOf).map((each) => ({ ...each, laid: this.#known(each.laid, laid) })),
        veil,
      })),
      occluders,
      bodies,
      light: pieces.some(isShown) ? surroundings.light(frame, { pieces, seenOn }) : null,
    }));
    const timings = { track: tracked - begun, solve: performance.now() - tracked };
    const without = namesOf(looks).filter((name) => !this.#slowly.has(name));
    tell({ is: 'solved', solved: { image, timeMs, intrinsics, layers: drawn, lacks: lacking, without, watched, timings }, laid }, [image]);
    if (layers.some(({ pieces }) => pieces.some(isShown))) this.#shown += 1;
    if (!streaming || this.#calm || this.#shown < CALM) return;
    this.#calm = true;
    this.#beginSlowly(namesOf(looks));
    if (hidden && !watched) this.#beginHands();
  }

  /** Looks for hands that hide what is worn on heads, once their net is there: nothing waits for that. */
  async #beginHands() {
    const [{ hands }, set] = [/** @type {Needs} */ (this.#needs), this.#set];
    const net = await this.#slowNet(hands);
    if (net && set === this.#set) await this.#beginSlowly(['hands']);
  }

  /** @param {import('./heavy-worker.js').Name[]} wanted */
  async #beginSlowly(wanted) {
    const needs = /** @type {Needs} */ (this.#needs);
    const names = wanted.filter((name) => needs[name]);
    await this.#slowly.begin(names, async (missing) => {
      const nets = await Promise.all(missing.map((name) => this.#slowNet(/** @type {Asset} */ (needs[name]))));
      const runtime = await this.#once(needs.runtime.file, () => compile(needs.runtime, this.#progress));
      tell({ is: 'fetched', fetched: fetchedSoFar() });
      return { runtime, nets: Object.fromEntries(missing.flatMap((name, k) => (nets[k] ? [[name, nets[k]]] : []))) };
    });
  }

  /** A net without which everything works; null where it does not come. @param {Asset} net */
  #slowNet(net) {
    return this.#once(net.file, () => fetchAsset(net, new Progress(() => {}))).catch((error) => {
      if (!(error instanceof Failure)) throw error;
      return null;
    });
  }

  /**
   * Who stands there: hands in every frame, unless only a face wears something, and now and then a face.
   * @param {ImageData} data @param {number} timeMs @param {WornSet} set
   */
  #watch(data, timeMs, { hands, faces }) {
    this.#frames += 1;
    const due = hands || !faces || this.#frames % WATCHED_HANDS_EVERY === 0;
    const found = due && this.#hands ? this.#hands.detect(data, timeMs) : null;
    if (found) this.#beside = found;
    const look = faces || this.#frames % WATCHED_FACES_EVERY === 0;
    return { hands: found, faces: look && this.#faces ? this.#faces.detect(data, timeMs) : null };
  }

  /**
   * Hands and faces that something is worn on, and hands that may hide it.
   * @param {ImageData} data @param {number} timeMs @param {WornSet} set
   */
  #quickly(data, timeMs, { hands, faces, hidden, turns }) {
    turns?.next(timeMs);
    const hand = () => this.#hands?.detect(data, timeMs) ?? [];
    const face = () => this.#faces?.detect(data, timeMs) ?? [];
    const beside = hidden ? this.#slowly.hands(data, timeMs) : [];
    return {
      hands: !hands ? beside : turns ? turns.seen('hands', hand) : hand(),
      faces: !faces ? [] : turns ? turns.seen('faces', face) : face(),
    };
  }

  /** @param {ImageBitmap} image */
  #read(image) {
    const pixels = this.#pixels;
    if (!pixels) throw new Failure('unsupported');
    const { width, height } = image;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    pixels.drawImage(image, 0, 0);
    return pixels.getImageData(0, 0, width, height);
  }

  /**
   * The number that stands for how a chain lies.
   * @param {Laid | null} laid @param {Laid[]} fresh takes those that were not told before
   */
  #known(laid, fresh) {
    if (!laid) return null;
    if (!this.#laid.has(laid.number)) fresh.push(laid);
    this.#laid.add(laid.number);
    return laid.number;
  }

  /** @param {Asked} asked @returns {Promise<Model>} */
  #model({ hash, finger = 'ring' }) {
    const needs = /** @type {Needs} */ (this.#needs);
    const address = needs.facts.replace('{hash}', encodeURIComponent(hash)).replace('{finger}', finger);
    return this.#once(address, async () => {
      const facts = await fetchDocument(address);
      return modelOf(facts, new URL(facts.file, self.location.origin).href);
    });
  }

  /**
   * @template Value
   * @param {string} address @param {() => Promise<Value>} fetching
   * @returns {Promise<Value>}
   */
  #once(address, fetching) {
    const known = this.#fetched.get(address);
    if (known) return known;
    const found = fetching();
    this.#fetched.set(address, found);
    found.catch(() => this.#fetched.delete(address)); // another try fetches anew
    return found;
  }
}

/** @param {import('../tryon/types.js').WornPiece} piece */
const isShown = ({ worn }) => worn.some(({ opacity }) => opacity > 0);

/** @param {import('../tryon/nets/heavy.js').Looks} looks */
const namesOf = (looks) => /** @type {const} */ (['person', 'bodies']).filter((name) => looks[name]);

/** What was fetched, in full. */
const fetchedSoFar = () => [self.location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)];

/** @param {Asset} runtime @param {Progress} progress */
async function compile(runtime, progress) {
  const code = await fetchAsset(runtime, progress);
  return WebAssembly.compile(code).catch(unsupported);
}

/** @returns {never} */
function unsupported() {
  throw new Failure('unsupported');
}

/** @param {FromWorker} message @param {Transferable[]} [moved] */
function tell(message, moved = []) {
  self.postMessage(message, { transfer: moved });
}

if (self.name === NAME) serve();
else {
  const worker = new Worker();
  self.addEventListener('message', ({ data }) => {
    worker.take(data).catch((error) => {
      tell({ is: 'failed', reason: error instanceof Failure ? error.reason : 'broken' });
    });
  });
}
