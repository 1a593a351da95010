// ShareDB on its in-memory database: JSON0 operations to documents, fanned out to their subscribers.
import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import ShareDB from 'sharedb';
import { WebSocketServer } from 'ws';

const backend = new ShareDB();
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on('connection', (socket) => {
  const stream = new Duplex({
    objectMode: true,
    read() {},
    write(message, _encoding, done) {
      socket.send(JSON.stringify(message));
      done();
    },
  });
  socket.on('message', (data) => stream.push(JSON.parse(data.toString())));
  socket.on('close', () => stream.destroy());
  backend.listen(stream);
});
http.listen(0, '127.0.0.1', () => console.log(`listening on ${http.address().port}`));
