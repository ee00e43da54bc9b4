// The todos, in memory.
'use strict';

const { HttpError } = require('./http-helpers');

function validate(input) {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) throw new HttpError(400, 'a todo must be an object');
  const todo = {};
  if (input.title !== undefined) {
    if (typeof input.title !== 'string' || input.title.trim() === '') throw new HttpError(400, 'title must be a text that is not empty');
    if (input.title.length > 200) throw new HttpError(400, 'title may have 200 characters at most');
    todo.title = input.title.trim();
  }
  if (input.done !== undefined) {
    // A form has only texts.
    if (![true, false, 'true', 'false'].includes(input.done)) throw new HttpError(400, 'done must be true or false');
    todo.done = input.done === true || input.done === 'true';
  }
  return todo;
}

class TodoStore {
  #todos = new Map();
  #lastId = 0;

  get size() { return this.#todos.size; }
  has(id) { return this.#todos.has(id); }
  get(id) { return this.#todos.get(id); }

  create(input) {
    const { title, done = false } = validate(input);
    if (title === undefined) throw new HttpError(400, 'title is missing');
    const todo = { id: ++this.#lastId, title, done, created: new Date().toISOString() };
    this.#todos.set(todo.id, todo);
    return todo;
  }

  update(id, input) {
    return Object.assign(this.#todos.get(id), validate(input));
  }

  delete(id) { this.#todos.delete(id); }

  list({ page, limit, done }) {
    const all = [...this.#todos.values()].filter((t) => done === undefined || t.done === done);
    const pages = Math.max(1, Math.ceil(all.length / limit));
    return { items: all.slice((page - 1) * limit, page * limit), page, pages, limit, total: all.length };
  }
}

module.exports = { TodoStore };
