/**
 * The fitting room: a leaf over the whole page with the mirror, what is said beside it and what can be done.
 *
 * It opens on a press, asks before any camera does, and forgets everything when it closes. The options of
 * the page move into it meanwhile, so that what is worn can be changed.
 */
import style from '../../css/fitting.css?sheet&plain';
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';
import { Compare } from './compare.js';
import { Controls } from './controls.js';
import { Desk } from './desk.js';
import { Guidance } from './guidance.js';
import { Keeping } from './keeping.js';
import { awayLeaf, button, consentLeaf, promise, refusalLeaf, serverLeaf } from './leaves.js';
import { Progress } from './progress.js';
import { Session } from './session.js';
import { shares } from './stills.js';
import { Taking } from './taking.js';
import { Wardrobe } from './wardrobe.js';

/** @typedef {import('./camera.js').Facing} Facing */
/** @typedef {import('./camera.js').Refused} Refused */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./visit.js').WornPiece} WornPiece */

const COVERS = 0.72; // of a frame that is seen when it fills the glass; else it is shown whole

const WORDS = {
  back: _('Back'),
  worn: _('It is worn now.'),
  another: _('Another camera looks now.'),
};

let sheet = /** @type {CSSStyleSheet | undefined} */ (undefined);

/** Open while it exists. */
export class Room {
  #dialog = html('dialog', { class: 'fitting', 'aria-labelledby': 'fitting-name' });
  #canvas = html('canvas', { class: 'fitting-picture', role: 'img', width: '1', height: '1' });
  #video = html('video', { class: 'fitting-eye', playsinline: true, muted: true, 'aria-hidden': 'true', tabindex: '-1' });
  #glass = html('div', { class: 'fitting-glass' });
  #leaf = html('div', { class: 'fitting-leaf' });
  #heard = html('p', { class: 'unseen', role: 'status' });
  #keeping = new Keeping();
  #life = new AbortController();
  /** @type {import('./house.js').House | undefined} */ #house;
  #began = performance.now();

  /** @param {Visit} visit */
  constructor(visit) {
    const { told } = visit;
    this.visit = visit;
    const [first] = Object.values(told.pieces);
    this.#canvas.setAttribute('aria-label', first.mirrored);
    this.wardrobe = new Wardrobe(visit, this.#keeping, () => this.#dress());
    this.session = new Session(this.#canvas, this.#video);
    this.guidance = new Guidance(first.anchor);
    this.progress = new Progress();
    this.compare = new Compare(this.#glass);
    this.controls = new Controls({
      take: () => this.taking.take(),
      later: () => this.taking.later(),
      again: () => this.#again(),
      turn: () => this.#turn(),
      photo: (photo) => this.#show(photo),
      compare: () => this.taking.compare(),
      save: () => this.taking.save(),
      share: () => this.taking.share(first.name),
      close: () => this.close(),
      desk: (open) => this.#dialog.toggleAttribute('data-desk', open),
    }, shares());
    this.desk = new Desk(visit, this.wardrobe.places, this.#keeping, (side) => this.#side(side));
    const { session, wardrobe, compare, controls } = this;
    this.taking = new Taking({ session, wardrobe, compare, controls, hear: (words) => this.#hear(words), taken: visit.taken });
    this.#glass.prepend(html('div', { class: 'fitting-after' }, this.#canvas));
    this.#glass.append(this.#video, this.guidance.root, this.progress.root, this.taking.count, promise('fitting-stay'));
    this.#dialog.append(this.#glass, this.compare.tools, this.controls.root, this.desk.root, this.#leaf, this.#heard);
    this.#listen();
  }

  /** Open it: first what is asked, unless the device remembers that it was answered. */
  open() {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
    }
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    document.body.append(this.#dialog);
    this.#side(this.#keeping.get('side') ?? 'right');
    this.#dialog.showModal();
    const agreed = this.#keeping.get('agreed') === this.visit.told.agreement;
    if (!agreed) this.#lay(consentLeaf(this.visit.told, this.guidance.anchor, this.#keeping.remembers, this.#ways()), 'consent');
    this.#dress(); // what it takes comes while that is read; no camera does
    if (agreed) this.#camera();
  }

  /**
   * Other pieces, or the same with other options.
   * @param {WornPiece[]} pieces
   */
  wear(pieces) {
    this.wardrobe.pieces = pieces;
    this.desk.tell(pieces);
    this.#dress();
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  #listen() {
    const { signal } = this.#life;
    const hear = (/** @type {string} */ type, /** @type {(detail: any) => void} */ act) =>
      this.session.addEventListener(type, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal });
    hear('state', ({ state, reason }) => this.#become(state, reason));
    hear('progress', ({ loaded, total }) => this.progress.note(loaded, total));
    hear('ready', () => this.progress.done());
    hear('frame', ({ solved, first }) => this.#framed(solved, first));
    hear('camera', ({ several }) => this.controls.cameras(several));
    hear('held', () => this.controls.focus('save'));
    this.#dialog.addEventListener('close', () => this.#closed(), { once: true });
    this.#glass.addEventListener('dragover', (event) => event.preventDefault(), { signal });
    this.#dialog.addEventListener('drop', (event) => {
      event.preventDefault();
      const photo = event.dataTransfer?.files[0];
      if (photo && this.#dialog.dataset.leaf !== 'server') this.#show(photo);
    }, { signal });
    const fit = new ResizeObserver(() => this.#fit());
    fit.observe(this.#glass);
    signal.addEventListener('abort', () => fit.disconnect());
  }

  /** What is worn now, asked of the mirror. */
  #dress() {
    this.session.wear(this.wardrobe.dress());
    this.#house?.wear(this.wardrobe.helped);
    if (this.compare.on) this.compare.end();
    this.controls.comparing(false);
  }

  #ways() {
    return {
      camera: () => this.#camera(),
      photo: (/** @type {File} */ photo) => this.#show(photo),
      server: () => this.#lay(serverLeaf(this.visit.told, { agree: () => this.#askHouse(), back: () => this.#consent() }), 'server'),
      close: () => this.close(),
      elsewhere: () => this.#elsewhere(),
      remember: (/** @type {boolean} */ on) => this.#keeping.remember(on),
    };
  }

  /** In a window of its own, where a page around cannot keep the camera back. */
  #elsewhere() {
    const [{ product, options }] = this.wardrobe.pieces;
    window.open(`${location.origin}/p/${product}?${new URLSearchParams(options)}#try-on`, '_blank', 'noopener');
  }

  #consent() {
    this.#lay(consentLeaf(this.visit.told, this.guidance.anchor, this.#keeping.remembers, this.#ways()), 'consent');
  }

  /** The shopper agreed: the camera may be asked for. */
  #camera() {
    this.#agree();
    this.#open(/** @type {Facing} */ (this.#keeping.get('facing') ?? 'user'));
  }

  /** @param {File} photo */
  #show(photo) {
    this.#agree();
    this.session.show(photo);
  }

  #agree() {
    this.#keeping.set('agreed', this.visit.told.agreement);
    this.desk.keeps();
  }

  /** @param {Facing} facing */
  #open(facing) {
    this.session.wear(this.wardrobe.asked); // again, if what it takes did not come before
    this.session.open(facing);
  }

  async #askHouse() {
    const { House } = await import('./house.js');
    const [{ product }] = this.wardrobe.pieces;
    this.#house = new House(product, this.visit.told.pieces[product]);
    this.#house.wear(this.wardrobe.helped);
    const back = button(WORDS.back, 'button plain', () => this.#consent());
    this.#lay(html('div', { class: 'fitting-page wide' }, this.wardrobe.places.root, this.#house.root, html('div', { class: 'fitting-ways' }, back)), 'house');
  }

  /**
   * @param {import('./session.js').State} state
   * @param {Refused} [reason]
   */
  #become(state, reason) {
    const { dataset } = this.#dialog;
    dataset.state = state;
    if (reason) dataset.reason = reason;
    else delete dataset.reason;
    this.controls.become(state);
    this.taking.stop();
    if (state !== 'live') this.guidance.silence();
    if (state === 'live' || state === 'photo') this.#lay(null);
    if (state !== 'held' && state !== 'photo') this.compare.end();
    this.#glass.toggleAttribute('data-mirrored', this.session.mirrored);
    this.progress.wait(state === 'live' || state === 'photo' || state === 'opening');
    if (state === 'refused' && this.#dialog.open && dataset.leaf !== 'house') this.#lay(refusalLeaf(reason ?? 'broken', this.#ways()), 'refused');
    if (state === 'away' && this.#dialog.open) this.#lay(awayLeaf(this.#ways()), 'away');
    if (state === 'live') this.controls.focus('take');
    this.#fit();
  }

  /**
   * @param {import('./types.js').Solved} solved
   * @param {boolean} first
   */
  #framed(solved, first) {
    const { dataset } = this.#dialog;
    dataset.frames = String(Number(dataset.frames ?? 0) + 1);
    const worn = solved.layers.some(({ pieces }) => pieces.some((piece) => piece.worn.some(({ opacity }) => opacity > 0)));
    if (worn && !this.#dialog.hasAttribute('data-worn')) {
      dataset.firstMs = String(Math.round(performance.now() - this.#began));
      this.#hear(WORDS.worn);
    }
    this.#dialog.toggleAttribute('data-worn', worn);
    this.guidance.note(solved.lacks, performance.now());
    if (!first) return;
    this.#fit();
    this.controls.able(true);
    if (document.activeElement === document.body) this.controls.focus(this.session.state === 'live' ? 'take' : 'save'); // what was pressed is gone
  }

  /** A frame fills the glass where little of it is lost; else it is seen whole. */
  #fit() {
    const { width, height } = this.#canvas;
    const { clientWidth, clientHeight } = this.#glass;
    const [frame, glass] = [width / height, clientWidth / Math.max(clientHeight, 1)];
    this.#glass.toggleAttribute('data-covers', width > 1 && Math.min(frame / glass, glass / frame) >= COVERS);
  }

  #again() {
    if (this.session.resumable) this.session.resume();
    else this.#camera();
  }

  #turn() {
    const facing = this.session.mirrored ? 'environment' : 'user';
    this.#keeping.set('facing', facing);
    this.#open(facing);
    this.#hear(WORDS.another);
  }

  /**
   * Lays a leaf over the mirror, or takes it away.
   * @param {HTMLElement | null} page
   * @param {string} [name]
   */
  #lay(page, name = '') {
    if (name !== 'house') {
      this.#house = undefined;
      this.desk.place();
    }
    this.#leaf.replaceChildren(...(page ? [page] : []));
    this.#dialog.dataset.leaf = name;
    for (const part of [this.#glass, this.controls.root, this.desk.root]) part.inert = page !== null;
    /** @type {HTMLElement | null | undefined} */ (page?.querySelector('h2, h3'))?.focus();
  }

  /** @param {string} side of the hand that presses */
  #side(side) {
    this.#dialog.dataset.side = side;
  }

  /** @param {string} words */
  #hear(words) {
    this.#heard.textContent = words;
  }

  #closed() {
    this.taking.stop();
    this.session.close();
    this.#life.abort();
    this.desk.close();
    this.#dialog.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    this.visit.closed();
  }
}
