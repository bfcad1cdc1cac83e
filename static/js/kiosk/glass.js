/** <kiosk-glass>: the mirror's picture, drawn as it comes and turned about as a mirror does. */
export class KioskGlass extends HTMLElement {
  /** @type {HTMLCanvasElement} */ #canvas = document.createElement('canvas');
  /** What the picture is drawn on. */ get canvas() {
    return this.#canvas;
  }
  /** Number of the frame that is seen. */ frame = 0;

  connectedCallback() {
    this.append(this.#canvas);
  }

  /**
   * Draw a frame.
   * @param {Blob} jpeg
   * @param {number} frame its number
   */
  async show(jpeg, frame) {
    const bitmap = await createImageBitmap(jpeg);
    if (frame > this.frame) {
      const canvas = this.#canvas;
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
      }
      canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
      this.frame = frame;
    }
    bitmap.close();
  }

  /**
   * Where a place of the picture is seen, in shares of this element.
   * @param {[number, number]} at shares of the picture's width and height, unmirrored
   * @returns {[number, number]}
   */
  place([x, y]) {
    const { width, height } = this.#canvas;
    const { clientWidth, clientHeight } = this;
    const scale = Math.max(clientWidth / width, clientHeight / height);
    return [
      0.5 - ((x - 0.5) * width * scale) / clientWidth,
      0.5 + ((y - 0.5) * height * scale) / clientHeight,
    ];
  }

  /** Nothing of the last client stays on the glass. */
  clear() {
    this.#canvas.width = 1;
    this.#canvas.height = 1;
  }
}

customElements.define('kiosk-glass', KioskGlass);
