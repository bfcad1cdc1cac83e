/** The few options of the piece that is worn, as swatches of metal and stone or as words. */

/** @typedef {import('./tray.js').Option} Option */
/** @typedef {import('./link.js').Worn} Worn */

/** Rows of choices, one for each option. */
export class Swatches {
  #root;
  #product = '';

  /**
   * @param {HTMLElement} root
   * @param {(option: string, value: string) => void} choose
   */
  constructor(root, choose) {
    this.#root = root;
    root.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button) choose(button.name, button.value);
    });
  }

  /**
   * @param {Worn | undefined} worn the piece that is changed
   * @param {Option[]} options
   */
  show(worn, options) {
    if (!worn) {
      this.#product = '';
      this.#root.replaceChildren();
      return;
    }
    if (worn.product !== this.#product) {
      this.#product = worn.product;
      this.#root.replaceChildren(...options.map(row));
    }
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll('[data-option]'))) {
      const id = group.dataset.option ?? '';
      group.hidden = worn.idle.includes(id);
      const words = /** @type {HTMLElement} */ (group.querySelector('.value'));
      for (const button of group.querySelectorAll('button')) {
        const chosen = button.value === worn.options[id];
        const came = chosen && button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(chosen));
        if (chosen) words.textContent = button.title;
        if (came) button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
  }
}

/** @param {Option} option */
function row({ id, name, choices }) {
  const group = document.createElement('div');
  const label = document.createElement('p');
  const value = document.createElement('span');
  const list = document.createElement('div');
  group.dataset.option = id;
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', name);
  label.className = 'label';
  label.textContent = name;
  value.className = 'value';
  label.append(' ', value);
  list.className = 'choices';
  list.append(
    ...choices.map((choice) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.name = id;
      button.value = choice.id;
      button.title = choice.name;
      if (choice.picture) {
        const image = document.createElement('img');
        image.src = choice.picture;
        image.alt = choice.name;
        image.loading = 'lazy';
        button.append(image);
      } else {
        button.className = 'word';
        button.textContent = choice.name;
      }
      return button;
    }),
  );
  group.append(label, list);
  return group;
}
