// The guest's click opens the line and offers; the host answers.
const me = new URLSearchParams(location.search).get('me');
const other = me === 'host' ? 'guest' : 'host';
// What the app asks for.
const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
document.querySelector('#local').srcObject = stream;

const say = (message) => fetch(`/say?to=${other}`, { method: 'POST', body: JSON.stringify(message) });
const connection = new RTCPeerConnection();
for (const track of stream.getTracks()) connection.addTrack(track, stream);
connection.onicecandidate = ({ candidate }) => candidate && say({ candidate });
connection.ontrack = ({ streams: [remote] }) => {
  document.querySelector('#remote').srcObject = remote;
};

const listen = () => new Promise((resolve) => {
  const line = new EventSource(`/listen?me=${me}`);
  line.onopen = resolve;
  line.onmessage = async ({ data }) => {
    const { description, candidate } = JSON.parse(data);
    if (candidate) return connection.addIceCandidate(candidate);
    await connection.setRemoteDescription(description);
    if (description.type === 'offer') {
      await connection.setLocalDescription();
      await say({ description: connection.localDescription });
    }
  };
});

if (me === 'host') await listen();
document.querySelector('#join').addEventListener('click', async () => {
  await listen();
  await connection.setLocalDescription();
  await say({ description: connection.localDescription });
});
window.ready = true;
