import { Refusal, configure } from './service.js';

/** @typedef {import('./service.js').Configuration} Configuration */

/**
 * <jewel-configurator product>: a form of options.
 *
 * Each choice goes to the server, which decides; emits "configured" with the Configuration. A
 * choice that cannot be made is explained in [data-status].
 */
export class JewelConfigurator extends HTMLElement {
  /** @type {AbortController | undefined} */ #connection;
  /** @type {AbortController | undefined} */ #asking;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener('change', this.#choose, { signal });
    this.addEventListener('input', this.#name, { signal });
    this.addEventListener('submit', (event) => event.preventDefault(), { signal });
  }

  disconnectedCallback() {
    this.#connection?.abort();
    this.#asking?.abort();
  }

  /** @returns {Record<string, string>} */
  get options() {
    const form = /** @type {HTMLFormElement} */ (this.querySelector('form'));
    return Object.fromEntries(
      [...new FormData(form)].map(([key, value]) => [key, String(value)]),
    );
  }

  /** Say the value of a slider while it moves, and of a list when it is chosen. */
  #name = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const output = this.querySelector(`[data-value="${input.name}"]`);
    if (!output) return;
    const words = input.closest('label')?.textContent?.trim() ?? input.value;
    const number = Number(words);
    const written = input.dataset.unit?.replace('{number}', new Intl.NumberFormat(document.documentElement.lang).format(number));
    output.textContent = written ?? words;
  };

  #choose = async () => {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const product = /** @type {string} */ (this.getAttribute('product'));
      const configuration = await configure(product, this.options, asking.signal);
      this.#say('');
      this.dispatchEvent(new CustomEvent('configured', { detail: configuration, bubbles: true }));
    } catch (error) {
      if (error instanceof Refusal) this.#say(error.message);
      else if (!asking.signal.aborted) throw error;
    }
  };

  /** @param {string} words */
  #say(words) {
    const status = this.querySelector('[data-status]');
    if (status) status.textContent = words;
  }
}

customElements.define('jewel-configurator', JewelConfigurator);
