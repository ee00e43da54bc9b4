'use strict';
// The dashboard: asks for /stats once a second and shows what it says. Of numbers that
// grow it shows how fast they do, between the last two answers.

const keep = 120;
const history = {};
let last;

const byId = (id) => document.getElementById(id);
const number = (n) => n >= 1e6 ? (n / 1e6).toFixed(1) + ' M' : n >= 1e4 ? (n / 1e3).toFixed(1) + ' k' : n >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(1);
const percent = (x) => (100 * x).toFixed(0) + ' %';

function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
  return (i && n < 100 ? n.toFixed(1) : Math.round(n)) + ' ' + units[i];
}

function time(s) {
  if (s === undefined) return '–';
  if (s < 1e-3) return Math.round(s * 1e6) + ' µs';
  if (s < 1) return (s * 1e3).toFixed(s < 0.1 ? 1 : 0) + ' ms';
  if (s < 120) return s.toFixed(1) + ' s';
  const hours = s / 3600;
  return hours < 2 ? Math.round(s / 60) + ' min' : hours < 48 ? Math.round(hours) + ' h' : Math.round(hours / 24) + ' days';
}

// quantile of the durations that were counted between two answers.
function quantile(bounds, counts, before, q) {
  const fresh = counts.map((n, i) => n - (before ? before[i] : 0));
  let rank = q * fresh.reduce((a, b) => a + b, 0);
  if (!rank) return undefined;
  for (let i = 0, below = 0; i < bounds.length; i++) {
    if (fresh[i] && rank <= fresh[i]) return below + rank / fresh[i] * (bounds[i] - below);
    rank -= fresh[i];
    below = bounds[i];
  }
  return bounds[bounds.length - 1];
}

const sum = (list, of) => list.reduce((n, x) => n + of(x), 0);
const add = (a, b) => a.map((n, i) => n + (b[i] || 0));
const durations = (stats) => stats.routes.reduce((all, r) => add(r.durations, all), []);

function cell(text, tag, bad) {
  const td = document.createElement(tag || 'td');
  td.textContent = text;
  if (bad) td.className = 'bad';
  return td;
}

function table(id, head, rows) {
  const all = [head.map((h) => cell(h, 'th')), ...rows.map((row) => row.map((c) => c instanceof Node ? c : cell(c)))].map((cells) => {
    const tr = document.createElement('tr');
    tr.append(...cells);
    return tr;
  });
  byId(id).replaceChildren(...all);
}

function tile(name, value, text) {
  const points = history[name] ||= [];
  points.push(value || 0);
  if (points.length > keep) points.shift();
  let t = byId('tile ' + name);
  if (!t) {
    t = document.createElement('div');
    t.className = 'tile';
    t.id = 'tile ' + name;
    t.innerHTML = '<span></span><b></b><svg viewBox="0 0 119 100" preserveAspectRatio="none"><polyline/></svg>';
    t.querySelector('span').textContent = name;
    byId('tiles').append(t);
  }
  t.querySelector('b').textContent = text;
  const top = Math.max(...points) || 1;
  t.querySelector('polyline').setAttribute('points', points.map((v, i) => `${keep - points.length + i},${98 - 94 * v / top}`).join(' '));
}

function show(now) {
  const before = last && last.uptime < now.uptime ? last : undefined;
  const over = before ? now.time - before.time : 1;
  const rate = (a, b) => before ? Math.max(0, (a - (b || 0)) / over) : 0;
  const state = byId('state');
  state.textContent = now.ready ? 'ready' : now.stopping ? 'stopping' : 'not ready';
  state.className = now.ready ? 'badge good' : 'badge bad';
  byId('about').textContent = `${now.build?.version ?? ''} · up ${time(now.uptime)}` + (now.config ? ` · configuration: ${now.config.last_failed ? 'the newest is wrong, an older one is in force' : 'in force'}` : '');

  const requests = (s) => sum(s.routes, (r) => r.requests);
  const failed = (s) => sum(s.routes, (r) => r.classes['5xx'] + r.classes.none);
  const perSecond = rate(requests(now), before && requests(before));
  const p99 = quantile(now.bounds, durations(now), before && durations(before), 0.99);
  const delay = Math.max(0, ...now.workers.map((w) => w.delay));
  const busy = now.workers.length ? Math.max(...now.workers.map((w) => w.busy)) : 0;
  tile('requests a second', perSecond, number(perSecond));
  tile('99 % within', p99, time(p99));
  const errors = rate(failed(now), before && failed(before));
  tile('failed a second', errors, number(errors));
  tile('sent a second', rate(now.sent, before?.sent), bytes(rate(now.sent, before?.sent)));
  const connections = sum(now.workers, (w) => w.connections);
  tile('connections', connections, number(connections));
  const waiting = sum(now.workers, (w) => w.waiting);
  tile('requests that wait', waiting, number(waiting));
  tile('event-loop delay', delay, time(delay));
  tile('busiest worker', busy, percent(busy));

  const old = Object.fromEntries((before?.routes ?? []).map((r) => [r.name, r]));
  table('routes', ['route', 'requests', 'a second', '2xx', '3xx', '4xx', '5xx', 'no answer', 'half within', '99 % within', 'received', 'sent'], now.routes.map((r) => {
    const was = old[r.name];
    return [r.name, number(r.requests), number(rate(r.requests, was?.requests)), ...['2xx', '3xx', '4xx'].map((c) => number(r.classes[c])),
      cell(number(r.classes['5xx']), 'td', r.classes['5xx'] > (was?.classes['5xx'] ?? r.classes['5xx'])), number(r.classes.none),
      time(quantile(now.bounds, r.durations, was?.durations, 0.5)), time(quantile(now.bounds, r.durations, was?.durations, 0.99)), bytes(r.received), bytes(r.sent)];
  }));
  table('workers', ['worker', 'state', 'age', 'connections', 'active', 'upgraded', 'requests', 'waiting', 'served', 'loop delay', 'busy', 'heap', 'limit', 'collections', 'their time'], now.workers.map((w) => [
    String(w.id), cell(w.stuck ? 'stuck' : w.state, 'td', w.stuck), time(w.age), number(w.connections), number(w.active), number(w.upgraded), number(w.requests), number(w.waiting),
    number(w.served), time(w.delay), percent(w.busy), w.heap_limit ? bytes(w.heap) : '–', w.heap_limit ? bytes(w.heap_limit) : '–', number(w.gc_count), time(w.gc_time)]));
  const pairs = (id, what, map) => table(id, [what, ''], Object.entries(map ?? {}).map(([name, n]) => [name, number(n)]));
  pairs('statuses', 'status', now.statuses);
  const refused = { 'too many waited': now.shed, 'connections of one address': now.refused_connections };
  for (const r of now.routes) for (const [reason, n] of Object.entries(r.refused)) refused[reason] = (refused[reason] || 0) + n;
  pairs('refused', 'reason', refused);
  pairs('restarts', 'cause', now.restarts);
  pairs('errors', 'code', { ...now.protocol_errors, ...now.lenient });
  last = now;
}

async function ask() {
  try {
    const res = await fetch('stats');
    if (!res.ok) throw new Error(res.status);
    show(await res.json());
  } catch {
    byId('state').textContent = 'no answer';
    byId('state').className = 'badge bad';
  }
  setTimeout(ask, 1000);
}

ask();
