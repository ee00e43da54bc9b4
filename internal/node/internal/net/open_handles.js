'use strict';
// What a program may ask about the sockets and servers that are open.

const { StreamHandle, TCP, TCPServer, allHandles } = require('internal/net_handle');
const binding = internalBinding('net');

function endpoint(handle, name) {
  const out = {};
  return handle[name]?.(out) === 0 && out.address !== undefined ? { host: out.address, port: out.port } : null;
}

/** For diagnostic reports: what there is to say about each handle, in the words of libuv. */
function describe() {
  return allHandles().map((handle) => {
    const info = {
      type: handle instanceof TCP || handle instanceof TCPServer ? 'tcp' : 'pipe',
      is_active: !handle.closing,
      is_referenced: handle.wantRef,
      fd: handle.fd,
      localEndpoint: endpoint(handle, 'getsockname'),
      remoteEndpoint: endpoint(handle, 'getpeername'),
    };
    if (handle instanceof StreamHandle) {
      info.writeQueueSize = handle.writeQueueSize;
      info.readable = handle.reading;
      const sizes = binding.bufferSizes(handle.id);
      if (sizes !== undefined) [info.sendBufferSize, info.recvBufferSize] = sizes;
    }
    return info;
  });
}

// The handles that keep the loop alive, until they are closed.
function activeHandles() {
  return allHandles().filter((handle) => handle.wantRef);
}

/** process._getActiveHandles: the sockets and servers. */
function activeOwners() {
  return activeHandles().filter((handle) => handle.owner !== null).map((handle) => handle.owner);
}

/** process.getActiveResourcesInfo: what they are. */
function activeNames() {
  return activeHandles().map((handle) => {
    if (handle instanceof TCP) return 'TCPSocketWrap';
    return handle instanceof TCPServer ? 'TCPServerWrap' : 'PipeWrap';
  });
}

module.exports = { activeNames, activeOwners, describe };
