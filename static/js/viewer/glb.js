/** Reads the viewer's GLB: its JSON, numbers out of packed views, pictures. */
import { unpacked } from './meshopt.js';

const MAGIC = 0x46546c67;
const PACKED = 'EXT_meshopt_compression';
/** @type {Record<number, Int8ArrayConstructor | Int16ArrayConstructor | Uint16ArrayConstructor |
 *   Uint32ArrayConstructor | Float32ArrayConstructor>} */
const COMPONENTS = {
  5120: Int8Array,
  5122: Int16Array,
  5123: Uint16Array,
  5125: Uint32Array,
  5126: Float32Array,
};
/** @type {Record<string, number>} */
const WIDTHS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };

/**
 * Numbers of an accessor as they lie in memory.
 * @typedef {object} Numbers
 * @property {Int8Array | Int16Array | Uint16Array | Uint32Array | Float32Array} array
 * @property {number} count
 * @property {number} width numbers of one element
 * @property {number} stride numbers from one element to the next
 * @property {boolean} normalized
 */

/** An opened GLB. */
export class Glb {
  /** @type {Map<number, Uint8Array>} */ #views = new Map();

  /**
   * @param {any} json
   * @param {Uint8Array} binary
   */
  constructor(json, binary) {
    this.json = json;
    this.binary = binary;
  }

  /**
   * Opens a file.
   * @param {ArrayBuffer} data
   */
  static open(data) {
    const head = new DataView(data);
    if (data.byteLength < 28 || head.getUint32(0, true) !== MAGIC) {
      throw new Error('this is no GLB file');
    }
    const length = head.getUint32(12, true);
    const json = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 20, length)));
    return new Glb(json, new Uint8Array(data, 28 + length));
  }

  /**
   * The bytes of a buffer view, unpacked once.
   * @param {number} number
   */
  bytes(number) {
    const known = this.#views.get(number);
    if (known) return known;
    const view = this.json.bufferViews[number];
    const packed = view.extensions?.[PACKED];
    let found;
    if (packed) {
      const { byteOffset = 0, byteLength, count, byteStride, mode, filter } = packed;
      const source = this.binary.subarray(byteOffset, byteOffset + byteLength);
      found = unpacked(count, byteStride, source, mode, filter);
    } else {
      const from = view.byteOffset ?? 0;
      found = this.binary.slice(from, from + view.byteLength);
    }
    this.#views.set(number, found);
    return found;
  }

  /**
   * The numbers of an accessor.
   * @param {number} number
   * @returns {Numbers}
   */
  numbers(number) {
    const accessor = this.json.accessors[number];
    const view = this.json.bufferViews[accessor.bufferView];
    const Kind = COMPONENTS[accessor.componentType];
    const bytes = this.bytes(accessor.bufferView);
    const width = WIDTHS[accessor.type];
    const stride = view.extensions?.[PACKED]?.byteStride ?? width * Kind.BYTES_PER_ELEMENT;
    return {
      array: new Kind(/** @type {ArrayBuffer} */ (bytes.buffer), bytes.byteOffset, bytes.byteLength / Kind.BYTES_PER_ELEMENT),
      count: accessor.count,
      width,
      stride: accessor.type === 'SCALAR' ? 1 : stride / Kind.BYTES_PER_ELEMENT,
      normalized: accessor.normalized === true,
    };
  }

  /**
   * A picture, decoded as it is: no colour management, no premultiplied alpha.
   * @param {number} number
   */
  picture(number) {
    const { bufferView, mimeType } = this.json.images[number];
    const encoded = new Blob([/** @type {BlobPart} */ (this.bytes(bufferView))], { type: mimeType });
    return createImageBitmap(encoded, {
      premultiplyAlpha: 'none',
      colorSpaceConversion: 'none',
    });
  }
}
