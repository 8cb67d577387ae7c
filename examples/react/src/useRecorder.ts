import { Recorder, type RecorderOptions, type Recording } from "hostreel-recorder";
import { useEffect, useRef, useState } from "react";

export function useRecorder(options: RecorderOptions) {
  const recorder = useRef<Recorder>(undefined);
  const [seconds, setSeconds] = useState(0);
  const [recording, setRecording] = useState<Recording>();

  // Whoever leaves the page of the recorder ends the recording; it stays in the library.
  useEffect(() => () => void recorder.current?.stop(), []);

  const start = async () => {
    recorder.current = await Recorder.start(options);
    recorder.current.addEventListener("progress", (event) => setSeconds(event.seconds));
    recorder.current.addEventListener("finished", (event) => setRecording(event.recording));
  };
  return { start, stop: () => recorder.current?.stop(), seconds, recording };
}
