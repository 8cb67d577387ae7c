// All words of the element. Korean: polite, 녹화 with a picture, 녹음 for sound only.

const en = {
  region: "Recorder",
  sources: { camera: "Camera", microphone: "Microphone", screen: "Screen" },
  ready: { video: "Ready to record", audio: "Ready to record sound" },
  promise: "Saved on your own disk as it is recorded.",
  start: "Start recording",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  save: "Save",
  again: "New recording",
  remove: "Delete",
  removeSure: "Delete for good?",
  keep: "Keep",
  retry: "Try again",
  state: {
    asking: "Waiting for your permission…",
    recording: "Recording",
    paused: "Paused",
    stopping: "Finishing…",
    finished: "Recording is ready",
    failed: "Recording is not possible yet",
  },
  saved: "Saved",
  downloaded: "In your downloads folder",
  removed: "Deleted",
  level: "Sound level",
  preview: "Live preview",
  playback: "Your recording",
  unfinished: (when, length) => `A recording of ${when} was interrupted (${length}).`,
  recover: "Recover",
  recovered: "Recovered",
  discard: "Discard",
  silent: "No sound from the microphone. Is it switched off?",
  stalled: "The computer's sound has stopped: silence may be recorded. Check its speakers or headset.",
  frozen: "The picture stands still. Is the camera covered or in use?",
  no_data: "Nothing has been recorded for a few seconds.",
  dropping: "This computer is too slow for the picture. Close other programs.",
  warning: {
    in_memory: "This browser gives no disk: save the recording before you close the page.",
    low_space: "The disk is nearly full. The recording was ended and is complete.",
    duration_limit: "The longest length was reached. The recording is complete.",
    bytes_limit: "The largest size was reached. The recording is complete.",
    picked_file: "The chosen file can't be written. The recording goes on in this browser: save it at the end.",
    track_ended: "A device was unplugged, or sharing has ended.",
    lock_lost: "Another tab may take this recording for an interrupted one: leave it alone there.",
    part_broke: "A part of the recording broke off. The next one goes on.",
  },
  error: {
    denied: "Access was not allowed. Allow it in the address bar, then try again.",
    no_device: "No camera or microphone was found. Connect one, then try again.",
    device_in_use: "Another program uses the camera or microphone. Close it, then try again.",
    insecure: "Recording needs a secure page (https).",
    policy_blocked: "This page is not allowed to use the device.",
    unsupported: "This browser can't record that.",
    no_recorder: "This browser can't record. Use a current Chrome, Edge, Firefox or Safari.",
    no_source: "There is nothing to record.",
    no_storage: "This browser keeps no files for this page. Leave private browsing, or allow site data.",
    not_loaded: "The recorder can't be loaded. Check the connection, then load the page again.",
    worker_blocked: "A part of the recorder can't be loaded. Check the connection, then load the page again.",
    storage_full: "The disk is full. Free some space, then try again.",
    write_failed: "The file can't be written. Check the disk, then try again.",
    recorder_failed: "The browser broke the recording off. Try again.",
    wrong_state: "That is not possible at this moment.",
    not_found: "This recording is no longer there.",
    cancelled: "Cancelled.",
    timeout: "The browser does not answer. Try again.",
    browser: "The browser can't do that. Try again.",
    other: "Something went wrong.",
  },
  kept: "What was recorded until then is kept.",
  unsaved: "This recording is not saved yet. Delete it for good?",
};

const ko = {
  region: "녹화기",
  sources: { camera: "카메라", microphone: "마이크", screen: "화면" },
  ready: { video: "녹화할 준비가 됐어요", audio: "녹음할 준비가 됐어요" },
  promise: "녹화하는 동안 내 컴퓨터에 바로 저장돼요.",
  start: "녹화 시작",
  pause: "일시정지",
  resume: "이어서 하기",
  stop: "끝내기",
  save: "저장하기",
  again: "새로 녹화하기",
  remove: "삭제",
  removeSure: "완전히 삭제할까요?",
  keep: "그대로 두기",
  retry: "다시 해 보기",
  state: {
    asking: "사용 허락을 기다리고 있어요…",
    recording: "녹화 중",
    paused: "일시정지됨",
    stopping: "마무리하고 있어요…",
    finished: "녹화 파일이 준비됐어요",
    failed: "아직 녹화할 수 없어요",
  },
  saved: "저장했어요",
  downloaded: "다운로드 폴더에 있어요",
  removed: "삭제했어요",
  level: "소리 크기",
  preview: "지금 모습",
  playback: "녹화한 내용",
  unfinished: (when, length) => `${when}에 녹화하던 파일이 중간에 끊겼어요 (${length}).`,
  recover: "복구하기",
  recovered: "복구했어요",
  discard: "버리기",
  silent: "마이크에서 소리가 들어오지 않아요. 꺼져 있나요?",
  stalled: "컴퓨터의 소리 장치가 멈춰서 소리가 담기지 않을 수 있어요. 스피커나 헤드셋을 확인해 주세요.",
  frozen: "화면이 멈춰 있어요. 카메라가 가려졌거나 다른 곳에서 쓰고 있나요?",
  no_data: "몇 초 동안 아무것도 녹화되지 않았어요.",
  dropping: "컴퓨터가 화면을 따라가지 못하고 있어요. 다른 프로그램을 닫아 주세요.",
  warning: {
    in_memory: "이 브라우저에서는 디스크에 저장할 수 없어요. 페이지를 닫기 전에 꼭 저장해 주세요.",
    low_space: "디스크가 거의 찼어요. 녹화를 끝냈고, 파일은 온전해요.",
    duration_limit: "정해진 길이까지 녹화했어요. 파일은 온전해요.",
    bytes_limit: "정해진 크기까지 녹화했어요. 파일은 온전해요.",
    picked_file: "고른 파일에 쓸 수 없어요. 이 브라우저에 이어서 녹화하고 있으니, 끝나면 저장해 주세요.",
    track_ended: "장치가 빠졌거나 화면 공유가 끝났어요.",
    lock_lost: "다른 탭에서 이 녹화를 중간에 끊긴 것으로 볼 수 있어요. 그 탭에서는 그대로 두세요.",
    part_broke: "녹화의 한 부분이 중간에 끊겼어요. 다음 부분은 이어서 녹화하고 있어요.",
  },
  error: {
    denied: "사용이 허락되지 않았어요. 주소창에서 허락한 뒤 다시 해 보세요.",
    no_device: "카메라나 마이크를 찾지 못했어요. 연결한 뒤 다시 해 보세요.",
    device_in_use: "다른 프로그램이 카메라나 마이크를 쓰고 있어요. 닫은 뒤 다시 해 보세요.",
    insecure: "안전한 페이지(https)에서만 녹화할 수 있어요.",
    policy_blocked: "이 페이지에서는 장치를 쓸 수 없게 되어 있어요.",
    unsupported: "이 브라우저에서는 녹화할 수 없는 형식이에요.",
    no_recorder: "이 브라우저에서는 녹화할 수 없어요. 최신 Chrome, Edge, Firefox, Safari를 써 주세요.",
    no_source: "녹화할 것이 없어요.",
    no_storage: "이 브라우저는 이 페이지의 파일을 보관하지 않아요. 비공개 창을 벗어나거나 사이트 데이터를 허용해 주세요.",
    not_loaded: "녹화 기능을 불러오지 못했어요. 연결을 확인한 뒤 페이지를 새로 고쳐 주세요.",
    worker_blocked: "녹화 기능의 일부를 불러오지 못했어요. 연결을 확인한 뒤 페이지를 새로 고쳐 주세요.",
    storage_full: "디스크가 가득 찼어요. 공간을 비운 뒤 다시 해 보세요.",
    write_failed: "파일에 쓰지 못했어요. 디스크를 확인한 뒤 다시 해 보세요.",
    recorder_failed: "브라우저가 녹화를 중간에 끊었어요. 다시 해 보세요.",
    wrong_state: "지금은 할 수 없어요.",
    not_found: "이 녹화 파일은 이제 없어요.",
    cancelled: "취소했어요.",
    timeout: "브라우저가 응답하지 않아요. 다시 해 보세요.",
    browser: "브라우저에서 할 수 없었어요. 다시 해 보세요.",
    other: "문제가 생겼어요.",
  },
  kept: "그때까지 녹화한 내용은 남아 있어요.",
  unsaved: "아직 저장하지 않은 파일이에요. 완전히 삭제할까요?",
};

/** Where there is no picture, Korean says 녹음, which ends in a consonant: particles follow. */
const spoken = (text) => text.replaceAll("녹화가", "녹음이").replaceAll("녹화를", "녹음을").replaceAll("녹화는", "녹음은").replaceAll("녹화", "녹음");

const sound = (texts) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      if (typeof text === "string") return [name, spoken(text)];
      if (typeof text === "function") return [name, (...given) => spoken(text(...given))];
      return [name, sound(text)];
    }),
  );

/** The words for a language tag (Korean, else English), with or without a picture. */
export function textsFor(language, hasPicture) {
  if (!/^ko\b/i.test(language)) return en;
  return hasPicture ? ko : sound(ko);
}

/** `1:02`, or `1:00:02` from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function size(bytes, language) {
  const [number, unit] = bytes < 1e6 ? [bytes / 1e3, "KB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${number.toLocaleString(language, { maximumFractionDigits: number < 10 ? 1 : 0 })} ${unit}`;
}

export const moment = (date, language) => date.toLocaleString(language, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
