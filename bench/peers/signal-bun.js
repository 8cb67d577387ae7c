// A bare relay in Bun: bun signal-bun.js PORT. A client connects to /ws/NAME and sends {"to":NAME,"data":…}; the other gets
// {"from":NAME,"data":…}. No rooms, no rules, no limits.
const everybody = new Map();

const server = Bun.serve({
  hostname: "0.0.0.0",
  port: Number(process.argv[2]),
  fetch(request, server) {
    const name = new URL(request.url).pathname.slice("/ws/".length);
    if (server.upgrade(request, { data: { name } })) return undefined;
    return new Response("websockets only", { status: 426 });
  },
  websocket: {
    idleTimeout: 0,
    open: (socket) => { everybody.set(socket.data.name, socket); },
    close: (socket) => { everybody.delete(socket.data.name); },
    message(socket, text) {
      const { to, data } = JSON.parse(text);
      everybody.get(to)?.send(JSON.stringify({ from: socket.data.name, data }));
    },
  },
});
console.log(`Listening on http://127.0.0.1:${server.port}`);
