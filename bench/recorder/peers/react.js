// The hook in the smallest page that uses it: `record(stream)` gives `{ stop() }`, whose promise is the recording's Blob.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { useReactMediaRecorder } from 'react-media-recorder';

export async function record(stream, mediaRecorderOptions) {
  let stopped;
  let recorder;
  const started = new Promise((resolve) => {
    function Page() {
      recorder = useReactMediaRecorder({
        video: true, customMediaStream: stream, stopStreamsOnStop: false, mediaRecorderOptions,
        onStart: resolve, onStop: (url, blob) => stopped(blob),
      });
      return null;
    }
    createRoot(document.querySelector('main')).render(createElement(Page));
  });
  while (!recorder) await new Promise(requestAnimationFrame);
  await recorder.startRecording();
  await started;
  return {
    stop: () => new Promise((resolve) => {
      stopped = resolve;
      recorder.stopRecording();
    }),
  };
}
