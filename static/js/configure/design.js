/** A design chosen in the form of options: every choice goes to the server, which decides; the page follows. */
import '../parure-viewer.js';
import { Refusal, configure } from '../service.js';
import { about, besideStone } from './about.js';
import { preview } from './engraving.js';
import { explain, mark, possible, silent } from './explain.js';
import { fill, name, panels, patient, picture } from './form.js';
import { read, tell } from './sheet.js';
import { Timeline } from './timeline.js';
import { unfold } from './unfold.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {import('../service.js').Piece} Piece */
/** @typedef {import('../parure-viewer.js').ParureViewer} Viewer */

const KEPT = ['lang', 'currency', 'with'];
const WRITTEN_MS = 600; // that a hand rests until the piece shows what it wrote
const THUMB_MS = 120; // that a thumb rests until what lies under it is begun
const PICTURE_MS = 1500; // that a picture is waited for before more is asked
const WORN = ['metals', 'transparent_gems', 'gems']; // what a piece can put on without a new shape

/** The page's design, its form and its viewer; fires "configured" when another one is shown. */
export class Design extends EventTarget {
  #form = /** @type {HTMLFormElement} */ (document.querySelector('#options'));
  #viewer = /** @type {Viewer} */ (document.querySelector('parure-viewer'));
  #status = /** @type {HTMLElement} */ (document.querySelector('#options ~ [data-status]'));
  /** @type {Timeline<Configuration>} */ #timeline;
  /** @type {AbortController | undefined} */ #asking;
  /** @type {AbortController | undefined} */ #looking;
  #lastChanged = '';
  /** What was chosen and is not answered yet. @type {Record<string, string>} */ #pending = {};
  #written = ''; // the line that the last step wrote
  #resting = 0; // of a hand that writes
  /** Where something is written that was not asked about yet. @type {HTMLDetailsElement | undefined} */ #unasked;
  #foreseen = 0; // what a thumb rests on
  /** @type {Promise<void>} */ #unfolded;

  constructor() {
    super();
    const data = /** @type {HTMLElement} */ (document.querySelector('#configuration'));
    /** @type {Piece & { idle: string[] }} */
    const piece = JSON.parse(data.textContent ?? '');
    this.#timeline = new Timeline({ ...piece, ...read() });
    this.#viewer.show(piece);
    tell(this.now);
    this.#unfolded = this.#unfold();
    this.#listen();
  }

  /** What is shown. */
  get now() {
    return this.#timeline.now;
  }

  /** When everything can be chosen. */
  get ready() {
    return this.#unfolded;
  }

  get canUndo() {
    return this.#timeline.canUndo;
  }

  get canRedo() {
    return this.#timeline.canRedo;
  }

  /** One choice back. */
  undo() {
    if (this.canUndo) this.#go(this.#timeline.undo());
  }

  /** One choice forward again. */
  redo() {
    if (this.canRedo) this.#go(this.#timeline.redo());
  }

  async #unfold() {
    const open = panels(this.#form).filter((panel) => panel.open);
    fill(open, this.now); // browsers keep what stood in a form before
    for (const panel of open) picture(panel);
    besideStone(this.#form);
    this.#lookAhead();
    fill(await unfold(this.#form), this.now);
    for (const panel of panels(this.#form)) {
      if (panel.open && !open.includes(panel)) this.#open(panel);
      panel.addEventListener('toggle', () => this.#open(panel));
    }
    for (const opener of document.querySelectorAll('[data-opens]')) {
      const leaf = document.getElementById(opener.getAttribute('data-opens') ?? '');
      opener.addEventListener('click', () => leaf instanceof HTMLDialogElement && leaf.showModal());
    }
    besideStone(this.#form);
    preview(this.#form);
  }

  #listen() {
    const form = this.#form;
    form.addEventListener('submit', (event) => event.preventDefault());
    patient(form);
    form.addEventListener('input', (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const panel = panelOf(input);
      if (panel) name(panel);
      if (input.name === 'carat') besideStone(form);
      if (input.name === 'engraving' || input.name === 'typeface') preview(form);
      if (input.type === 'text') this.#write(input);
      if (input.type === 'range') this.#foresee(input);
    });
    form.addEventListener('change', (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (panelOf(input) === this.#unasked) this.#leave();
      clearTimeout(this.#foreseen);
      this.#choose({ [input.name]: input.value }, panelOf(input));
    });
    form.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-step]');
      const range = button?.parentElement?.querySelector('input');
      if (!(button instanceof HTMLElement) || !range) return;
      if (Number(button.dataset.step) > 0) range.stepUp();
      else range.stepDown();
      range.dispatchEvent(new Event('input', { bubbles: true }));
      range.dispatchEvent(new Event('change', { bubbles: true }));
    });
    addEventListener('popstate', () => this.#follow());
  }

  /** @param {HTMLDetailsElement} panel */
  #open(panel) {
    if (!panel.open) return;
    picture(panel);
    this.#lookAhead();
    preview(this.#form);
    panel.scrollIntoView({ block: 'nearest' });
  }

  /**
   * The piece shows a line while it is written, whenever the hand rests.
   * @param {HTMLInputElement} input
   */
  #write(input) {
    this.#leave();
    this.#unasked = panelOf(input);
    this.#resting = window.setTimeout(() => {
      this.#leave();
      this.#choose({ [input.name]: input.value }, panelOf(input), input);
    }, WRITTEN_MS);
  }

  /** What is written is asked about now, or given up. */
  #leave() {
    clearTimeout(this.#resting);
    this.#unasked = undefined;
  }

  /**
   * The service begins what a thumb rests on before it is let go.
   * @param {HTMLInputElement} input
   */
  #foresee({ name: option, value }) {
    clearTimeout(this.#foreseen);
    this.#foreseen = window.setTimeout(() => {
      const { product, options } = this.now;
      if (!this.#viewer.lit || value === options[option]) return;
      const foreseen = configure(product, { ...options, ...this.#pending, [option]: value }, undefined, this.#viewer.lit);
      foreseen.catch(() => {}); // why not is said when it is chosen
    }, THUMB_MS);
  }

  /**
   * @param {Record<string, string>} change
   * @param {HTMLDetailsElement} [panel] where it was chosen
   * @param {HTMLInputElement} [writing] in which more may be written meanwhile
   */
  async #choose(change, panel, writing) {
    const mine = this.#ask();
    const { product, options } = this.now;
    const [[option, value]] = Object.entries(change);
    const changes = (this.#pending = { ...this.#pending, ...change });
    const stale = () => mine.signal.aborted || (writing !== undefined && writing.value !== value);
    const like = isWorn(panel) ? '' : this.#viewer.lit; // what is only worn takes no other file
    this.#showAhead(changes, panel);
    try {
      const configuration = await configure(product, { ...options, ...changes }, mine.signal, like);
      await this.#unfolded;
      if (stale()) return;
      const line = panel?.dataset.control === 'text' ? option : '';
      this.#timeline.push(configuration, line !== '' && line === this.#written);
      this.#address(configuration, option);
      this.#adopt(configuration, writing ? panel : this.#unasked);
      this.#written = line;
    } catch (error) {
      if (stale()) return;
      this.#pending = {};
      if (!(error instanceof Refusal)) throw error;
      const others = Object.entries(changes).filter(([id]) => !(id in change));
      let last = mine;
      if (others.length > 0) {
        const again = this.#choose(Object.fromEntries(others));
        last = this.#asking ?? mine; // its own
        await again;
      } else this.#viewer.show(this.now);
      if (!last.signal.aborted) await this.#refused(change, panel, error.message, last.signal);
    }
  }

  /**
   * What only changes materials is shown at once; the server's answer follows.
   * @param {Record<string, string>} changes
   * @param {HTMLDetailsElement | undefined} panel of the last of them
   */
  #showAhead(changes, panel) {
    if (!this.#viewer.drawn || !isWorn(panel)) return;
    const { options, ...rest } = this.now;
    const worn = panels(this.#form).filter(isWorn).map(({ dataset }) => dataset.option ?? '').filter((id) => id in changes);
    this.#viewer.show({ ...rest, options: { ...options, ...Object.fromEntries(worn.map((id) => [id, changes[id]])) } });
  }

  /**
   * @param {Record<string, string>} change
   * @param {HTMLDetailsElement | undefined} panel
   * @param {string} message
   * @param {AbortSignal} signal
   */
  async #refused(change, panel, message, signal) {
    const { product, options } = this.now;
    if (!panel) {
      this.#status.textContent = message;
      return;
    }
    const [option, value] = Object.entries(change)[0];
    explain(panel, { because: message, changes: [] }, () => {});
    const found = await possible(product, options, option, { value, signal }).catch(() => null);
    if (!found?.conflict || signal.aborted) return;
    explain(panel, found.conflict, (help) => this.#choose({ ...change, [help.option]: help.value }, panel));
  }

  /** Ask what the open option could be now, and mark what does not go. */
  async #lookAhead() {
    this.#looking?.abort();
    const open = panels(this.#form).find((panel) => panel.open && !panel.hidden);
    if (!open || open.dataset.control === 'text') return;
    const { signal } = (this.#looking = new AbortController());
    const { product, options } = this.now;
    try {
      const found = await possible(product, options, open.dataset.option ?? '', { signal });
      if (!signal.aborted) mark(open, found);
    } catch (error) {
      if (!signal.aborted && !(error instanceof Refusal)) throw error;
    }
  }

  /** @param {Configuration} configuration that was shown before */
  #go(configuration) {
    this.#leave();
    this.#ask().abort();
    this.#address(configuration);
    this.#adopt(configuration);
  }

  /** Back and forward in the browser: the address says what is shown. */
  async #follow() {
    const query = new URLSearchParams(location.search);
    for (const kept of KEPT) query.delete(kept);
    this.#leave();
    this.#lastChanged = '';
    this.#pending = {};
    const mine = this.#ask();
    try {
      const configuration = await configure(this.now.product, Object.fromEntries(query), mine.signal);
      if (mine.signal.aborted) return;
      this.#timeline.push(configuration);
      this.#adopt(configuration);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      this.#status.textContent = error.message;
    }
  }

  /** A new question to the server; what was asked before does not matter any more. */
  #ask() {
    this.#asking?.abort();
    return (this.#asking = new AbortController());
  }

  /**
   * The address follows; one entry of the browser's history for each option that was turned to.
   * @param {Configuration} configuration
   * @param {string} [changed] the option
   */
  #address(configuration, changed = '') {
    const way = changed && changed === this.#lastChanged ? 'replaceState' : 'pushState';
    this.#lastChanged = changed;
    const address = new URL(configuration.urls.page, location.href);
    const here = new URLSearchParams(location.search);
    for (const kept of KEPT) {
      address.searchParams.delete(kept);
      for (const value of here.getAll(kept)) address.searchParams.append(kept, value);
    }
    history[way](null, '', location.pathname + address.search);
  }

  /**
   * Show a configuration everywhere.
   * @param {Configuration} configuration
   * @param {HTMLDetailsElement} [writing] a panel that somebody writes in: it is left alone
   */
  #adopt(configuration, writing) {
    this.#written = '';
    this.#pending = {};
    this.#looking?.abort();
    const shown = this.#viewer.show(configuration);
    fill(panels(this.#form).filter((panel) => panel !== writing), configuration);
    tell(configuration);
    for (const panel of panels(this.#form)) silent(panel);
    this.#status.textContent = '';
    preview(this.#form);
    this.dispatchEvent(new CustomEvent('configured', { detail: configuration }));
    this.#askMore(configuration, shown);
  }

  /**
   * What else is asked about a design waits for its picture: both take the service's time.
   * @param {Configuration} configuration
   * @param {Promise<void>} shown
   */
  async #askMore(configuration, shown) {
    await Promise.race([shown, new Promise((go) => setTimeout(go, PICTURE_MS))]);
    if (configuration !== this.now) return;
    this.#lookAhead();
    about(configuration);
  }
}

/** Whether a piece puts on what a panel offers without a new shape. @param {HTMLDetailsElement} [panel] */
function isWorn(panel) {
  return WORN.includes(panel?.dataset.source ?? '');
}

/**
 * @param {HTMLElement} inside
 * @returns {HTMLDetailsElement | undefined}
 */
function panelOf(inside) {
  return inside.closest('details[data-option]') ?? undefined;
}
