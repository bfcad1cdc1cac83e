/** The form of options: a configuration written into it, and what is chosen said in words. */

/** @typedef {import('../service.js').Configuration} Configuration */

/**
 * Write a configuration into the form; options that decide nothing now step back.
 * @param {HTMLFormElement} form
 * @param {Configuration} configuration
 */
export function fill(form, { options, idle }) {
  for (const panel of panels(form)) {
    const id = /** @type {string} */ (panel.dataset.option);
    panel.hidden = idle.includes(id);
    for (const input of controls(panel, id)) {
      if (input instanceof HTMLInputElement && input.type === 'radio') input.checked = input.value === options[id];
      else if (document.activeElement !== input || input.value !== options[id]) input.value = options[id];
      if (input instanceof HTMLSelectElement && input.value !== options[id]) {
        input.add(new Option(options[id], options[id], true, true)); // a size of another system
      }
    }
    name(panel);
  }
  for (const picture of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-swatch]'))) {
    picture.setAttribute('src', (picture.dataset.swatch ?? '').replace('{metal}', options.metal ?? 'platinum_950'));
  }
}

/**
 * Say in a panel's head what is chosen in it.
 * @param {HTMLDetailsElement} panel
 */
export function name(panel) {
  const id = /** @type {string} */ (panel.dataset.option);
  const output = /** @type {HTMLElement} */ (panel.querySelector('[data-value]'));
  for (const input of controls(panel, id)) {
    if (input instanceof HTMLSelectElement) output.textContent = input.selectedOptions[0]?.text ?? input.value;
    else if (input.type === 'range') {
      output.textContent = measured(input);
      input.setAttribute('aria-valuetext', measured(input));
    } else if (input.type === 'text') output.textContent = input.value || '–';
    else if (input.checked) {
      output.textContent = input.closest('label')?.querySelector('[data-name]')?.textContent ?? input.value;
    }
  }
}

/**
 * A number with its unit, as the page's language writes it.
 * @param {HTMLInputElement} input
 */
export function measured(input) {
  const language = document.documentElement.lang || 'en';
  const words = new Intl.NumberFormat(language, { maximumFractionDigits: 4 }).format(Number(input.value));
  return (input.dataset.unit || '{number}').replace('{number}', words);
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLDetailsElement[]}
 */
export function panels(form) {
  return [.../** @type {NodeListOf<HTMLDetailsElement>} */ (form.querySelectorAll('details[data-option]'))];
}

/**
 * @param {HTMLElement} panel
 * @param {string} id
 */
function controls(panel, id) {
  return /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (panel.querySelectorAll(`[name="${id}"]`));
}
