// Socket.IO: a room, and an emit to it for each message.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { perMessageDeflate: false });
io.on('connection', (socket) => {
  socket.join('bench'); // the one that publishes leaves again
  socket.once('publish', () => socket.leave('bench'));
  socket.on('publish', (message) => io.to('bench').emit('event', message));
});
http.listen(0, '127.0.0.1', () => console.log(`listening on ${http.address().port}`));
