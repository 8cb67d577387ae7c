// Records a call of a page that is not ours: all that it needs is the page's RTCPeerConnection.
import { Mix, Recorder } from "./hostreel-recorder/index.js";

/** Records what both sides of a connection send; gives the recorder. People are shown with the names. */
export async function recordCall(connection, { me = "Me", other = "Other" } = {}) {
  const mix = await Mix.create();
  const sent = connection.getSenders().flatMap(({ track }) => track ?? []);
  mix.add("me", new MediaStream(sent), { name: me });
  const heard = new MediaStream(connection.getReceivers().map(({ track }) => track));
  mix.add("other", heard, { name: other });
  // Whoever comes later in the call is in it from then on.
  connection.addEventListener("track", ({ track }) => {
    heard.addTrack(track);
    mix.setStream("other", heard);
  });
  const recorder = await Recorder.start({ mix, title: "Call" });
  recorder.finished.finally(() => mix.dispose()).catch(() => {});
  return recorder;
}
