// Files from one folder, with MIME types, an ETag and conditional requests.
'use strict';

const fs = require('fs');
const path = require('path');
const { pipeline } = require('stream');
const { HttpError } = require('./http-helpers');

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};

async function serveFile(req, res, folder, pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    throw new HttpError(400, 'the path is not URL-encoded');
  }
  if (name.includes('\0')) throw new HttpError(400, 'the path is not a file name');
  if (name.endsWith('/')) name += 'index.html';
  const file = path.join(folder, name);
  if (!file.startsWith(folder + path.sep)) throw new HttpError(404, 'no such file');
  const stat = await fs.promises.stat(file).catch(() => null);
  if (stat === null || !stat.isFile()) throw new HttpError(404, 'no such file');
  const etag = `"${stat.size.toString(16)}-${Math.floor(stat.mtimeMs).toString(16)}"`;
  res.setHeader('ETag', etag);
  res.setHeader('Last-Modified', stat.mtime.toUTCString());
  if (req.headers['if-none-match'] === etag) {
    res.writeHead(304);
    return res.end();
  }
  res.writeHead(200, { 'Content-Type': types[path.extname(file)] || 'application/octet-stream', 'Content-Length': stat.size });
  if (req.method === 'HEAD') return res.end();
  pipeline(fs.createReadStream(file), res, (err) => { if (err) res.destroy(); });
}

module.exports = { serveFile };
