const express = require('express');

const app = express();
app.use(express.json());
app.get('/', (req, res) => res.json({ message: 'hello', from: req.ip }));
app.listen(Number(process.env.PORT));
