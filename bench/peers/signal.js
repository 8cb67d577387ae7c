// Starts another's signaling server on loopback: node signal.js peerjs|y-webrtc PORT
import { connect } from "node:net";

const [name, port] = [process.argv[2], Number(process.argv[3])];
const hour = 3_600_000;
if (name === "peerjs") {
  const { PeerServer } = await import("peer");
  PeerServer({ host: "127.0.0.1", port, alive_timeout: hour, concurrent_limit: 50_000 });
} else if (name === "y-webrtc") {
  process.env.PORT = String(port);
  await import(new URL("node_modules/y-webrtc/bin/server.js", import.meta.url));
} else {
  throw new Error(`no such server: ${name}`);
}

const isUp = () => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1", () => resolve(true));
  socket.on("connect", () => socket.end()).on("error", () => resolve(false));
});
while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 50));
console.log(`Listening on http://127.0.0.1:${port}`);
