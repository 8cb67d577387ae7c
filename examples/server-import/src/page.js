// Runs on the server: importing the package there touches no window.
import { Recorder } from "hostreel-recorder";

export const page = () => `<!doctype html>
<html lang="en">
  <title>Rendered on a server</title>
  <button id="record">Record</button>
  <p>${typeof Recorder.start === "function" ? "The recorder is loaded when it is needed." : ""}</p>
  <script type="module" src="/client.js"></script>
</html>`;
