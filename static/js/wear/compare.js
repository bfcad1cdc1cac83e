/** Two pictures of the same moment: one over the other with a line to draw across, or side by side. */
import { html } from '../viewer/markup.js';
import { _ } from '../words.js';

/** @typedef {import('./types.js').Asked} Asked */
/** @typedef {{ asked: Asked[] | null, words: string }} Design null: nothing worn */

const WORDS = {
  bare: _('Without it'),
  with: _('Compared with'),
  line: _('Where one picture ends and the other begins'),
  over: _('One over the other'),
  beside: _('Side by side'),
};

/** Fires "chosen" { design } when another one is wanted. */
export class Compare extends EventTarget {
  /** Over the picture, at the start side. */
  side = html('div', { class: 'fitting-before', hidden: true });
  #line = html('input', { type: 'range', class: 'fitting-line', min: '0', max: '100', value: '50', dir: 'ltr', 'aria-label': WORDS.line, hidden: true });
  #choice = html('select', {});
  #way = html('button', { type: 'button', class: 'fitting-word', 'aria-pressed': 'false' }, WORDS.beside);
  #names = [html('span', {}), html('span', {})];
  captions = html('p', { class: 'fitting-names', 'aria-hidden': 'true', hidden: true }, ...this.#names);
  tools = html('div', { class: 'fitting-comparing', hidden: true }, html('label', {}, html('span', {}, WORDS.with), this.#choice), this.#way);
  /** @type {Design[]} */ #designs = [];
  on = false;

  /** @param {HTMLElement} glass that shows both */
  constructor(glass) {
    super();
    this.glass = glass;
    glass.append(this.side, this.#line, this.captions);
    this.#line.addEventListener('input', () => this.#draw());
    this.#choice.addEventListener('change', () => this.#tell());
    this.#way.addEventListener('click', () => {
      const beside = this.#way.getAttribute('aria-pressed') !== 'true';
      this.#way.setAttribute('aria-pressed', String(beside));
      glass.toggleAttribute('data-beside', beside);
      this.#line.hidden = beside;
    });
  }

  /**
   * @param {Design[]} designs that were worn before, the last first
   * @param {string} now what is worn
   */
  begin(designs, now) {
    this.on = true;
    this.#designs = [{ asked: null, words: WORDS.bare }, ...designs];
    this.#choice.replaceChildren(...this.#designs.map(({ words }, at) => html('option', { value: String(at) }, words)));
    this.#names[1].textContent = now;
    this.tools.hidden = false;
    this.#line.value = '50';
    this.#draw();
    this.#tell();
  }

  /**
   * The other picture is there.
   * @param {HTMLCanvasElement} canvas
   */
  show(canvas) {
    canvas.setAttribute('aria-hidden', 'true');
    this.side.replaceChildren(canvas);
    this.side.hidden = this.captions.hidden = false;
    const beside = this.#way.getAttribute('aria-pressed') === 'true';
    this.#line.hidden = beside;
    this.glass.toggleAttribute('data-beside', beside);
  }

  end() {
    this.on = false;
    this.side.replaceChildren();
    this.side.hidden = this.#line.hidden = this.captions.hidden = this.tools.hidden = true;
    this.glass.removeAttribute('data-beside');
  }

  #draw() {
    const share = Number(this.#line.value) / 100; // a thumb's middle comes no nearer to an end than half of it
    this.glass.style.setProperty('--line', `calc(1.375rem + (100% - 2.75rem) * ${share})`);
  }

  #tell() {
    const design = this.#designs[Number(this.#choice.value)] ?? this.#designs[0];
    this.#names[0].textContent = design.words;
    this.dispatchEvent(new CustomEvent('chosen', { detail: { design } }));
  }
}
