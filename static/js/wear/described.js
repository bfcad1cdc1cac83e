/**
 * A bare net as MediaPipe's tasks take it: with a note in its file that says what it looks at.
 *
 * Tasks want to know of a net that takes floats how pixels become floats, in the words of TFLite
 * Metadata; nets out of MediaPipe's older packages do not say. Both are FlatBuffers, whose references
 * point forward alone: a new root is set before the file, which stays as it is.
 */

/**
 * What a buffer is made of: numbers, which lie in their table, and what is referred to.
 * @typedef {{ is: 'number', value: number }} Inline
 * @typedef {{ is: 'old', at: number } | { is: 'table', fields: readonly (Part | null)[] } | { is: 'list', items: readonly Part[] }
 *   | { is: 'floats', values: readonly number[] } | { is: 'bytes', data: Uint8Array } | { is: 'text', text: string }} Referred
 * @typedef {Inline | Referred} Part
 */

const NAME = 'TFLITE_METADATA';
// Of the tables: schema.fbs and metadata_schema.fbs of TensorFlow Lite.
const [VERSION, OPERATORS, GRAPHS, DESCRIPTION, BUFFERS, OLD_NOTES, NOTES, SIGNATURES] = [0, 1, 2, 3, 4, 5, 6, 7];
const [IMAGE_PROPERTIES, RGB, NORMALIZATION] = [2, 1, 1];
const WHITE = 255; // becomes 1, black 0
const ALIGNED = 64; // of what was aligned in the file, and is moved with it
const WORD = 4;

/**
 * The net with its note.
 * @param {Uint8Array<ArrayBuffer>} net a .tflite file without one, that takes RGB as 0..1
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function described(net) {
  const file = new DataView(net.buffer, net.byteOffset, net.byteLength);
  const root = file.getUint32(0, true);
  const field = fieldsOf(file, root);
  const buffers = elementsOf(file, field(BUFFERS));
  const notes = elementsOf(file, field(NOTES));
  /** @param {number} index @returns {Part | null} */
  const kept = (index) => (field(index) ? { is: 'old', at: referred(file, field(index)) } : null);
  /** @type {(Part | null)[]} */
  const fields = [VERSION, OPERATORS, GRAPHS, DESCRIPTION, BUFFERS, OLD_NOTES, NOTES, SIGNATURES].map(kept);
  fields[VERSION] = number(file.getUint32(field(VERSION), true));
  fields[BUFFERS] = list([...buffers.map(old), table([{ is: 'bytes', data: note() }])]);
  fields[NOTES] = list([...notes.map(old), table([{ is: 'text', text: NAME }, number(buffers.length)])]);
  const head = written(table(fields), 'TFL3');
  const described = new Uint8Array(head.bytes.length + net.length);
  for (const { at, to } of head.olds) head.view.setUint32(at, head.bytes.length + to - at, true);
  described.set(head.bytes);
  described.set(net, head.bytes.length);
  return described;
}

/** What the net looks at, as TFLite Metadata. */
function note() {
  const image = table([number(IMAGE_PROPERTIES), table([number(RGB)])]);
  const scale = table([{ is: 'floats', values: [0] }, { is: 'floats', values: [WHITE] }]);
  const unit = table([number(NORMALIZATION), scale]);
  const input = table([null, null, null, image, list([unit])]);
  const graph = table([null, null, list([input])]);
  return written(table([null, null, null, list([graph])]), 'M001').bytes;
}

/** @param {number} value @returns {Part} */
const number = (value) => ({ is: 'number', value });
/** @param {number} at @returns {Part} */
const old = (at) => ({ is: 'old', at });
/** @param {(Part | null)[]} fields @returns {Part} */
const table = (fields) => ({ is: 'table', fields });
/** @param {Part[]} items @returns {Part} */
const list = (items) => ({ is: 'list', items });

/**
 * Where the fields of a table lie, 0 for those it does not have.
 * @param {DataView} file @param {number} at
 */
function fieldsOf(file, at) {
  const shape = at - file.getInt32(at, true);
  const size = file.getUint16(shape, true);
  /** @param {number} index */
  return (index) => {
    const entry = 4 + 2 * index;
    const offset = entry < size ? file.getUint16(shape + entry, true) : 0;
    return offset && at + offset;
  };
}

/** @param {DataView} file @param {number} at */
const referred = (file, at) => at + file.getUint32(at, true);

/** Where the elements of a vector of tables lie. @param {DataView} file @param {number} at of its field; 0: none */
function elementsOf(file, at) {
  if (!at) return [];
  const start = referred(file, at);
  const count = file.getUint32(start, true);
  return Array.from({ length: count }, (_, k) => referred(file, start + WORD * (k + 1)));
}

/**
 * A buffer: its root, and after each table and list what they refer to.
 * @param {Part} root @param {string} identifier
 */
function written(root, identifier) {
  /** @type {number[]} */ const bytes = [0, 0, 0, 0, ...new TextEncoder().encode(identifier)];
  /** @type {{ at: number, to: number }[]} */ const olds = [];
  /** @type {{ at: number, to: number }[]} */ const offsets = [];

  /** @param {number} size */
  const align = (size) => {
    while (bytes.length % size) bytes.push(0);
  };
  /** @param {number} value @param {number} size */
  const put = (value, size = WORD) => {
    for (let k = 0; k < size; k++) bytes.push((value >>> (8 * k)) & 0xff);
  };
  /** @param {readonly (Part | null)[]} parts each in one word, then what they refer to */
  const words = (parts) => {
    const first = bytes.length;
    for (const part of parts) put(part && 'value' in part ? part.value : 0);
    parts.forEach((part, k) => {
      const at = first + WORD * k;
      if (!part || 'value' in part) return;
      if (part.is === 'old') olds.push({ at, to: part.at });
      else offsets.push({ at, to: place(part) });
    });
  };
  /** @param {Referred} part */
  const place = (part) => {
    if (part.is === 'table') {
      align(WORD);
      const shape = bytes.length;
      put(4 + 2 * part.fields.length, 2);
      put(WORD * (part.fields.length + 1), 2);
      part.fields.forEach((field, k) => put(field ? WORD * (k + 1) : 0, 2));
      align(WORD);
      const at = bytes.length;
      put(at - shape);
      words(part.fields);
      return at;
    }
    const inner = part.is === 'bytes' ? part.data : part.is === 'text' ? new TextEncoder().encode(part.text) : null;
    if (inner) {
      while ((bytes.length + WORD) % (part.is === 'bytes' ? 16 : WORD)) bytes.push(0);
      const at = bytes.length;
      put(inner.length);
      bytes.push(...inner);
      if (part.is === 'text') bytes.push(0);
      return at;
    }
    align(WORD);
    const at = bytes.length;
    if (part.is === 'floats') {
      put(part.values.length);
      for (const value of part.values) put(new Uint32Array(Float32Array.of(value).buffer)[0]);
    } else if (part.is === 'list') {
      put(part.items.length);
      words(part.items);
    }
    return at;
  };

  offsets.push({ at: 0, to: place(/** @type {Referred} */ (root)) });
  align(ALIGNED);
  const data = Uint8Array.from(bytes);
  const view = new DataView(data.buffer);
  for (const { at, to } of offsets) view.setUint32(at, to - at, true);
  return { bytes: data, view, olds };
}
