// Bodies in, JSON out.
'use strict';

const querystring = require('querystring');

const BODY_LIMIT = 16 * 1024;

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Collects and parses a body: JSON, or a URL-encoded form.
async function readBody(req) {
  const type = (req.headers['content-type'] || '').split(';')[0].trim().toLowerCase();
  if (Number(req.headers['content-length']) > BODY_LIMIT) throw new HttpError(413, `the body may have ${BODY_LIMIT} bytes at most`);
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new HttpError(413, `the body may have ${BODY_LIMIT} bytes at most`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (type === 'application/x-www-form-urlencoded') return { ...querystring.parse(text) };
  if (type !== 'application/json') throw new HttpError(400, 'the body must be application/json or application/x-www-form-urlencoded');
  try {
    return JSON.parse(text);
  } catch (err) {
    throw new HttpError(400, `the body is not JSON: ${err.message}`);
  }
}

function sendJson(res, status, value) {
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  res.end(JSON.stringify(value));
}

module.exports = { HttpError, readBody, sendJson };
