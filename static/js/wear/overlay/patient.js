/**
 * Paints in the window without holding it up: programs are compiled and pixels drawn beside the page's own
 * work, and asked for now and then, where a picture that is wanted at once would make the page wait.
 */
import { Camera } from 'three';

/** @typedef {import('./worn-painter.js').Painted} Painted */
/** @typedef {import('./worn-painter.js').Painter} Painter */
/** @typedef {import('./worn-painter.js').Scene} Scene */
/** @typedef {import('three').Material} Material */
/** @typedef {import('three').Mesh} Mesh */

export class PatientPainter {
  /** @type {WeakMap<Material, number>} editions whose programs were made */ #compiled = new WeakMap();
  /** @type {WeakSet<object>} programs whose slots are known */ #known = new WeakSet();
  #camera = new Camera(); // three.js wants one; the shaders have their own

  /** @param {Painter} painter that has the page's stage */
  constructor(painter) {
    this.painter = painter;
    painter.stage.addEventListener('restored', this.#forget);
  }

  get stage() {
    return this.painter.stage;
  }

  /** What is held on the GPU, to see leaks by. */
  get memory() {
    return this.painter.memory;
  }

  /** @param {readonly string[]} files */
  prepare(files) {
    return this.painter.prepare(files);
  }

  /**
   * Nothing while the graphics are lost, told yet or not: they come back.
   * @param {Scene} scene
   * @param {number} [quality]
   * @returns {Promise<Painted | null>}
   */
  async paint(scene, quality) {
    try {
      return await this.#painted(scene, quality);
    } catch (error) {
      if (this.stage.lost || this.stage.renderer.getContext().isContextLost()) return null;
      throw error;
    }
  }

  /**
   * @param {Scene} scene
   * @param {number} [quality]
   * @returns {Promise<Painted | null>}
   */
  async #painted(scene, quality) {
    const { painter, stage } = this;
    await this.#compile(scene, quality);
    const drawn = stage.handed;
    const parts = painter.draw(scene, quality);
    if (!parts) return null;
    await stage.finished();
    if (stage.handed !== drawn) return painter.paint(scene, quality); // a viewer drew over it meanwhile
    return { picture: painter.picture(), parts };
  }

  /**
   * Makes the programs that a frame wants: it is gone through as if it were drawn, and nothing is.
   * @param {Scene} scene
   * @param {number} [quality]
   */
  async #compile(scene, quality) {
    const { painter, stage } = this;
    if (stage.lost) return;
    const { renderer } = stage;
    painter.lit(scene);
    const parallel = renderer.extensions.has('KHR_parallel_shader_compile');
    /** @type {unknown[]} */ const compiling = [];
    const { render } = renderer;
    renderer.render = (drawn) => {
      const materials = this.#fresh(drawn);
      if (!materials.length) return;
      compiling.push(parallel ? renderer.compileAsync(drawn, this.#camera) : renderer.compile(drawn, this.#camera));
      for (const material of materials) this.#compiled.set(material, material.version);
    };
    try {
      painter.draw(scene, quality);
    } finally {
      renderer.render = render;
    }
    if (!compiling.length) return;
    await Promise.all(compiling);
    // what a program wants is asked for at its first use, which would wait for all that was drawn before;
    // a browser that cannot say when a program is linked has linked it when it has drawn all
    for (const program of renderer.info.programs ?? []) {
      if (this.#known.has(program)) continue;
      await stage.finished();
      if (stage.lost) return;
      program.getUniforms();
      program.getAttributes();
      this.#known.add(program);
    }
  }

  /** What has no program yet. @param {import('three').Object3D} drawn */
  #fresh(drawn) {
    /** @type {Material[]} */ const found = [];
    drawn.traverseVisible((one) => {
      const { material } = /** @type {Mesh} */ (one);
      if (material && !Array.isArray(material) && this.#compiled.get(material) !== material.version) found.push(material);
    });
    return found;
  }

  #forget = () => {
    this.#compiled = new WeakMap();
  };

  close() {
    this.stage.removeEventListener('restored', this.#forget);
    this.painter.close();
  }
}
