/** The pieces at the edge, family after family, as buttons with their pictures. */

/** @typedef {{ id: string, name: string, picture: string | null }} Choice */
/** @typedef {{ id: string, name: string, choices: Choice[] }} Option */
/**
 * @typedef {object} TrayPiece
 * @property {string} product
 * @property {string} name
 * @property {string} family
 * @property {string} about
 * @property {string} picture
 * @property {string[]} scenes
 * @property {string | null} film
 * @property {Option[]} options
 * @property {string} choosers
 */
/** @typedef {{ families: { id: string, name: string }[], pieces: TrayPiece[] }} Lying */
/** @typedef {import('./link.js').Worn} Worn */

const AGAIN_MS = 1000;

/**
 * What lies in the tray; asked for until it is told.
 * @param {string} address
 * @returns {Promise<Lying>}
 */
export async function lying(address) {
  for (;;) {
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.json();
    } catch {
      // the service starts; it is asked again
    }
    await new Promise((later) => setTimeout(later, AGAIN_MS));
  }
}

/** The buttons of a tray. */
export class Tray {
  /** @type {Map<string, TrayPiece>} */ pieces = new Map();
  #families;
  #list;
  #family = '';

  /**
   * @param {ParentNode} root holds [data-families] and [data-tray]
   * @param {(piece: TrayPiece) => void} choose
   */
  constructor(root, choose) {
    this.#families = /** @type {HTMLElement} */ (root.querySelector('[data-families]'));
    this.#list = /** @type {HTMLElement} */ (root.querySelector('[data-tray]'));
    this.#families.addEventListener('click', ({ target }) => {
      if (target instanceof HTMLButtonElement) this.open(target.value);
    });
    this.#list.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      const piece = button && this.pieces.get(button.value);
      if (piece) choose(piece);
    });
  }

  /** @param {Lying} lying */
  fill({ families, pieces }) {
    this.pieces = new Map(pieces.map((piece) => [piece.product, piece]));
    this.#families.replaceChildren(
      ...families.map(({ id, name }) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.value = id;
        button.textContent = name;
        return button;
      }),
    );
    this.#list.replaceChildren(...pieces.map(tile));
    this.open(families[0]?.id ?? '');
  }

  /**
   * Show the pieces of one family.
   * @param {string} family
   */
  open(family) {
    if (this.#family === family) return;
    this.#family = family;
    for (const button of this.#families.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.value === family));
    }
    for (const button of this.#list.querySelectorAll('button')) {
      button.hidden = this.pieces.get(button.value)?.family !== family;
    }
    this.#list.scrollTo(0, 0);
  }

  /**
   * Mark what is worn; the piece that is being changed comes into sight.
   * @param {Worn[]} worn
   * @param {number} active
   * @param {boolean} preparing
   */
  mark(worn, active, preparing) {
    const now = worn[active]?.product;
    for (const button of this.#list.querySelectorAll('button')) {
      const on = worn.some((piece) => piece.product === button.value);
      const came = on && button.value === now && button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(on));
      button.toggleAttribute('data-preparing', preparing && button.value === now);
      if (came) {
        this.open(this.pieces.get(button.value)?.family ?? this.#family);
        button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
  }
}

/** @param {TrayPiece} piece */
function tile({ product, name, picture }) {
  const button = document.createElement('button');
  const image = document.createElement('img');
  const words = document.createElement('span');
  button.type = 'button';
  button.value = product;
  button.setAttribute('aria-pressed', 'false');
  image.src = picture;
  image.alt = '';
  image.loading = 'lazy';
  image.decoding = 'async';
  words.textContent = name;
  button.append(image, words);
  return button;
}
