/**
 * One net on the runtime that MediaPipe's tasks share: the twin of tryon/nets/litert.py. Among the tasks
 * it is the embedder of images that hands out what a net says as it is: every output, nothing scaled.
 */
import { ImageEmbedder } from '@mediapipe/tasks-vision';
import { described } from './described.js';
import { started } from './task-runtime.js';

/** @typedef {import('../tryon/image.js').Picture} Picture */

/** A model in memory. */
export class Net {
  #task;

  /**
   * @param {WebAssembly.Module} runtime compiled
   * @param {Uint8Array<ArrayBuffer>} model a .tflite file that takes RGB as 0..1
   */
  static async open(runtime, model) {
    const baseOptions = { modelAssetBuffer: described(model), delegate: /** @type {const} */ ('CPU') };
    return new Net(await started(runtime, (files) => ImageEmbedder.createFromOptions(files, { baseOptions })));
  }

  /** @param {ImageEmbedder} task */
  constructor(task) {
    this.#task = task;
  }

  /**
   * Every output, in the order of the file.
   * @param {Picture} square RGB, as large as the net takes it
   */
  run(square) {
    return this.#task.embed(opaque(square)).embeddings.map(({ floatEmbedding = [] }) => Float32Array.from(floatEmbedding));
  }

  close() {
    this.#task.close();
  }
}

/** A picture as the runtime takes it. @param {Picture} picture RGB */
export function opaque({ data, width, height }) {
  const out = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    out.data[to] = data[from];
    out.data[to + 1] = data[from + 1];
    out.data[to + 2] = data[from + 2];
    out.data[to + 3] = 255;
  }
  return out;
}
