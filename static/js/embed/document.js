/** The service's answer for an embedded viewer, and what the host's page is told of it. */
import { HOME, ours } from '../home.js';
import { _ } from '../words.js';

/** @typedef {import('../service.js').Configuration} Configuration */
/** @typedef {{ id: string, name: string, note: string, swatch: string | null }} Choice */
/**
 * @typedef {object} Option
 * @property {string} id
 * @property {string} label
 * @property {'list' | 'size' | 'number' | 'text'} control
 * @property {string} value
 * @property {Choice[]} choices
 * @property {number | null} min
 * @property {number | null} max
 * @property {number | null} step
 * @property {string | null} measure a number with its unit: "{number} mm"
 * @property {string | null} words the value so written
 * @property {number | null} longest
 */
/** @typedef {{ total: string, currency: string, words: string, demonstration: boolean }} Price */
/** @typedef {Omit<Configuration, 'price'> & { price: Price | null }} Priced */
/**
 * @typedef {object} EmbedDocument
 * @property {string} name
 * @property {string} language
 * @property {'ltr' | 'rtl'} direction
 * @property {string | null} words address of the scripts' words
 * @property {Priced} configuration
 * @property {Option[]} options
 */
/**
 * What is asked for.
 * @typedef {object} Wish
 * @property {string} product
 * @property {Record<string, string>} options
 * @property {string} key
 * @property {string} language
 * @property {string} currency
 */

/** Something was refused; the message is for whoever reads the page or made it. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {string} code of the service, such as InvalidOption, or of this script
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** What was asked for did not come. */
export const unreachable = () => new Refusal(_('The shop cannot be reached. Check the connection and try again.'), 'Unreachable');

const PICTURE_PX = 960;
const POSTER_PX = [480, 720, 960, 1440];

/**
 * @param {Wish} wish
 * @param {AbortSignal} signal
 * @returns {Promise<EmbedDocument>} with whole addresses
 * @throws {Refusal} with a sentence for whoever made the page, or for the shopper
 */
export async function embedDocument({ product, options, key, language, currency }, signal) {
  if (!product) throw new Refusal('Say which piece: <parure-viewer product="…">.', 'NoProduct');
  const query = new URLSearchParams(options);
  for (const [name, value] of Object.entries({ key, lang: language, currency })) {
    if (value) query.set(name, value);
  }
  const address = `${HOME}/api/v1/embed/${encodeURIComponent(product)}?${query}`;
  /** @type {EmbedDocument} */
  const answer = await asked(address, signal);
  const urls = Object.entries(answer.configuration.urls).map(([name, path]) => [name, ours(path)]);
  return { ...answer, words: answer.words && ours(answer.words), configuration: { ...answer.configuration, urls: Object.fromEntries(urls) } };
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function asked(address, signal) {
  let response;
  try {
    response = await fetch(address, { signal, credentials: 'omit' });
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable();
  }
  const answer = await response.json().catch(() => null);
  signal.throwIfAborted();
  if (answer && response.ok) return answer;
  throw new Refusal(answer?.message ?? `${response.status}`, answer?.error ?? 'Refused');
}

/**
 * Options as attributes write them: a query, `metal=platinum_950&carat=1.2`, or a JSON object.
 * @param {string | null} text
 * @returns {Record<string, string>}
 */
export function readOptions(text) {
  const plain = (text ?? '').trim();
  if (!plain.startsWith('{')) return Object.fromEntries(new URLSearchParams(plain));
  try {
    return optionTexts(JSON.parse(plain));
  } catch {
    throw new Refusal('The options are no JSON object; write {"metal": "platinum_950"}.', 'UnreadableOptions');
  }
}

/**
 * @param {Record<string, unknown>} options
 * @returns {Record<string, string>}
 */
export function optionTexts(options) {
  return Object.fromEntries(Object.entries(options).map(([id, value]) => [id, String(value)]));
}

/**
 * A picture of a configuration.
 * @param {Configuration | Priced} configuration
 * @param {string} format
 * @param {number} size pixels
 */
export function picture({ urls }, format, size) {
  return urls.picture.replace('{view}', '0').replace('{format}', format).replace('{size}', String(size));
}

/**
 * @param {Configuration | Priced} configuration
 * @param {string} format
 */
export function pictureSet(configuration, format) {
  return POSTER_PX.map((size) => `${picture(configuration, format, size)} ${size}w`).join(', ');
}

/**
 * What the host's page is told of a configuration: plain data, whole addresses.
 * @param {EmbedDocument} told
 */
export function summary({ name, configuration }) {
  const { product, options, hash, description, facts, urls } = configuration;
  return {
    product,
    name,
    options,
    hash,
    description,
    facts,
    page: urls.page,
    picture: picture(configuration, 'jpg', PICTURE_PX),
    price: price(configuration),
  };
}

/**
 * @param {Priced} configuration
 */
export function price({ price: asked }) {
  if (!asked) return null;
  return { amount: asked.total, currency: asked.currency, words: asked.words, demonstration: asked.demonstration };
}
