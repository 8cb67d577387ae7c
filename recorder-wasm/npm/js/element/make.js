/** Makes an element: no markup is parsed, so that a policy of trusted types has nothing to mind. */
export function make(tag, { part, ...members } = {}, ...children) {
  const made = document.createElement(tag);
  if (part) made.setAttribute("part", part);
  for (const [name, value] of Object.entries(members)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const PATHS = {
  camera: "M3 7.5A2.5 2.5 0 0 1 5.500 5h7A2.500 2.500 0 0 1 15 7.500v9a2.500 2.500 0 0 1-2.500 2.500h-7A2.500 2.500 0 0 1 3 16.500zM17 10.200l3.300-2.200a.7.7 0 0 1 1.100.6v6.800a.7.7 0 0 1-1.100.6L17 13.800z",
  microphone: "M12 3a3.200 3.200 0 0 1 3.200 3.200v5.600a3.200 3.200 0 0 1-6.400 0V6.200A3.200 3.200 0 0 1 12 3zM5.500 11.500a1 1 0 0 1 2 0 4.500 4.500 0 0 0 9 0 1 1 0 0 1 2 0A6.500 6.500 0 0 1 13 17.900V20h2.500a1 1 0 0 1 0 2h-7a1 1 0 0 1 0-2H11v-2.100a6.500 6.500 0 0 1-5.500-6.400z",
  screen: "M5 4h14a2.500 2.500 0 0 1 2.500 2.500v8A2.500 2.500 0 0 1 19 17h-6v2h3a1 1 0 0 1 0 2H8a1 1 0 0 1 0-2h3v-2H5a2.500 2.500 0 0 1-2.500-2.500v-8A2.500 2.500 0 0 1 5 4zm0 2a.5.5 0 0 0-.5.5v8a.5.5 0 0 0 .5.5h14a.5.5 0 0 0 .5-.5v-8A.5.5 0 0 0 19 6z",
  record: "M12 5.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13z",
  pause: "M8 5h2.500a.8.8 0 0 1 .8.8v12.400a.8.8 0 0 1-.8.8H8a.8.8 0 0 1-.8-.8V5.800A.8.8 0 0 1 8 5zm5.500 0H16a.8.8 0 0 1 .8.8v12.400a.8.8 0 0 1-.8.8h-2.500a.8.8 0 0 1-.8-.8V5.800a.8.8 0 0 1 .8-.8z",
  stop: "M8 6.500h8A1.500 1.500 0 0 1 17.500 8v8a1.500 1.500 0 0 1-1.500 1.500H8A1.500 1.500 0 0 1 6.500 16V8A1.500 1.500 0 0 1 8 6.500z",
  save: "M12 3.500a1 1 0 0 1 1 1v7.600l2.800-2.800a1 1 0 0 1 1.400 1.400l-4.500 4.500a1 1 0 0 1-1.400 0l-4.500-4.500a1 1 0 1 1 1.400-1.400l2.800 2.800V4.500a1 1 0 0 1 1-1zM5 18h14a1 1 0 0 1 0 2H5a1 1 0 0 1 0-2z",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("fill", "currentColor");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  drawing.append(path);
  return drawing;
}
