// Workers share a port; so do those that ask for any port, in the order of asking. Messages go both ways.
const cluster = require('node:cluster');
const net = require('node:net');

if (cluster.isPrimary) {
  cluster.setupPrimary({ serialization: 'advanced' });
  const workers = [cluster.fork(), cluster.fork(), cluster.fork()];
  const ports = [];
  let ready = 0;
  const answers = {};
  cluster.on('message', (worker, message) => {
    if (message.ports) {
      ports.push(message.ports);
      if (++ready === 3) ask();
    }
    if (message.echo) {
      console.log('echo', message.echo);
    }
  });
  const ask = () => {
    console.log('same ports', new Set(ports.map(String)).size === 1, 'two of them', new Set(ports[0]).size === 2);
    let open = 0;
    const sockets = [];
    for (let i = 0; i < 30; i++) {
      const socket = net.connect(ports[0][i % 2], '127.0.0.1');
      sockets.push(socket);
      socket.once('data', (data) => {
        answers[data] = (answers[data] ?? 0) + 1;
        if (++open === 30) {
          console.log('all answered', Object.keys(answers), Object.values(answers).every((n) => n > 0));
          for (const s of sockets) s.destroy();
          workers[0].send({ a: 1n, b: new Map([[1, 'x']]), c: new Date(0), d: new Uint8Array(2) });
        }
      });
    }
  };
  process.on('exit', () => console.log('end', Object.keys(cluster.workers)));
  cluster.on('message', (worker, message) => {
    if (message.echo) cluster.disconnect(() => console.log('disconnected'));
  });
} else {
  const servers = [];
  const answer = (socket) => {
    socket.on('error', () => {});
    socket.write(`${cluster.worker.id}`);
  };
  const listen = () => new Promise((resolve) => {
    const server = net.createServer(answer);
    servers.push(server);
    server.listen(0, '127.0.0.1', resolve);
  });
  listen().then(listen).then(() => process.send({ ports: servers.map((s) => s.address().port) }));
  process.on('message', (message) => process.send({ echo: message }));
}
