/** What is kept for the next picture, and let go of. */

/**
 * Lets three.js forget what a lost context held of its objects: there is nothing left to free, and the
 * next picture uploads them anew.
 * @param {...object} objects geometries, materials, textures
 */
export function orphan(...objects) {
  // what would free it are the only listeners that these objects have
  for (const object of objects) delete (/** @type {{_listeners?: object}} */ (object)._listeners);
}

/** Things by name of which only those used last are kept. @template T */
export class Kept {
  /** @type {Map<string, T>} */ #items = new Map();

  /**
   * @param {number} most weight that is kept; the item used last is kept in any case
   * @param {(item: T) => void} free
   * @param {(item: T) => number} [weigh]
   */
  constructor(most, free, weigh = () => 1) {
    this.most = most;
    this.free = free;
    this.weigh = weigh;
  }

  /**
   * @param {string} name
   * @param {() => T} make
   */
  get(name, make) {
    const item = this.#items.get(name) ?? make();
    this.#items.delete(name);
    this.#items.set(name, item);
    let weight = 0;
    for (const kept of this.#items.values()) weight += this.weigh(kept);
    for (const [oldest, gone] of this.#items) {
      if (weight <= this.most || gone === item) break;
      weight -= this.weigh(gone);
      this.#items.delete(oldest);
      this.free(gone);
    }
    return item;
  }

  /** @param {(item: T) => boolean} unwanted */
  drop(unwanted) {
    for (const [name, item] of this.#items) {
      if (!unwanted(item)) continue;
      this.#items.delete(name);
      this.free(item);
    }
  }

  clear() {
    for (const item of this.#items.values()) this.free(item);
    this.forget();
  }

  /** Lets go of everything without freeing it. */
  forget() {
    this.#items.clear();
  }
}
