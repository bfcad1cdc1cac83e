/**
 * Unpacks EXT_meshopt_compression in plain JavaScript: pages that embed a piece need not allow
 * WebAssembly, and asking whether they do would already be against their policy.
 *
 * Source of the format: the extension's specification, appendix A (bitstream) and B (filters),
 * https://github.com/KhronosGroup/glTF/tree/main/extensions/2.0/Vendor/EXT_meshopt_compression
 */

const ATTRIBUTES = 0xa0; // first byte of each mode; its low bits are the version
const TRIANGLES = 0xe0;
const INDICES = 0xd0;
const BLOCK_BYTES = 8192;
const BLOCK_ELEMENTS = 256;
const GROUP = 16; // bytes
const LEAST_TAIL = 32; // bytes
const FIFO = 15; // mask of sixteen places

/**
 * @param {number} count elements
 * @param {number} stride bytes of each
 * @param {Uint8Array} source
 * @param {'ATTRIBUTES' | 'TRIANGLES' | 'INDICES'} mode
 * @param {string} [filter] NONE, OCTAHEDRAL, QUATERNION or EXPONENTIAL
 * @returns {Uint8Array} count * stride bytes
 * @throws {Error} the data are not what they claim to be
 */
export function unpacked(count, stride, source, mode, filter = 'NONE') {
  if (mode === 'ATTRIBUTES') {
    const bytes = attributes(count, stride, source);
    FILTERS[filter]?.(bytes, count, stride);
    return bytes;
  }
  const indices = mode === 'TRIANGLES' ? triangles(count, source) : sequence(count, source);
  const narrow = stride === 2 ? Uint16Array.from(indices) : indices;
  return new Uint8Array(narrow.buffer);
}

/**
 * @param {number} head the first byte
 * @param {number} mode
 * @param {number} newest version
 */
function version(head, mode, newest) {
  if ((head & 0xf0) !== mode || (head & 0x0f) > newest) throw new Error('the geometry is packed in a way that this page does not read');
  return head & 0x0f;
}

/**
 * @param {number} count
 * @param {number} stride
 * @param {Uint8Array} source
 */
function attributes(count, stride, source) {
  version(source[0], ATTRIBUTES, 0);
  const out = new Uint8Array(count * stride);
  const size = Math.min((BLOCK_BYTES / stride) & ~(GROUP - 1), BLOCK_ELEMENTS);
  const last = source.slice(source.length - stride);
  const end = source.length - Math.max(stride, LEAST_TAIL);
  const deltas = new Uint8Array(BLOCK_ELEMENTS);
  let at = 1;
  for (let first = 0; first < count; first += size) {
    const some = Math.min(size, count - first);
    for (let k = 0; k < stride; k += 1) {
      at = bytesOf(source, at, Math.ceil(some / GROUP), deltas);
      if (at > end) throw new Error('the geometry ends too soon');
      let value = last[k];
      for (let i = 0, to = first * stride + k; i < some; i += 1, to += stride) {
        const delta = deltas[i];
        value = (value + ((delta >>> 1) ^ -(delta & 1))) & 0xff;
        out[to] = value;
      }
      last[k] = value;
    }
  }
  return out;
}

/**
 * Groups of sixteen bytes, each in 0, 2, 4 or 8 bits.
 * @param {Uint8Array} source
 * @param {number} at
 * @param {number} groups
 * @param {Uint8Array} out
 * @returns {number} where the next begin
 */
function bytesOf(source, at, groups, out) {
  const heads = at;
  at += Math.ceil(groups / 4);
  for (let group = 0; group < groups; group += 1) {
    const to = group * GROUP;
    const kind = (source[heads + (group >> 2)] >> ((group & 3) * 2)) & 3;
    if (kind === 0) {
      out.fill(0, to, to + GROUP);
    } else if (kind === 3) {
      out.set(source.subarray(at, at + GROUP), to);
      at += GROUP;
    } else {
      const bits = kind * 2;
      const most = (1 << bits) - 1; // what is not less follows in a byte of its own
      const each = 8 / bits;
      let more = at + (GROUP * bits) / 8;
      for (let i = 0; i < GROUP; i += 1) {
        const part = (source[at + Math.floor(i / each)] >> (8 - bits * ((i % each) + 1))) & most;
        out[to + i] = part === most ? source[more++] : part;
      }
      at = more;
    }
  }
  return at;
}

/** Numbers of one to five bytes, and differences made of them. */
class Numbers {
  /**
   * @param {Uint8Array} source
   * @param {number} at
   */
  constructor(source, at) {
    this.source = source;
    this.at = at;
  }

  next() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.source[this.at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }

  /** @param {number} last */
  after(last) {
    const value = this.next();
    return (last + ((value >>> 1) ^ -(value & 1))) >>> 0;
  }
}

/**
 * @param {number} count
 * @param {Uint8Array} source
 */
function sequence(count, source) {
  version(source[0], INDICES, 1);
  const numbers = new Numbers(source, 1);
  const last = [0, 0];
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const value = numbers.next();
    const line = value & 1;
    const delta = value >>> 1;
    last[line] = (last[line] + ((delta >>> 1) ^ -(delta & 1))) >>> 0;
    out[i] = last[line];
  }
  return out;
}

/**
 * @param {number} count
 * @param {Uint8Array} source
 */
function triangles(count, source) {
  const inline = version(source[0], TRIANGLES, 1) >= 1 ? 13 : 15; // codes below it are of the vertices kept
  const out = new Uint32Array(count);
  const edges = new Uint32Array(32);
  const vertices = new Uint32Array(16);
  const table = source.length - 16;
  const numbers = new Numbers(source, 1 + count / 3);
  let edge = 0;
  let vertex = 0;
  let next = 0;
  let last = 0;
  const keepVertex = (/** @type {number} */ v) => {
    vertices[vertex] = v;
    vertex = (vertex + 1) & FIFO;
  };
  const keepEdge = (/** @type {number} */ a, /** @type {number} */ b) => {
    edges[edge * 2] = a;
    edges[edge * 2 + 1] = b;
    edge = (edge + 1) & FIFO;
  };
  for (let i = 0, code = 1; i < count; i += 3, code += 1) {
    const head = source[code];
    let a;
    let b;
    let c;
    if (head < 0xf0) {
      const known = (edge - 1 - (head >> 4)) & FIFO;
      const third = head & 15;
      a = edges[known * 2];
      b = edges[known * 2 + 1];
      if (third < inline) {
        c = third === 0 ? next++ : vertices[(vertex - 1 - third) & FIFO];
        if (third === 0) keepVertex(c);
      } else {
        last = third === 15 ? numbers.after(last) : last + (third - (third ^ 3));
        c = last;
        keepVertex(c);
      }
    } else {
      const far = head >= 0xfe;
      const pair = far ? source[numbers.at++] : source[table + (head & 15)];
      const second = pair >> 4;
      const third = pair & 15;
      if (far && pair === 0) next = 0;
      const first = head === 0xff;
      a = first ? 0 : next++;
      b = second === 0 ? next++ : vertices[(vertex - second) & FIFO];
      c = third === 0 ? next++ : vertices[(vertex - third) & FIFO];
      if (first) a = last = numbers.after(last);
      if (far && second === 15) b = last = numbers.after(last);
      if (far && third === 15) c = last = numbers.after(last);
      keepVertex(a);
      if (second === 0 || (far && second === 15)) keepVertex(b);
      if (third === 0 || (far && third === 15)) keepVertex(c);
      keepEdge(b, a);
    }
    keepEdge(c, b);
    keepEdge(a, c);
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
  }
  return out;
}

/** What undoes each filter, in place. @type {Record<string, (bytes: Uint8Array, count: number, stride: number) => void>} */
const FILTERS = { OCTAHEDRAL: octahedral, QUATERNION: quaternion, EXPONENTIAL: exponential };

/** @param {number} value */
const rounded = (value) => (value >= 0 ? value + 0.5 : value - 0.5) | 0;

/**
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {number} stride
 */
function octahedral({ buffer }, count, stride) {
  const words = stride === 4 ? new Int8Array(buffer) : new Int16Array(buffer);
  const most = stride === 4 ? 127 : 32767;
  const end = count * 4;
  for (let i = 0; i < end; i += 4) {
    let x = words[i];
    let y = words[i + 1];
    const z = words[i + 2] - Math.abs(x) - Math.abs(y);
    const fold = z < 0 ? z : 0;
    x += x >= 0 ? fold : -fold;
    y += y >= 0 ? fold : -fold;
    const scale = most / Math.sqrt(x * x + y * y + z * z); // Math.hypot takes ten times as long
    words[i] = rounded(x * scale);
    words[i + 1] = rounded(y * scale);
    words[i + 2] = rounded(z * scale);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} count
 */
function quaternion({ buffer }, count) {
  const words = new Int16Array(buffer);
  for (let i = 0; i < count * 4; i += 4) {
    const largest = words[i + 3] & 3;
    const scale = Math.SQRT1_2 / (words[i + 3] | 3);
    const [x, y, z] = [words[i] * scale, words[i + 1] * scale, words[i + 2] * scale];
    const w = Math.sqrt(Math.max(0, 1 - x * x - y * y - z * z));
    [w, x, y, z].forEach((value, k) => {
      words[i + ((largest + k) & 3)] = rounded(value * 32767);
    });
  }
}

/** Powers of two by their exponents as bytes without a sign. */
const POWERS = Float64Array.from({ length: 256 }, (_, byte) => 2 ** ((byte << 24) >> 24));

/**
 * @param {Uint8Array} bytes
 */
function exponential({ buffer }) {
  const words = new Int32Array(buffer);
  const numbers = new Float32Array(buffer);
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    numbers[i] = POWERS[word >>> 24] * ((word << 8) >> 8);
  }
}
