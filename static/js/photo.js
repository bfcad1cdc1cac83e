import { fitWords } from './fit.js';
import { Refusal, tryOnPhoto } from './service.js';
import { _ } from './words.js';

/** @typedef {import('./service.js').Worn} Worn */

const LONGEST_SIDE = 1600;
const SLOW_MS = 400;
const LARGEST_BYTES = 32_000_000;

/**
 * <try-on-photo>: a photo chosen, taken or dropped, with the jewel worn.
 *
 * Holds an <input type="file">, an <img>, [data-save], [data-again] and [data-status]. Attribute `state`: empty,
 * working, done; `data-placing` and `data-worn` say what happens, `data-nobody` what to do when nobody is seen.
 */
export class TryOnPhoto extends HTMLElement {
  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #asking;
  /** @type {Worn | undefined} */ #worn;
  /** @type {Blob | undefined} */ #photo;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#input.addEventListener('change', () => this.#take(this.#input.files), { signal });
    this.querySelector('[data-again]')?.addEventListener('click', () => this.#input.click(), {
      signal,
    });
    this.querySelector('[name="reference"]')?.addEventListener('change', () => this.#tryOn(), { signal });
    this.addEventListener('dragover', this.#over, { signal });
    this.addEventListener('dragleave', () => this.removeAttribute('over'), { signal });
    this.addEventListener('drop', this.#drop, { signal });
    this.setAttribute('state', 'empty');
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#asking?.abort();
  }

  /** @param {Worn} worn */
  set worn(worn) {
    this.#worn = worn;
    if (this.#photo) this.#tryOn();
  }

  /** @param {DragEvent} event */
  #over = (event) => {
    event.preventDefault();
    this.setAttribute('over', '');
  };

  /** @param {DragEvent} event */
  #drop = (event) => {
    event.preventDefault();
    this.removeAttribute('over');
    this.#take(event.dataTransfer?.files ?? null);
  };

  /** @param {FileList | null} files */
  #take(files) {
    const photo = files?.[0];
    if (!photo) return;
    if (photo.size > LARGEST_BYTES) {
      this.#say(_('This photo is too large: at most 32 MB can be taken.'));
      return;
    }
    this.#photo = photo;
    this.#tryOn();
  }

  async #tryOn() {
    if (!this.#photo || !this.#worn) return;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const before = this.getAttribute('state') === 'done' ? 'done' : 'empty';
    this.setAttribute('state', 'working');
    const slow = setTimeout(() => this.#say(this.dataset.placing ?? ''), SLOW_MS);
    try {
      const result = await tryOnPhoto(this.#photo, this.#worn, LONGEST_SIDE, asking.signal, this.#reference);
      const image = this.#image;
      const [width, height] = result.image_size;
      image.width = width;
      image.height = height;
      this.style.setProperty('--shape', `${width} / ${height}`);
      image.src = result.picture;
      const worn = result.placements.length > 0;
      image.alt = (worn && this.dataset.worn) || _('Your photo');
      await image.decode();
      const save = /** @type {HTMLAnchorElement} */ (this.querySelector('[data-save]'));
      save.href = result.picture;
      save.download = save.dataset.save ?? '';
      this.setAttribute('state', 'done');
      const fits = result.placements.flatMap(({ fit }) => (fit ? [fitWords(fit, document.documentElement.lang)] : []));
      this.#say(worn ? fits.join(' ') : (this.dataset.nobody ?? ''));
    } catch (error) {
      if (asking.signal.aborted) return;
      this.setAttribute('state', before);
      this.#say(error instanceof Refusal ? error.message : _('This photo cannot be shown.'));
    } finally {
      clearTimeout(slow);
      this.#input.value = '';
    }
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input[type="file"]'));
  }

  get #reference() {
    return /** @type {HTMLSelectElement | null} */ (this.querySelector('[name="reference"]'))?.value;
  }

  get #image() {
    return /** @type {HTMLImageElement} */ (this.querySelector('img'));
  }

  /** @param {string} words */
  #say(words) {
    const status = this.querySelector('[data-status]');
    if (status) status.textContent = words;
  }
}

customElements.define('try-on-photo', TryOnPhoto);
