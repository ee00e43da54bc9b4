const Koa = require('koa');

const app = new Koa();
app.use(async (ctx) => {
  ctx.body = { message: 'hello', path: ctx.path };
});
app.listen(Number(process.env.PORT));
