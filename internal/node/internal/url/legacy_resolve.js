'use strict';

// url.resolve(): where a link on a page leads, by the rules of url.parse().

const { Url, hostlessProtocol, slashedProtocol } = require('internal/url/legacy');



/** Where `relative` (a string or a Url) leads from `base`. */
function resolveObject(base, relative) {
  if (typeof relative === 'string') {
    const parsed = new Url();
    parsed.parse(relative, false, true);
    relative = parsed;
  }
  const result = new Url();
  Object.assign(result, base);
  // A hash is never inherited.
  result.hash = relative.hash;
  if (relative.href === '') {
    result.href = result.format();
    return result;
  }
  if (relative.slashes && !relative.protocol) return withNewHost(result, relative);
  if (relative.protocol && relative.protocol !== result.protocol) return withNewProtocol(result, relative);
  return withNewPath(result, relative);
}

/** "//host/path": all but the protocol is the link's. */
function withNewHost(result, relative) {
  for (const key of Object.keys(relative)) {
    if (key !== 'protocol') result[key] = relative[key];
  }
  if (slashedProtocol.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = '/';
  result.href = result.format();
  return result;
}

/** Another protocol: the link stands for itself, apart from a host it may have forgotten. */
function withNewProtocol(result, relative) {
  if (!slashedProtocol.has(relative.protocol)) {
    Object.assign(result, relative);
    result.href = result.format();
    return result;
  }
  result.protocol = relative.protocol;
  if (!relative.host && !/^file:?$/.test(relative.protocol) && !hostlessProtocol.has(relative.protocol)) {
    const segments = (relative.pathname || '').split('/');
    while (segments.length > 0 && !(relative.host = segments.shift()));
    relative.host ||= '';
    relative.hostname ||= '';
    if (segments[0] !== '') segments.unshift('');
    if (segments.length < 2) segments.unshift('');
    result.pathname = segments.join('/');
  } else {
    result.pathname = relative.pathname;
  }
  result.search = relative.search;
  result.query = relative.query;
  result.host = relative.host || '';
  result.auth = relative.auth;
  result.hostname = relative.hostname || relative.host;
  result.port = relative.port;
  if (result.pathname || result.search) result.path = (result.pathname || '') + (result.search || '');
  result.slashes ||= relative.slashes;
  result.href = result.format();
  return result;
}

/** Takes the user out of "user@host" when it came as the first segment of a path. */
function splitAuth(result) {
  const at = result.host && result.host.indexOf('@') > 0 && result.host.split('@');
  if (at) {
    result.auth = at.shift();
    result.host = result.hostname = at.shift();
  }
}

function withNewPath(result, relative) {
  const fromRoot = Boolean(result.pathname && result.pathname[0] === '/');
  const toRoot = relative.host || (relative.pathname && relative.pathname[0] === '/');
  let mustEndAbsolute = toRoot || fromRoot || (result.host && relative.pathname);
  const removeAllDots = mustEndAbsolute;
  let path = (result.pathname && result.pathname.split('/')) || [];
  const relPath = (relative.pathname && relative.pathname.split('/')) || [];
  // Protocols without slashes keep their host as the first segment of the path.
  const noSlashes = result.protocol && !slashedProtocol.has(result.protocol);

  if (noSlashes) {
    result.hostname = '';
    result.port = null;
    if (result.host) {
      if (path[0] === '') path[0] = result.host;
      else path.unshift(result.host);
    }
    result.host = '';
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      if (relative.host) {
        if (relPath[0] === '') relPath[0] = relative.host;
        else relPath.unshift(relative.host);
      }
      relative.host = null;
    }
    mustEndAbsolute &&= relPath[0] === '' || path[0] === '';
  }

  if (toRoot) {
    if (relative.host || relative.host === '') {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === '') {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    path = relPath;
  } else if (relPath.length > 0) {
    path.pop();
    path = path.concat(relPath);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    if (noSlashes) {
      result.hostname = result.host = path.shift();
      splitAuth(result);
    }
    result.search = relative.search;
    result.query = relative.query;
    if (result.pathname !== null || result.search !== null) {
      result.path = (result.pathname ? result.pathname : '') + (result.search ? result.search : '');
    }
    result.href = result.format();
    return result;
  }

  if (path.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return result;
  }

  path = removeDots(path, {
    trailing: endsInFolder(path, result, relative), absolute: mustEndAbsolute, dropParents: removeAllDots,
  });
  const absolute = path[0] === '' || (path[0] && path[0][0] === '/');
  if (noSlashes) {
    result.hostname = result.host = absolute ? '' : path.length > 0 ? path.shift() : '';
    splitAuth(result);
  }
  mustEndAbsolute ||= result.host && path.length > 0;
  if (mustEndAbsolute && !absolute) path.unshift('');
  if (path.length === 0) {
    result.pathname = null;
    result.path = null;
  } else {
    result.pathname = path.join('/');
  }
  if (result.pathname !== null || result.search !== null) {
    result.path = (result.pathname ? result.pathname : '') + (result.search ? result.search : '');
  }
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  result.href = result.format();
  return result;
}

/** Does the path end in a folder: in '.', '..', or nothing? */
function endsInFolder(path, result, relative) {
  const last = path.at(-1);
  return ((result.host || relative.host || path.length > 1) && (last === '.' || last === '..')) || last === '';
}

/** Resolves '.' and '..'. */
function removeDots(path, { trailing, absolute, dropParents }) {
  let up = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    if (path[i] === '.') {
      path.splice(i, 1);
    } else if (path[i] === '..') {
      path.splice(i, 1);
      up++;
    } else if (up > 0) {
      path.splice(i, 1);
      up--;
    }
  }
  if (!absolute && !dropParents) {
    while (up-- > 0) path.unshift('..');
  }
  if (absolute && path[0] !== '' && (!path[0] || path[0][0] !== '/')) path.unshift('');
  if (trailing && !path.join('/').endsWith('/')) path.push('');
  return path;
}

module.exports = { resolveObject };
