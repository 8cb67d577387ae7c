// What is seen. It knows nothing of recorders: it is told a state and asks for actions.
import { icon, make } from "./make.js";
import { style } from "./style.js";

const BARS = 40;

/** Buttons by state, in their order; the first is the main one. */
const BUTTONS = {
  idle: ["start"],
  asking: ["start"],
  recording: ["pause", "stop"],
  paused: ["resume", "stop"],
  stopping: ["stop"],
  finished: ["save", "again", "remove"],
  failed: ["again"],
};
const ICONS = { start: "record", pause: "pause", resume: "record", stop: "stop", save: "save" };
const LOOKS = { start: "record", stop: "stop", save: "primary", again: "quiet", remove: "quiet" };

export class View {
  #buttons = new Map();
  #levels = Array(BARS).fill(0);

  /** `act(name)` is called when a button is pressed. */
  constructor(root, act) {
    root.adoptedStyleSheets = [style()];
    this.act = act;
    this.video = make("video", { muted: true, playsInline: true, autoplay: true, part: "preview", hidden: true });
    this.player = make("video", { controls: true, playsInline: true, part: "playback", hidden: true });
    this.listener = make("audio", { controls: true, part: "playback", hidden: true });
    this.bars = make("div", { className: "bars", hidden: true, "aria-hidden": "true" }, ...Array.from({ length: BARS }, () => make("i")));
    this.badge = make("div", { className: "badge" });
    this.headline = make("strong");
    this.line = make("span");
    this.poster = make("div", { className: "poster", part: "poster" }, this.badge, this.headline, this.line);
    this.chipText = make("span");
    this.chipTime = make("time", { part: "time" });
    this.chip = make("div", { className: "chip", part: "status", "aria-hidden": "true" }, this.chipText, this.chipTime);
    this.frame = make("div", { className: "frame", part: "frame" }, this.video, this.player, this.listener, this.bars, this.poster, this.chip);
    this.title = make("b", { part: "title" });
    this.detail = make("span", { part: "detail" });
    this.meter = make("div", { className: "level", part: "level", role: "meter", "aria-valuemin": "0", "aria-valuemax": "100" }, make("i"));
    this.facts = make("div", { className: "facts" }, this.title, this.detail, this.meter);
    this.buttons = make("div", { className: "buttons", part: "controls" });
    this.notices = make("div", { part: "notices" });
    // Only what changes the state is spoken: a running clock would drown everything else.
    this.spoken = make("div", { className: "away", role: "status", "aria-live": "polite" });
    this.card = make(
      "section", { className: "card", part: "card" },
      this.frame, make("div", { className: "bar", part: "bar" }, this.facts, this.buttons), this.notices, this.spoken,
    );
    root.append(this.card);
  }

  /** Everything but what changes several times a second. */
  show({ state, texts, sources, hasPicture, hasSound, title, detail, headline, line, tag }) {
    const live = state === "recording" || state === "paused" || state === "stopping";
    this.card.className = `card ${state} ${hasPicture ? "" : "audio"}`;
    this.card.lang = tag;
    this.card.setAttribute("aria-label", texts.region);
    this.card.setAttribute("aria-busy", String(state === "asking" || state === "stopping"));
    this.video.hidden = !(live && hasPicture);
    this.bars.hidden = !(live && !hasPicture);
    this.chip.hidden = !live;
    this.chipText.textContent = texts.state[state] ?? "";
    this.poster.hidden = live || state === "finished";
    this.badge.replaceChildren(...sources.map(icon));
    this.headline.textContent = headline;
    this.line.textContent = line;
    this.title.textContent = title;
    if (detail || !live) this.detail.textContent = detail;
    this.meter.hidden = !(hasSound && (state === "recording" || state === "paused"));
    this.meter.setAttribute("aria-label", texts.level);
    this.video.setAttribute("aria-label", texts.preview);
    for (const player of [this.player, this.listener]) player.setAttribute("aria-label", texts.playback);
    this.#offer(BUTTONS[state], texts, state === "asking" || state === "stopping");
  }

  #offer(names, texts, busy) {
    const focused = this.card.getRootNode().activeElement;
    const wanted = names.map((name) => this.#button(name, texts[name], busy));
    this.buttons.classList.toggle("many", wanted.length > 2);
    if (wanted.length === this.buttons.childElementCount && wanted.every((button, index) => button === this.buttons.children[index])) return;
    const was = this.buttons.contains(focused);
    this.buttons.replaceChildren(...wanted);
    // Whoever stood on a button that has gone stands on the one in its place.
    if (was) (wanted.includes(focused) ? focused : wanted[0]).focus();
  }

  #button(name, text, busy) {
    if (!this.#buttons.has(name)) {
      const button = make("button", { type: "button", part: `button button-${name}`, className: LOOKS[name] ?? "" });
      button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && this.act(name));
      this.#buttons.set(name, button);
    }
    const button = this.#buttons.get(name);
    button.replaceChildren(...(ICONS[name] ? [icon(ICONS[name])] : []), text);
    // Not `disabled`: that would take the focus away.
    button.setAttribute("aria-disabled", String(busy));
    return button;
  }

  time(text) {
    this.chipTime.textContent = text;
  }

  level(level) {
    this.meter.firstElementChild.style.setProperty("--v", level.toFixed(3));
    this.meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
    if (this.bars.hidden) return;
    this.#levels.push(level);
    this.#levels.shift();
    this.#levels.forEach((one, index) => this.bars.children[index].style.setProperty("--v", one.toFixed(3)));
  }

  /** Says something once, to whoever listens. */
  say(text) {
    this.spoken.textContent = text;
  }

  /** Replaces the notices: `{ text, warn, buttons: [[name, text, press]] }`. */
  notice(all) {
    this.notices.replaceChildren(
      ...all.map(({ text, warn, buttons = [] }) =>
        make(
          "div", { className: `notice ${warn ? "warn" : ""}`, part: "notice" },
          make("p", {}, text),
          ...buttons.map(([name, words, press]) => {
            const button = make("button", { type: "button", part: `button button-${name}`, className: "quiet" }, words);
            button.addEventListener("click", press);
            return button;
          }),
        )),
    );
  }

  play(stream) {
    this.video.srcObject = stream;
  }

  /** Shows a recording to be played; nothing takes it away. */
  playback(url, hasPicture) {
    const players = [this.player, this.listener];
    const used = hasPicture ? this.player : this.listener;
    for (const player of players) {
      player.hidden = !url || player !== used;
      if (player.hidden) player.removeAttribute("src");
      else player.src = url;
      player.load();
    }
  }
}
