// The plain broadcast on npm `ws`: each message to each client, as its documentation shows.
import { WebSocketServer, WebSocket } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const subscribers = new Set();
server.on('connection', (socket) => {
  let role = null;
  socket.on('message', (data) => {
    if (role === null) {
      role = data.toString();
      if (role === 'sub') subscribers.add(socket);
      return;
    }
    if (role !== 'pub') return;
    for (const one of subscribers) if (one.readyState === WebSocket.OPEN) one.send(data, { binary: false });
  });
  socket.on('close', () => subscribers.delete(socket));
});
server.on('listening', () => console.log(`listening on ${server.address().port}`));
