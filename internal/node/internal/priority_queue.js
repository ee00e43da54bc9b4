'use strict';
// A binary heap. compare(a, b) < 0 means that a comes first; setPosition(item, index) tells an item where it is,
// so that percolateDown and removeAt can be used on it.

module.exports = class PriorityQueue {
  #compare = (a, b) => a - b;
  #setPosition;
  // One-based: the children of i are 2i and 2i + 1.
  #heap = [undefined, undefined];
  #size = 0;

  constructor(comparator, setPosition) {
    if (comparator !== undefined) this.#compare = comparator;
    if (setPosition !== undefined) this.#setPosition = setPosition;
  }

  insert(value) {
    const position = ++this.#size;
    this.#heap[position] = value;
    this.percolateUp(position);
  }

  peek() { return this.#heap[1]; }

  peekBottom() { return this.#heap[this.#size]; }

  percolateDown(position) {
    const compare = this.#compare;
    const setPosition = this.#setPosition;
    const heap = this.#heap;
    const size = this.#size;
    const item = heap[position];

    for (let child = position * 2; child <= size; child = position * 2) {
      if (child < size && compare(heap[child + 1], heap[child]) < 0) child++;
      if (compare(item, heap[child]) <= 0) break;
      setPosition?.(heap[child], position);
      heap[position] = heap[child];
      position = child;
    }
    heap[position] = item;
    setPosition?.(item, position);
  }

  percolateUp(position) {
    const compare = this.#compare;
    const setPosition = this.#setPosition;
    const heap = this.#heap;
    const item = heap[position];

    while (position > 1) {
      const parent = position >> 1;
      if (compare(heap[parent], item) <= 0) break;
      setPosition?.(heap[parent], position);
      heap[position] = heap[parent];
      position = parent;
    }
    heap[position] = item;
    setPosition?.(item, position);
  }

  removeAt(position) {
    const heap = this.#heap;
    const last = this.#size--;
    heap[position] = heap[last];
    heap[last] = undefined;
    if (this.#size === 0 || position > this.#size) return;
    if (position > 1 && this.#compare(heap[position >> 1], heap[position]) > 0) this.percolateUp(position);
    else this.percolateDown(position);
  }

  shift() {
    const value = this.#heap[1];
    if (value === undefined) return undefined;
    this.removeAt(1);
    return value;
  }
};
