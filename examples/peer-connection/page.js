// Stands for somebody else's page: two ends of a call in one window. `Connection` is the page's own.
import { recordCall } from "./recorder.js";

const [mine, theirs] = [new RTCPeerConnection(), new RTCPeerConnection()];
mine.onicecandidate = ({ candidate }) => theirs.addIceCandidate(candidate);
theirs.onicecandidate = ({ candidate }) => mine.addIceCandidate(candidate);
const camera = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
for (const track of camera.getTracks()) mine.addTrack(track, camera);
for (const track of await otherPerson()) theirs.addTrack(track);
await mine.setLocalDescription();
await theirs.setRemoteDescription(mine.localDescription);
await theirs.setLocalDescription();
await mine.setRemoteDescription(theirs.localDescription);

const button = document.querySelector("#record");
button.onclick = async () => {
  const recorder = await recordCall(mine, { me: "Mina", other: "Juno" });
  button.textContent = "Stop";
  button.onclick = async () => {
    const recording = await recorder.stop();
    button.textContent = "Save";
    button.onclick = () => recording.save();
  };
};
button.disabled = false;

/** A blue picture and a tone of 850 Hz. */
async function otherPerson() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false });
  setInterval(() => {
    context.fillStyle = "#2050d0";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 50);
  const sound = new AudioContext();
  const tone = new OscillatorNode(sound, { frequency: 850 });
  const sent = sound.createMediaStreamDestination();
  tone.connect(new GainNode(sound, { gain: 0.3 })).connect(sent);
  tone.start();
  return [...canvas.captureStream(20).getTracks(), ...sent.stream.getTracks()];
}
