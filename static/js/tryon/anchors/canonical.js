/**
 * MediaPipe's canonical face: the mean head's 468 points, read from the landmark bundle that the
 * tracker runs on. Twin of tryon/anchors/canonical.py, where the format is explained.
 */

/**
 * The mean head. x to the wearer's left, y up, z out of the face; the origin in the head.
 * @typedef {object} CanonicalFace
 * @property {Float64Array} points (468, 3) metres
 * @property {Int32Array} triangles (898, 3)
 */

const METADATA = 'geometry_pipeline_metadata_landmarks.binarypb';
const [MESH, VERTICES, TRIANGLES] = [1, 3, 4]; // field numbers
const [VARINT, BYTES, FLOAT] = [0, 2, 5]; // wire types
const CENTRAL_ENTRY = 0x02014b50; // ZIP, PKWARE's APPNOTE 4.3.12
const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
export const FACE_POINTS = 468;

/**
 * The canonical face of the landmark bundle.
 * @param {ArrayBuffer} bundle `face_landmarker.task`, whose files are stored, not deflated
 * @returns {CanonicalFace}
 */
export function readCanonicalFace(bundle) {
  const metadata = fileOf(bundle, METADATA);
  const [[, mesh]] = fieldsOf(metadata).filter(([number]) => number === MESH);
  const fields = fieldsOf(/** @type {Uint8Array} */ (mesh));
  const vertices = fields.filter(([number]) => number === VERTICES).map(([, value]) => Number(value));
  const points = new Float64Array(3 * FACE_POINTS);
  for (let k = 0; k < FACE_POINTS; k++) {
    for (let axis = 0; axis < 3; axis++) points[3 * k + axis] = 0.01 * vertices[5 * k + axis];
  }
  const corners = fields.filter(([number]) => number === TRIANGLES).map(([, value]) => Number(value));
  return { points, triangles: Int32Array.from(corners) };
}

/**
 * One stored file of a ZIP archive.
 * @param {ArrayBuffer} archive @param {string} name @returns {Uint8Array}
 */
function fileOf(archive, name) {
  const view = new DataView(archive);
  let end = archive.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new RangeError('the landmark bundle is no ZIP archive');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let k = 0; k < count && view.getUint32(at, true) === CENTRAL_ENTRY; k++) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const found = new TextDecoder().decode(new Uint8Array(archive, at + 46, nameLength));
    if (found === name && view.getUint16(at + 10, true) === STORED) {
      const header = view.getUint32(at + 42, true);
      const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
      return new Uint8Array(archive, start, view.getUint32(at + 24, true));
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new RangeError(`the landmark bundle holds no stored ${name}`);
}

/**
 * The (number, value) pairs of one protocol buffer message, in their order.
 * @param {Uint8Array} message @returns {[number, number | Uint8Array][]}
 */
function fieldsOf(message) {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  /** @type {[number, number | Uint8Array][]} */ const fields = [];
  let at = 0;
  const varint = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = message[at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (wire === VARINT) fields.push([number, varint()]);
    else if (wire === FLOAT) {
      fields.push([number, view.getFloat32(at, true)]);
      at += 4;
    } else if (wire === BYTES) {
      const length = varint();
      fields.push([number, message.subarray(at, at + length)]);
      at += length;
    } else throw new RangeError(`unexpected wire type ${wire} in ${METADATA}`);
  }
  return fields;
}
