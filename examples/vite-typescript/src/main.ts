import { Recorder, RecorderError, type Recording } from "hostreel-recorder";

const button = document.querySelector<HTMLButtonElement>("#record")!;

async function record(): Promise<Recording> {
  const recorder = await Recorder.start({ screen: true, preset: "screen", title: "Demo" });
  button.textContent = "Stop";
  button.onclick = () => recorder.stop();
  // It also ends when the user presses "stop sharing".
  return recorder.finished;
}

button.onclick = async () => {
  try {
    const recording = await record();
    button.textContent = `Save ${recording.duration.toFixed(1)} s`;
    button.onclick = () => recording.save();
  } catch (error) {
    button.textContent = error instanceof RecorderError ? error.message : String(error);
  }
};
