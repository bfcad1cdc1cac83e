/** All of the screen for one piece; where a browser lends none, all of the page. */
import { WORDS } from './controls.js';

/** @typedef {import('./controls.js').Controls} Controls */

/** Of one viewer. */
export class FullScreen {
  /**
   * @param {HTMLElement} host
   * @param {Controls} controls
   * @param {AbortSignal} signal
   */
  constructor(host, controls, signal) {
    this.host = host;
    this.controls = controls;
    document.addEventListener('fullscreenchange', this.#changed, { signal });
  }

  get #on() {
    return this.host.matches(':fullscreen') || this.host.hasAttribute('filling');
  }

  toggle() {
    if (this.host.matches(':fullscreen')) document.exitFullscreen();
    else if (this.host.requestFullscreen && !this.#on) this.host.requestFullscreen().catch(() => this.#fillPage());
    else this.#fillPage();
  }

  #fillPage() {
    this.host.toggleAttribute('filling');
    this.#changed();
  }

  #changed = () => {
    this.controls.rename('full-screen', this.#on ? WORDS.leaveFullScreen : WORDS.fullScreen);
  };
}
