/** The picture that was taken: looked at, put away, and, if the client wishes so, taken home. */
import { _, ngettext } from '../words.js';
import { close } from './closing.js';
import { codeOf } from './qr.js';

/** @typedef {import('./link.js').Link} Link */
/** @typedef {import('./link.js').Told} Told */

/** One leaf beside one picture, or alone with the code of a design. */
export class Taken {
  #root;
  #link;
  #image;
  #title;
  #words;
  #code;
  /** @type {Blob | null} */ #jpeg = null;
  /** @type {string | null} */ #address = null;
  #asked = 0; // number of the command that asked for the design's code

  /**
   * @param {HTMLElement} root
   * @param {Link} link
   */
  constructor(root, link) {
    this.#root = root;
    this.#link = link;
    this.#image = /** @type {HTMLImageElement} */ (root.querySelector('[data-still]'));
    this.#title = /** @type {HTMLElement} */ (root.querySelector('[data-taken-title]'));
    this.#words = /** @type {HTMLElement} */ (root.querySelector('[data-taken-words]'));
    this.#code = /** @type {HTMLImageElement} */ (root.querySelector('[data-code]'));
    root.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button) this.#do(button.value);
    });
  }

  get open() {
    return !this.#root.hidden;
  }

  /**
   * Look at a picture.
   * @param {Blob} jpeg
   */
  show(jpeg) {
    this.clear();
    this.#jpeg = jpeg;
    this.#address = URL.createObjectURL(jpeg);
    this.#image.src = this.#address;
    this.#image.hidden = false;
    this.#say(_('Your picture'), _('It is on this mirror alone, and gone when you leave.'));
    this.#begin();
  }

  /** Ask for the design's code; a picture that is looked at stays. */
  design() {
    this.#asked = this.#link.send('design');
  }

  /**
   * The design's code has come.
   * @param {Told} told
   */
  designed({ id, qr, code }) {
    if (id !== this.#asked) return;
    if (!this.open) this.clear();
    this.#begin();
    this.#say(
      _('Your design'),
      _('Scan it with your phone: the design opens there. There is no picture of you in it. Its code: {code}', { code }),
    );
    this.#draw(qr, _('QR code of the design'));
  }

  /** Put everything away; nothing of it stays in this page. */
  clear() {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#jpeg = this.#address = null;
    this.#asked = 0;
    this.#image.removeAttribute('src');
    this.#code.removeAttribute('src');
    this.#image.hidden = this.#code.hidden = true;
    this.#title.textContent = this.#words.textContent = this.#code.alt = '';
    this.#root.hidden = true;
  }

  #begin() {
    this.#root.toggleAttribute('data-pictured', this.#jpeg !== null);
    for (const each of this.#root.querySelectorAll('[data-needs-picture]')) each.toggleAttribute('hidden', !this.#jpeg);
    if (this.open) return;
    this.#root.hidden = false;
    this.#title.focus();
  }

  /** @param {string} what */
  #do(what) {
    this.#link.send('touch');
    if (what === 'design') this.design();
    else if (what === 'picture') this.#leave();
    else if (what === 'back' || what === 'again') {
      this.clear();
      this.#link.send('put_away');
      if (what === 'again') this.#link.send('capture');
    }
  }

  /** Close the picture and leave it for the client's phone. */
  async #leave() {
    const jpeg = this.#jpeg;
    if (!jpeg) return;
    const { closed, key } = await close(await jpeg.arrayBuffer());
    const answer = await fetch('/api/v1/kiosk/photos', {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: closed,
    });
    const told = await answer.json();
    if (jpeg !== this.#jpeg) return; // put away meanwhile, or another is looked at
    if (!answer.ok) return this.#say(_('Your picture'), told.message);
    const { link, seconds } = told;
    const minutes = Math.round(seconds / 60);
    this.#say(
      _('Your picture, for your phone'),
      ngettext(
        'Scan it with your phone within {count} minute, while you are here. It can be fetched once; its key stands in this code alone.',
        'Scan it with your phone within {count} minutes, while you are here. It can be fetched once; its key stands in this code alone.',
        minutes,
      ),
    );
    this.#draw(codeOf(`${link}#${key}`), _('QR code of the picture'));
  }

  /**
   * @param {string} address
   * @param {string} words
   */
  #draw(address, words) {
    this.#code.src = address;
    this.#code.alt = words;
    this.#code.hidden = false;
  }

  /**
   * @param {string} title
   * @param {string} words
   */
  #say(title, words) {
    this.#title.textContent = title;
    this.#words.textContent = words;
  }
}
