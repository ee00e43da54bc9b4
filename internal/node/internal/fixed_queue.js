'use strict';
// A queue of rings of 2048 places: constant cost, no copying when it grows, memory given back when it shrinks.

const size = 2048; // A power of two.
const mask = size - 1;

// One place stays empty: top === bottom means empty, (top + 1) & mask === bottom full.
class Ring {
  constructor() {
    this.bottom = 0;
    this.top = 0;
    this.list = new Array(size);
    this.next = null;
  }

  isEmpty() { return this.top === this.bottom; }

  isFull() { return ((this.top + 1) & mask) === this.bottom; }

  push(item) {
    this.list[this.top] = item;
    this.top = (this.top + 1) & mask;
  }

  shift() {
    const item = this.list[this.bottom];
    if (item === undefined) return null;
    this.list[this.bottom] = undefined;
    this.bottom = (this.bottom + 1) & mask;
    return item;
  }
}

module.exports = class FixedQueue {
  constructor() {
    this.head = this.tail = new Ring();
  }

  isEmpty() { return this.head.isEmpty(); }

  push(item) {
    // Full: the next ring becomes the head of the queue.
    if (this.head.isFull()) this.head = this.head.next = new Ring();
    this.head.push(item);
  }

  // null when empty.
  shift() {
    const { tail } = this;
    const item = tail.shift();
    if (tail.isEmpty() && tail.next !== null) {
      this.tail = tail.next;
      tail.next = null;
    }
    return item;
  }
};
