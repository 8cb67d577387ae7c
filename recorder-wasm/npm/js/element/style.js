// One sheet for all elements, made when the first one is. Red is for recording and nothing else.
const CSS = `
:host {
  --_accent: var(--hostreel-accent, light-dark(#4353d9, #a3aeff));
  --_on-accent: var(--hostreel-on-accent, light-dark(#fff, #12152e));
  --_record: var(--hostreel-record, light-dark(#c8102e, #e5334f));
  --_on-record: var(--hostreel-on-record, #fff);
  --_surface: var(--hostreel-surface, light-dark(#fff, #1c1c21));
  --_surface-2: var(--hostreel-surface-2, light-dark(#f1efea, #2a2a31));
  --_line: var(--hostreel-line, light-dark(#e0ddd5, #34343d));
  --_ink: var(--hostreel-ink, light-dark(#1c1b20, #f2f1f5));
  --_ink-2: var(--hostreel-ink-2, light-dark(#57545e, #b3b1bc));
  --_warn: var(--hostreel-warn, light-dark(#fdf0d9, #3d2b10));
  --_on-warn: var(--hostreel-on-warn, light-dark(#6f3c00, #ffd79a));
  --_radius: var(--hostreel-radius, 18px);
  --_font: var(--hostreel-font, system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", sans-serif);
  color-scheme: light dark;
  display: block;
  inline-size: 100%;
  max-inline-size: 40rem;
  container-type: inline-size;
  font: 1rem/1.5 var(--_font);
  color: var(--_ink);
  word-break: keep-all;
  overflow-wrap: anywhere;
}
:host([hidden]) { display: none; }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.card {
  overflow: hidden;
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  background: var(--_surface);
  box-shadow: 0 1px 2px rgb(28 27 32 / 6%), 0 8px 28px rgb(28 27 32 / 7%);
}
.frame {
  position: relative;
  display: grid;
  aspect-ratio: 16 / 9;
  background: radial-gradient(120% 120% at 50% 0%, #2b2d3a 0%, #17181e 62%, #101115 100%);
  color: #f2f1f5;
}
.frame > * { grid-area: 1 / 1; min-inline-size: 0; min-block-size: 0; }
.card.audio .frame { aspect-ratio: 16 / 6; }
video, audio { display: block; inline-size: 100%; block-size: 100%; }
video { object-fit: contain; }
audio { align-self: center; padding-inline: 1.25rem; block-size: 3.5rem; }
.poster { place-self: center; display: grid; gap: .25rem; justify-items: center; padding: 1.25rem; text-align: center; }
.poster .badge {
  display: flex; gap: .5rem; margin-block-end: .75rem; padding: .85rem; border-radius: 999px;
  background: rgb(255 255 255 / 8%); box-shadow: inset 0 0 0 1px rgb(255 255 255 / 10%);
}
.poster svg { inline-size: 1.75rem; block-size: 1.75rem; }
.poster strong { font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; }
.poster span { font-size: .875rem; color: #b9b8c4; text-wrap: balance; }
.facts span:empty { display: none; }
.bars { display: flex; align-items: center; justify-content: center; gap: 3px; padding: 12% 8% 10%; }
.bars i {
  flex: 1 1 0; max-inline-size: 6px; block-size: 100%; border-radius: 99px; background: #a3aeff;
  transform: scaleY(max(.04, var(--v, 0))); transition: transform 90ms linear;
}
.paused .bars i { background: #6a6b79; }
.chip {
  place-self: start; display: inline-flex; align-items: center; gap: .5rem; margin: .75rem; padding: .3rem .75rem .3rem .65rem;
  border-radius: 999px; background: rgb(14 14 18 / 72%); backdrop-filter: blur(8px); color: #fff; font-size: .875rem; font-weight: 600; z-index: 1;
}
.chip::before { content: ""; inline-size: .6rem; block-size: .6rem; border-radius: 50%; background: #b9b8c4; }
.recording .chip { background: var(--_record); color: var(--_on-record); }
.recording .chip::before { background: currentColor; animation: pulse 1.6s ease-in-out infinite; }
.paused .chip::before { border-radius: 2px; background: #ffd79a; }
.chip time { font-variant-numeric: tabular-nums; }
@keyframes pulse { 50% { opacity: .25; } }
.asking .poster .badge { animation: pulse 1.8s ease-in-out infinite; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; padding: .875rem 1rem; }
.facts { display: grid; flex: 1 1 9rem; gap: .3rem; min-inline-size: 0; }
.facts b { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.facts span { font-size: .875rem; color: var(--_ink-2); font-variant-numeric: tabular-nums; }
.level { position: relative; block-size: 6px; max-inline-size: 14rem; border-radius: 99px; overflow: hidden; background: var(--_surface-2); }
.level i {
  position: absolute; inset: 0; border-radius: inherit; transform-origin: left; transform: scaleX(var(--v, 0));
  background: var(--_accent); transition: transform 90ms linear;
}
:host(:dir(rtl)) .level i { transform-origin: right; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
button {
  display: inline-flex; align-items: center; justify-content: center; gap: .5rem; min-block-size: 44px; padding: .5rem 1.1rem;
  border: 1px solid transparent; border-radius: 999px; background: var(--_surface-2); color: var(--_ink);
  font: inherit; font-weight: 600; white-space: nowrap; cursor: pointer; transition: background-color 120ms ease-out, transform 120ms ease-out, filter 120ms ease-out;
}
button svg { inline-size: 1.15rem; block-size: 1.15rem; flex: none; }
button:hover { filter: brightness(.96); }
button:active { transform: scale(.98); }
button:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
button[aria-disabled="true"] { cursor: default; opacity: .55; filter: none; transform: none; }
button.primary { background: var(--_accent); color: var(--_on-accent); }
button.record, button.stop { background: var(--_record); color: var(--_on-record); }
button.primary:hover, button.record:hover, button.stop:hover { filter: brightness(1.08); }
button.quiet { background: none; border-color: var(--_line); }
.notice {
  display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; padding: .75rem 1rem; border-block-start: 1px solid var(--_line);
  font-size: .9375rem;
}
.notice p { flex: 1 1 14rem; margin: 0; }
.notice button { min-block-size: 44px; padding: .25rem .9rem; font-size: .9375rem; }
.notice.warn { background: var(--_warn); color: var(--_on-warn); border-block-start-color: transparent; }
.away { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 26rem) {
  .bar { flex-direction: column; align-items: stretch; }
  .facts { flex: none; }
  .level { max-inline-size: none; }
  .buttons { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; }
  .buttons button { padding-inline: .75rem; }
  .buttons.many { grid-auto-flow: row; grid-template-columns: 1fr 1fr; }
  .buttons.many .primary { grid-column: 1 / -1; }
  .card.audio .frame { aspect-ratio: 16 / 8; }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .level i, .bars i { background: Highlight; }
  .card, button { border: 1px solid ButtonText; }
  .recording .chip::before { background: Mark; }
}
`;

let sheet;

/** The sheet. A policy that forbids inline styles allows it. */
export function style() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
