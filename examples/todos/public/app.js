'use strict';

const list = document.getElementById('list');
let page = 1;

async function api(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  const value = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) alert(value.error);
  return value;
}

function item(todo) {
  const li = document.createElement('li');
  const box = document.createElement('input');
  const text = document.createElement('span');
  const remove = document.createElement('button');
  box.type = 'checkbox';
  box.checked = todo.done;
  box.onchange = () => api('PUT', `/api/todos/${todo.id}`, { done: box.checked }).then(show);
  text.textContent = todo.title;
  remove.textContent = 'Delete';
  remove.onclick = () => api('DELETE', `/api/todos/${todo.id}`).then(show);
  li.classList.toggle('done', todo.done);
  li.append(box, text, remove);
  return li;
}

async function show() {
  const result = await api('GET', `/api/todos?page=${page}&limit=8`);
  if (page > result.pages) {
    page = result.pages;
    return show();
  }
  list.replaceChildren(...result.items.map(item));
  document.getElementById('place').textContent = `${result.total} todos, page ${result.page} of ${result.pages}`;
  document.getElementById('previous').disabled = page <= 1;
  document.getElementById('next').disabled = page >= result.pages;
  const health = await api('GET', '/health');
  document.getElementById('health').textContent = `up for ${Math.round(health.uptime)} s, Node.js ${health.runtime}`;
}

document.getElementById('new').onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  if (await api('POST', '/api/todos', { title: form.title.value })) form.reset();
  show();
};
document.getElementById('previous').onclick = () => { page--; show(); };
document.getElementById('next').onclick = () => { page++; show(); };
show();
