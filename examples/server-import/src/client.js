const button = document.querySelector("#record");

button.onclick = async () => {
  // Loaded at the first click, not with the page.
  const { Recorder } = await import("hostreel-recorder");
  const recorder = await Recorder.start({ camera: true, microphone: true });
  button.textContent = "Stop";
  button.onclick = async () => {
    const recording = await recorder.stop();
    button.textContent = "Save";
    button.onclick = () => recording.save();
  };
};
