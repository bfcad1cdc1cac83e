/**
 * The words of scripts in the page's language. The page names the file of them in
 * <link id="words">; a page in English has none, since a message is its English text.
 */

/** @typedef {string | Record<string, string>} Said one text, or one for each of CLDR's plural forms */

/**
 * @param {string | null | undefined} address
 * @returns {Promise<Record<string, Said>>}
 */
async function read(address) {
  if (!address) return {};
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : {};
  } catch {
    return {}; // out of reach: English, and the page works
  }
}

const page = typeof document === 'undefined' ? null : document;
const named = page?.querySelector('link#words')?.getAttribute('href');
let said = await read(named);
let language = (named && page?.documentElement.lang) || 'en'; // of a host's page nothing is known: English, until told

/**
 * Speak another language than the page's, as an embedded piece does on a page of others.
 * @param {string | null} address of its words; null for English
 * @param {string} tongue
 */
export async function hear(address, tongue) {
  if (tongue === language) return;
  said = address ? await read(address) : {};
  language = tongue;
}

/**
 * Know more words of the page's language, which come with what says them.
 * @param {Record<string, Said>} more
 */
export function learn(more) {
  said = { ...said, ...more };
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (brace, name) => String(values[name] ?? brace));
}

/**
 * A message in the page's language, its {braces} filled.
 * @param {string} message
 * @param {Record<string, string | number>} [values]
 */
export function _(message, values = {}) {
  const text = said[message];
  return filled(typeof text === 'string' ? text : message, values);
}

/**
 * A message that counts; {count} is the number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function ngettext(one, many, count, values = {}) {
  const forms = said[one];
  const form = new Intl.PluralRules(language).select(count);
  const text = typeof forms === 'object' ? (forms[form] ?? forms.other) : count === 1 ? one : many;
  return filled(text, { count: figures(language).format(count), ...values });
}

/**
 * Writes numbers as the service does: the language's own way, in the digits 0 to 9 everywhere.
 * @param {string | undefined} language without it the browser's
 * @param {{ least?: number, most?: number }} [digits] behind the point
 */
export function figures(language, { least = 0, most = 3 } = {}) {
  const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
  return new Intl.NumberFormat(language, { numberingSystem: 'latn', ...digits });
}
