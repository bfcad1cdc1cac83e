/**
 * The collection by itself, for when nobody is there: a slow turn or stills of one piece after the
 * other, dissolving. Nothing stands still on the screen for long, so that nothing burns in.
 */

/** @typedef {import('./tray.js').TrayPiece} TrayPiece */
/** @typedef {{ piece: TrayPiece, film: string | null, still: string }} Scene */

export const STILL_MS = 9000;
const PATIENCE_MS = 8000; // for a film or a still; then the next is tried
const PLACES = 4; // where the caption may stand
const DETAIL = 1; // index of the near view among a piece's stills

/**
 * The order of the loop: families take turns, a film alone or the whole piece and a detail of it.
 * @param {TrayPiece[]} pieces
 * @returns {Scene[]}
 */
export function scenesOf(pieces) {
  /** @type {Map<string, TrayPiece[]>} */
  const families = new Map();
  for (const piece of pieces) families.set(piece.family, [...(families.get(piece.family) ?? []), piece]);
  const rows = [...families.values()];
  const turns = Math.max(0, ...rows.map((row) => row.length));
  /** @type {Scene[]} */
  const scenes = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const row of rows) {
      const piece = row[turn];
      if (!piece) continue;
      scenes.push({ piece, film: piece.film, still: piece.scenes[0] });
      if (!piece.film) scenes.push({ piece, film: null, still: piece.scenes[DETAIL] ?? piece.scenes[0] });
    }
  }
  return scenes;
}

/** Shows scenes until it is stopped. */
export class Attract {
  /** @type {Scene[]} */ #scenes = [];
  #root;
  #plates;
  #running = 0; // number of the run; 0 when stopped
  #runs = 0;
  #next = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#plates = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-plate]'))];
  }

  /** @param {TrayPiece[]} pieces */
  fill(pieces) {
    this.#scenes = scenesOf(pieces);
    this.#next = 0;
    if (this.#running) this.start();
  }

  /** Begin, or begin again with other pieces. */
  start() {
    this.#running = this.#runs += 1;
    if (this.#scenes.length) this.#run(this.#running);
  }

  /** Stop and let go of what was decoded. */
  stop() {
    this.#running = 0;
    for (const plate of this.#plates) empty(plate);
  }

  get running() {
    return this.#running > 0;
  }

  /** @param {number} run */
  async #run(run) {
    let before = this.#plates[1];
    while (run === this.#running) {
      const scene = this.#scenes[this.#next % this.#scenes.length];
      const plate = before === this.#plates[0] ? this.#plates[1] : this.#plates[0];
      const ready = await load(plate, scene);
      if (run !== this.#running) return;
      this.#next += 1;
      if (!ready) {
        await pause(500); // pictures are drawn when they are first asked for
        continue;
      }
      this.#show(plate, before, scene);
      before = plate;
      await shown(plate, scene);
    }
  }

  /**
   * @param {HTMLElement} plate
   * @param {HTMLElement} before
   * @param {Scene} scene
   */
  #show(plate, before, { piece }) {
    plate.dataset.shown = '';
    delete before.dataset.shown;
    this.#root.dataset.place = String(this.#next % PLACES);
    write(this.#root, '[data-attract-name]', piece.name);
    write(this.#root, '[data-attract-about]', piece.about);
  }
}

/**
 * @param {HTMLElement} plate
 * @param {Scene} scene
 * @returns {Promise<boolean>} whether there is something to show
 */
async function load(plate, { film, still }) {
  const image = /** @type {HTMLImageElement} */ (plate.querySelector('img'));
  const video = /** @type {HTMLVideoElement} */ (plate.querySelector('video'));
  empty(plate);
  plate.toggleAttribute('data-film', Boolean(film));
  try {
    if (film && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
      video.src = film;
      await Promise.race([video.play(), pause(PATIENCE_MS).then(() => Promise.reject(new Error('late')))]);
      return true;
    }
    plate.removeAttribute('data-film');
    image.src = still;
    await Promise.race([image.decode(), pause(PATIENCE_MS).then(() => Promise.reject(new Error('late')))]);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {HTMLElement} plate
 * @param {Scene} scene
 */
async function shown(plate, { film }) {
  const video = /** @type {HTMLVideoElement} */ (plate.querySelector('video'));
  if (!film || !plate.hasAttribute('data-film')) return pause(STILL_MS);
  const length = Number.isFinite(video.duration) ? video.duration : STILL_MS / 1000;
  await pause(1000 * Math.max(1, length - 3)); // the next dissolves in before it ends
}

/** @param {HTMLElement} plate */
function empty(plate) {
  const video = /** @type {HTMLVideoElement} */ (plate.querySelector('video'));
  plate.querySelector('img')?.removeAttribute('src');
  if (!video.hasAttribute('src')) return;
  video.pause();
  video.removeAttribute('src');
  video.load();
}

/**
 * @param {ParentNode} root
 * @param {string} where
 * @param {string} words
 */
function write(root, where, words) {
  const element = root.querySelector(where);
  if (element) element.textContent = words;
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function pause(ms) {
  return new Promise((later) => setTimeout(later, ms));
}
