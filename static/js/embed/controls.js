/** The options of an embedded piece as a form; made of nodes, so that strict pages take it. */
import { figures } from '../words.js';
import { node } from './node.js';

/** @typedef {import('./document.js').Option} Option */

const SVG = 'http://www.w3.org/2000/svg';
let made = 0;

/**
 * @param {Option[]} options
 * @param {(id: string, value: string) => void} choose
 * @returns {HTMLFormElement}
 */
export function optionForm(options, choose) {
  const scope = `parure-${(made += 1)}`;
  const form = node('form', { class: 'options', novalidate: '' }, ...options.map((option) => control(option, scope)));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    choose(/** @type {string} */ (input.dataset.option), input.value);
  });
  form.addEventListener('input', ({ target }) => tell(form, /** @type {HTMLInputElement} */ (target)));
  return form;
}

/**
 * Bring a form to what was decided, if it has these very controls.
 * @param {HTMLFormElement} form
 * @param {Option[]} options
 * @returns {boolean} false: draw it anew
 */
export function bring(form, options) {
  const shown = [...form.querySelectorAll('[data-control]')].map((one) => /** @type {HTMLElement} */ (one).dataset.control);
  if (shown.join() !== options.map(controlName).join()) return false;
  for (const { id, value } of options) {
    for (const input of form.querySelectorAll(`[data-option="${CSS.escape(id)}"]`)) {
      const field = /** @type {HTMLInputElement} */ (input);
      if (field.type === 'radio') field.checked = field.value === value;
      else if (field.value !== value) field.value = value;
      if (field.type !== 'radio' || field.checked) tell(form, field);
    }
  }
  return true;
}

/**
 * Say the value of a slider, and of a list.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} field
 */
function tell(form, field) {
  const output = form.querySelector(`output[data-of="${CSS.escape(field.dataset.option ?? '')}"]`);
  if (!output) return;
  const { measure, name } = field.dataset;
  output.textContent = measure ? measured(measure, field) : (name ?? '');
}

/**
 * @param {string} measure
 * @param {HTMLInputElement} field
 */
function measured(measure, field) {
  const language = field.closest('[lang]')?.getAttribute('lang') || undefined;
  const words = figures(language, { most: 4 }).format(Number(field.value));
  return measure.replace('{number}', words);
}

/** @param {Option} option */
function controlName({ id, choices, min, max }) {
  return `${id}:${choices.map((choice) => choice.id).join('|')}:${min}:${max}`;
}

/**
 * @param {Option} option
 * @param {string} scope
 */
function control(option, scope) {
  const { id, label, value, choices } = option;
  const name = `${scope}-${id}`;
  const about = { 'data-option': id, name, id: name };
  const marked = { 'data-control': controlName(option) };
  if (option.control === 'list') {
    const chosen = choices.find((choice) => choice.id === value);
    const radios = choices.map((choice) => radio(choice, { 'data-option': id, name }, choice.id === value));
    return node('fieldset', { class: 'option', ...marked },
      node('legend', {}, label, ' ', node('output', { 'data-of': id }, chosen?.name ?? '')),
      node('div', { class: choices.some((choice) => choice.swatch) ? 'swatches' : 'choices' }, ...radios));
  }
  const heading = node('label', { for: name }, label);
  if (option.control === 'size') {
    const shown = choices.map((choice) =>
      node('option', { value: choice.id, ...(choice.id === value ? { selected: '' } : {}) }, choice.name));
    return node('div', { class: 'option', ...marked }, heading, node('select', about, ...shown));
  }
  if (option.control === 'number') {
    const { min, max, step, measure, words } = option;
    const range = node('input', { type: 'range', ...about, min, max, step, 'data-measure': measure || '{number}' });
    range.value = value;
    return node('div', { class: 'option', ...marked }, heading,
      node('output', { 'data-of': id, for: name }, words ?? value), range);
  }
  const text = node('input', { type: 'text', ...about, maxlength: option.longest, autocomplete: 'off', dir: 'auto' });
  text.value = value;
  return node('div', { class: 'option', ...marked }, heading, text);
}

/**
 * @param {import('./document.js').Choice} choice
 * @param {Record<string, string>} about
 * @param {boolean} chosen
 */
function radio({ id, name, note, swatch }, about, chosen) {
  const input = node('input', { type: 'radio', ...about, value: id, 'data-name': name });
  input.checked = chosen;
  if (!swatch) {
    return node('label', { class: 'choice' }, input, node('span', {}, name, note ? node('small', {}, note) : ''));
  }
  const circle = document.createElementNS(SVG, 'circle');
  circle.setAttribute('r', '9');
  circle.setAttribute('fill', swatch);
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '-10 -10 20 20');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.append(circle);
  return node('label', { class: 'swatch', title: name }, input, drawing, node('span', { class: 'unseen' }, name));
}
