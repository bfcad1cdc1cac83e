/** Passes over a whole target: one triangle. */
import { BufferGeometry, Camera as ThreeCamera, DoubleSide, GLSL3, Mesh, NoBlending, RawShaderMaterial, Scene } from 'three';
import { orphan } from './kept.js';

/** @typedef {import('./materials.js').Uniforms} Uniforms */
/** @typedef {import('three').WebGLRenderer} WebGLRenderer */
/** @typedef {import('three').WebGLRenderTarget} WebGLRenderTarget */

/** Draws single triangles over whole targets. */
export class ScreenPass {
  #scene = new Scene();
  #camera = new ThreeCamera();
  #geometry = new BufferGeometry();

  /**
   * @param {{vertex: string, fragment: string}} shader
   * @param {Uniforms} uniforms
   * @param {string[] | Record<string, string>} [defines] names, or values by name
   */
  constructor(shader, uniforms, defines = []) {
    this.uniforms = uniforms;
    this.material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: shader.vertex,
      fragmentShader: shader.fragment,
      defines: Array.isArray(defines) ? Object.fromEntries(defines.map((name) => [name, '1'])) : defines,
      uniforms,
      depthTest: false,
      depthWrite: false,
      blending: NoBlending,
      side: DoubleSide,
    });
    this.#geometry.setDrawRange(0, 3); // the shader goes by the corners' numbers alone
    const mesh = new Mesh(this.#geometry, this.material);
    mesh.frustumCulled = false;
    this.#scene.add(mesh);
    this.#scene.matrixWorldAutoUpdate = false;
  }

  /**
   * @param {WebGLRenderer} renderer
   * @param {WebGLRenderTarget | null} target
   * @param {number} [level] of the target's texture
   */
  draw(renderer, target, level = 0) {
    renderer.setRenderTarget(target, 0, level);
    renderer.render(this.#scene, this.#camera);
  }

  forget() {
    orphan(this.material, this.#geometry);
  }

  dispose() {
    this.material.dispose();
    this.#geometry.dispose();
  }
}
