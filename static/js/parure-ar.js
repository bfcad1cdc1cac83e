import { quickLookAddress, sceneViewerAddress, wayOf } from './ar.js';
import { ours } from './home.js';
import { _ } from './words.js';

/** @typedef {import('./ar.js').Way} Way */
/** @typedef {import('./ar.js').Shown} Shown */

/**
 * <parure-ar>: one button into augmented reality, by the way that this device has. Set `shown`.
 *
 * Fires "ar" with `{ way }` before it goes; a listener that prevents the default goes its own way.
 */
export class ParureAR extends HTMLElement {
  /** @type {Shown | undefined} */ #shown;
  /** @type {AbortController | undefined} */ #connection;
  #button = document.createElement('button');
  /** @type {HTMLDialogElement | undefined} */ #dialog;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#button.type = 'button';
    this.#button.className = 'button ar';
    this.#button.textContent = _('See it in your room');
    this.#button.hidden = this.#shown === undefined;
    this.#button.addEventListener('click', this.#go, { signal });
    this.prepend(this.#button);
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#dialog?.remove();
    this.#dialog = undefined;
  }

  /** What is looked at. @param {{ name: string, urls: { model: string, page: string } }} configuration */
  set shown({ name, urls }) {
    this.#shown = { name, model: ours(urls.model), page: ours(urls.page) };
    this.#button.hidden = false;
  }

  get way() {
    return wayOf(document, navigator);
  }

  #go = () => {
    if (!this.#shown) return;
    const { way } = this;
    const going = new CustomEvent('ar', { detail: { way }, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(going)) return;
    if (way === 'hand-over') this.#handOver(this.#shown);
    else this.#leave(way, this.#shown);
  };

  /**
   * @param {Way} way
   * @param {Shown} shown
   */
  #leave(way, shown) {
    const link = document.createElement('a');
    if (way === 'quick-look') {
      link.rel = 'ar';
      link.append(document.createElement('img')); // Safari takes only links around one picture
      link.href = quickLookAddress(shown);
    } else {
      link.href = sceneViewerAddress(shown);
    }
    link.click();
  }

  /** @param {Shown} shown */
  #handOver({ name, page }) {
    const dialog = (this.#dialog ??= this.#makeDialog());
    const picture = /** @type {HTMLImageElement} */ (dialog.querySelector('img'));
    const address = new URL(page);
    const product = /** @type {string} */ (address.pathname.split('/').at(-1));
    picture.src = ours(`/api/v1/qr/${product}.svg${address.search}`);
    picture.alt = _('A code that opens {name} on your phone', { name });
    dialog.showModal();
  }

  #makeDialog() {
    const dialog = document.createElement('dialog');
    const title = document.createElement('h2');
    const picture = document.createElement('img');
    const words = document.createElement('p');
    const close = document.createElement('button');
    dialog.className = 'hand-over';
    title.textContent = _('See it in your room');
    title.id = 'parure-ar-title';
    dialog.setAttribute('aria-labelledby', title.id);
    picture.width = picture.height = 240;
    picture.crossOrigin = 'anonymous';
    words.textContent = _('Point your phone’s camera at the code: the piece appears before you at its true size.');
    close.type = 'button';
    close.className = 'quiet';
    close.textContent = _('Close');
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.append(title, picture, words, close);
    this.append(dialog);
    return dialog;
  }
}

customElements.define('parure-ar', ParureAR);
