const app = require('fastify')();

app.get('/', async () => ({ message: 'hello' }));
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
