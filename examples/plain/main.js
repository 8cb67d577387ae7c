import { Recorder } from "./hostreel-recorder/index.js";

const button = document.querySelector("#record");
const playback = document.querySelector("#playback");
let recorder;

button.onclick = async () => {
  if (!recorder) {
    recorder = await Recorder.start({ camera: true, microphone: true });
    recorder.addEventListener("progress", ({ seconds }) => {
      document.querySelector("#time").value = `${seconds.toFixed(0)} s`;
    });
    button.textContent = "Stop";
    return;
  }
  const recording = await recorder.stop();
  playback.src = await recording.url();
  playback.hidden = false;
  button.textContent = "Save";
  button.onclick = () => recording.save("my recording");
};
