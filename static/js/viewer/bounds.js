/** How far a piece reaches. */
import { Box3, Vector3 } from 'three';

/** @typedef {import('./piece.js').Drawn} Drawn */

/**
 * The upright box about all instances.
 * @param {readonly Drawn[]} drawn
 * @param {readonly import('three').Matrix4[]} placed world from model, of the piece and its twin
 */
export function boundsOf(drawn, placed) {
  const box = new Box3();
  const place = new Vector3();
  for (const { mesh, matrices } of drawn) {
    const positions = mesh.geometry.getAttribute('position');
    for (const worldFromModel of placed) {
      for (const matrix of matrices) {
        const worldFromPart = worldFromModel.clone().multiply(matrix);
        for (let k = 0; k < positions.count; k++) {
          box.expandByPoint(place.fromBufferAttribute(positions, k).applyMatrix4(worldFromPart));
        }
      }
    }
  }
  return box;
}
