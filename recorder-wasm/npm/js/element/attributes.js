// What an element's attributes say. One that says nothing sensible is as if it were not there.
import { WORDS } from "../options.js";

/** Names of sources, which are attributes too. */
export const SOURCES = ["camera", "microphone", "screen"];

/** Which sources are wanted; camera and microphone where none is named. */
export function sourcesOf(element) {
  const named = SOURCES.filter((name) => element.hasAttribute(name));
  return named.length ? named : ["camera", "microphone"];
}

/** As `Recorder.start()` takes them. */
export function optionsOf(element) {
  const word = (name) => WORDS[name].find((word) => word === element.getAttribute(name));
  const maxDuration = Number(element.getAttribute("max-duration"));
  return {
    ...Object.fromEntries(sourcesOf(element).map((name) => [name, true])),
    title: element.getAttribute("recording-title") ?? undefined,
    container: word("container"),
    preset: word("preset"),
    maxDuration: maxDuration > 0 ? maxDuration : undefined,
  };
}

/** A language tag as the browser takes it: pages write `en_US`, too. What is none counts as English. */
export function languageTag(written) {
  try {
    return Intl.getCanonicalLocales(written.replaceAll("_", "-"))[0];
  } catch {
    return "en";
  }
}

/** The language of an element: its own, that of what it stands in, the page's, the browser's. */
export const languageOf = (element) =>
  languageTag(element.lang || element.closest("[lang]")?.lang || document.documentElement.lang || navigator.language);
