import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { useRecorder } from "./useRecorder";

function VoiceNote() {
  const { start, stop, seconds, recording } = useRecorder({ microphone: true, preset: "voice" });
  if (recording) return <button onClick={() => recording.save("voice note")}>Save</button>;
  return <button onClick={seconds ? stop : start}>{seconds ? `Stop (${seconds.toFixed(0)} s)` : "Record"}</button>;
}

createRoot(document.querySelector("#root")!).render(<StrictMode><VoiceNote /></StrictMode>);
