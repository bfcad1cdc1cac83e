/** When pictures of the piece follow each other, for whoever measures a page. Pages set `drawn`. */
globalThis.recorder = {
  /** How many pictures the viewer has drawn; counts differ by how each viewer tells. */
  drawn: () => 0,
  /** Pixels drawn for a CSS pixel, a side. */
  scale: () => devicePixelRatio,
  /** Draws every pixel of the window from now on; some do so anyway. */
  hold: async () => {},
  /** @type {number[]} */ times: [],
  running: false,
  start() {
    this.times = [];
    this.running = true;
    let before = this.drawn();
    const tick = (now) => {
      const drawn = this.drawn();
      if (drawn !== before) this.times.push(now);
      before = drawn;
      if (this.running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },
  stop() {
    this.running = false;
    return this.times;
  },
  /** When something first happened, milliseconds since the page was asked for. */
  events: {},
  note(name) {
    this.events[name] ??= performance.now();
  },
};
