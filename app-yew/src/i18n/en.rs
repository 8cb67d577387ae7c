//! English.

use hostreel_protocol::{Code, RecordingKind, Role};

use super::{Explained, KindTexts, Texts};
use crate::state::device::Asked;
use crate::state::meeting::{Link, Loss};
use crate::state::people::PersonAction;
use crate::state::toasts::Message;

const fn explained(what: &'static str, way_out: &'static str) -> Explained {
    Explained { what, way_out }
}

/// The English catalogue.
pub static ENGLISH: Texts = Texts {
    tagline: "Meetings that only the host records, straight onto their own disk.",
    home_title: "Meet in the browser. The recording stays on your computer.",
    home_lead: "Send a link and talk. Only the host can record, and the file goes straight onto the host's own disk: no media ever touches a server.",
    start_meeting: "Start a meeting",
    starting: "Starting…",
    join_title: "Join a meeting",
    join_placeholder: "Link or code, like abcd-efgh-jkmn",
    join_go: "Join",
    join_bad: "That is not a meeting link or code. A code has 12 letters and digits, like abcd-efgh-jkmn.",
    solo_title: "Record only",
    solo_lead: "Without a meeting and without a server.",
    solo_video: "Video",
    solo_audio: "Audio",
    solo_screen: "Screen",
    my_recordings: "My recordings",
    my_recordings_lead: "Play, save or delete what this browser recorded.",
    promise_disk: "Stays on your disk",
    promise_disk_text: "Picture and sound travel between people only. The recording is written where you are.",
    promise_host: "The host decides",
    promise_host_text: "Nobody records without the right to. The host can lend it to somebody and take it back.",
    promise_told: "Everybody knows",
    promise_told_text: "No frame is recorded before everyone in the room has been told.",
    home: "Hostreel, home",
    language: "Language",
    back_home: "Back to the start page",
    try_again: "Try again",
    close: "Close",
    cancel: "Cancel",
    copy: "Copy",
    copied: "Copied",
    not_found: explained("There is nothing at this address.", "Check the link, or begin on the start page."),
    no_server: explained(
        "The server can't be reached.",
        "Check your connection and try again. Recording without a meeting works all the same.",
    ),
    prejoin_title: "Ready to join?",
    prejoin_title_host: "Ready to start?",
    your_name: "Your name",
    name_placeholder: "How others see you",
    name_needed: "Enter a name of 1 to 40 characters.",
    join: "Join now",
    join_as_host: "Start meeting",
    joining: "Joining…",
    join_without: "You can join all the same, and watch and listen.",
    microphone: "Microphone",
    camera: "Camera",
    default_device: "System default",
    unnamed_device: |number| format!("Device {number}"),
    level: "Microphone level",
    camera_is_off: "Camera is off",
    camera_starting: "Starting the camera…",
    people_inside: |people, limit| {
        if people == 1 {
            format!("1 person is in · up to {limit} people")
        } else {
            format!("{people} are in · up to {limit} people")
        }
    },
    nobody_inside: |limit| format!("Nobody is in yet · up to {limit} people"),
    recording_inside: "This meeting is being recorded",
    you_are_host: "You join as the host",
    controls: "Meeting controls",
    you: "You",
    your_screen: "Your screen",
    screen_of: |name| format!("{name}'s screen"),
    microphone_on: "Unmute",
    microphone_off: "Mute",
    camera_on: "Start camera",
    camera_off: "Stop camera",
    share_screen: "Share screen",
    stop_sharing: "Stop sharing",
    no_screen: "This browser can't record a screen; phones and tablets mostly can't. Use a computer for it.",
    people: "People",
    more: "More",
    leave: "Leave",
    invite: "Invite people",
    invite_lead: "Whoever has this link can join as a guest.",
    invite_guest: "Guest link",
    invite_waiting: "You are the only one here. Send the link to whoever should join.",
    host_link: "Your host link",
    host_link_lead: "Makes its holder the host. Keep it to yourself, to come back as host on another device.",
    host_link_copy: "Copy host link",
    lock: "Lock the room",
    unlock: "Unlock the room",
    locked: "Locked",
    end_room: "End for everybody",
    end_room_ask: "End the meeting for everybody?",
    end_room_explained: "Everybody is disconnected and the link stops working. A running recording is completed and kept.",
    leave_ask: |_| "Leave while recording?",
    leave_recording: |_| "The recording ends here. The file up to now is complete and kept on this computer.",
    muted_by_host: "Muted by the host",
    is_silent: "Microphone off",
    is_host: "Host",
    reconnecting: "The server can't be reached. Trying again; calls that are connected go on.",
    reconnecting_recording: |_| "The server can't be reached. Your recording goes on and is safe on this computer.",
    reconnecting_joining: "The server can't be reached. Trying again; check your connection.",
    adrift: |code| match code {
        Code::RoomLocked => {
            "The server has no seat for you: the meeting is locked. You stay connected to everybody who is here. Trying again."
        }
        Code::RoomFull => {
            "The server has no seat for you: the meeting is full. You stay connected to everybody who is here. Trying again."
        }
        _ => {
            "The server no longer knows this meeting. You stay connected to everybody who is here; nobody new can join."
        }
    },
    connecting: "Connecting…",
    link: |link| match link {
        Link::Connecting => "Connecting…",
        Link::Connected => "Connected",
        Link::Unstable => "Unstable connection",
        Link::Lost(_) => "No connection",
    },
    link_cause: |link| match link {
        Link::Connecting => "Looking for a direct way to this person.",
        Link::Connected => "",
        Link::Unstable => "Data arrives irregularly. It may recover by itself.",
        Link::Lost(Loss::NoRoute) => "No way through between your networks. Trying again.",
        Link::Lost(Loss::NoRelay) => {
            "No direct way between your networks, and the server offers no relay (TURN). Try another network."
        }
        Link::Lost(Loss::NoAnswer) => "The other side does not answer. Trying again.",
        Link::Lost(Loss::Incompatible) => {
            "The two browsers don't understand each other. Use a current Chrome, Edge or Firefox."
        }
    },
    role: |role| match role {
        Role::Host => "Host",
        Role::Cohost => "Co-host",
        Role::Guest => "Guest",
    },
    may_record_mark: "May record",
    person_menu: |name| format!("Options for {name}"),
    person_action: |action| match action {
        PersonAction::Grant => "Allow to record",
        PersonAction::Revoke => "No longer allow to record",
        PersonAction::Mute => "Mute for everybody",
        PersonAction::Unmute => "Lift the mute",
        PersonAction::Appoint => "Make co-host",
        PersonAction::Dismiss => "Make guest again",
        PersonAction::HandOver => "Hand over the host role",
        PersonAction::Remove => "Remove from the meeting",
    },
    person_action_ask: |action, name| match action {
        PersonAction::HandOver => {
            format!("Make {name} the host? You become co-host and can't take it back yourself.")
        }
        _ => format!("Remove {name} from the meeting?"),
    },
    devices: "Camera and microphone",
    record: "Record",
    record_title: "What should be recorded?",
    record_lead: "Everybody in the room is told before it begins. The file is written on this computer only.",
    nobody_heard: explained(
        "Nobody can be heard right now.",
        "Turn a microphone on, or the recording is silent until somebody does.",
    ),
    kind_video: KindTexts {
        title: "Video",
        explained: "Everybody's picture in one grid, and everybody's sound.",
        per_hour: "about 1.2\u{a0}GB per hour",
    },
    kind_audio: KindTexts {
        title: "Audio only",
        explained: "Everybody's sound in one file, no picture.",
        per_hour: "about 60\u{a0}MB per hour",
    },
    recorder_starting: "Starting the recorder…",
    recording_word: |kind| match kind {
        RecordingKind::Audio => "Recording sound",
        RecordingKind::Video | RecordingKind::Screen | RecordingKind::Tracks => "Recording",
    },
    paused_word: |_| "Recording paused",
    saved_only_here: "saved only on this computer",
    saved_only_at: |name| format!("saved only on {name}'s computer"),
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    stop_theirs: |_| "Stop recording",
    tab_recording: |_, time| format!("● {time} · Recording"),
    tab_paused: |_, time| format!("❚❚ {time} · Recording paused"),
    leaving_page: "A recording is running.",
    leaving_unsaved: "A recording is not saved as a file yet. It is lost with this tab.",
    meeting_title: |code| format!("Meeting {code}"),
    saved_title: |_| "The recording is ready",
    saved_lead: "It is complete and stays in this browser until you delete it. Save it to have it as a file.",
    saved_partly: |_| "The recording ended early. What was recorded until then is complete and kept.",
    saved_in_memory: "It is only in this tab's memory and is lost with the tab, unless you save it as a file.",
    save: "Save as file",
    saving: "Saving…",
    saved_mark: "Saved as a file",
    downloading_mark: "Download begun",
    delete: "Delete",
    delete_ask: |name| format!("Delete “{name}”?"),
    delete_explained: "It is gone from this browser for good. Files that you saved stay.",
    play: "Play",
    in_library: "My recordings",
    finishing: "Completing the file…",
    solo_choose: "What do you want to record?",
    solo_choose_lead: "Everything stays on this computer. No server, no account.",
    solo_video_lead: "Camera and microphone",
    solo_audio_lead: "Microphone only",
    solo_screen_lead: "Screen, window or tab, with your microphone",
    solo_start: |_| "Start recording",
    solo_other: "Record something else",
    solo_again: |_| "Record again",
    solo_no_microphone: "Without a microphone: only the sound of the screen is recorded, if it is shared.",
    size: "Size",
    free: |size| format!("{size} free"),
    default_title_screen: "Screen",
    library_title: "My recordings",
    library_lead: "They are kept in this browser, on this computer, and nowhere else.",
    library_empty: "No recordings yet",
    library_empty_lead: "What you record in a meeting or alone appears here.",
    library_used: |used, quota| format!("{used} used of {quota} that the browser allows"),
    loading: "Loading…",
    kind_picture: "Video",
    kind_sound: "Audio",
    unfinished: "Interrupted",
    left_title: "You left the meeting",
    left_lead: "Thanks for being there.",
    ended_by_me: explained(
        "You ended the meeting for everybody.",
        "Its link does not work any more. What you recorded is in My recordings.",
    ),
    rejoin: "Join again",
    move_here: "Join here instead",
    join_as_guest: "Join as a guest",
    code,
    device_error,
    device_trouble,
    message,
    dismiss: "Dismiss",
};

fn code(code: Code) -> Explained {
    match code {
        Code::Malformed => explained("The server did not understand this page.", "Reload the page."),
        Code::WrongVersion => explained("This page is older than the server.", "Reload the page."),
        Code::HelloExpected | Code::AlreadyJoined => {
            explained("The connection got out of step.", "Reload the page and join again.")
        }
        Code::HelloTimeout => explained("Joining took too long.", "Try again."),
        Code::RoomUnknown => {
            explained("This meeting can't be found.", "Check the link, or ask the host for a new one.")
        }
        Code::RoomFull => explained("This meeting is full.", "Wait until somebody leaves, then try again."),
        Code::RoomLocked => {
            explained("This meeting is locked.", "Ask the host to unlock it, then try again.")
        }
        Code::RoomEnded => {
            explained("This meeting has ended.", "Start a new one, or ask the host for a new link.")
        }
        Code::ServerFull => {
            explained("The server has no room for more right now.", "Try again in a few minutes.")
        }
        Code::BadHostKey => explained(
            "This host link is not valid for this meeting.",
            "Join as a guest, or look for the right host link.",
        ),
        Code::BadName => explained("This name can't be used.", "Enter a name of 1 to 40 characters."),
        Code::NotAllowed => explained("You may not do that in this meeting.", "Ask the host."),
        Code::NoSuchPerson => explained("This person is not here any more.", "Look at the list of people."),
        Code::WrongState => {
            explained("That does not fit what is going on right now.", "Wait a moment and try again.")
        }
        Code::AlreadyRecording => {
            explained("Somebody is recording already.", "Wait until that recording has ended.")
        }
        Code::NotRecording => explained("Nothing is being recorded.", "Start a recording first."),
        Code::TooLarge => explained("That was too large for the server.", "Try it with less."),
        Code::TooFast => explained("That was too much at once.", "Wait a moment and try again."),
        Code::SlowReader => explained(
            "Your connection was too slow for the meeting.",
            "Join again, nearer to the router or without other downloads.",
        ),
        Code::IdleTimeout => explained("The connection was silent for too long.", "Join again."),
        Code::Removed => {
            explained("You were removed from the meeting.", "Ask the host if that was a mistake.")
        }
        Code::Replaced => explained(
            "Your place in this meeting is taken elsewhere now.",
            "You joined in another tab or on another device, or somebody opened your host link. Joining here sends that one out.",
        ),
        Code::BadOrigin => {
            explained("This page may not use this server.", "Open the meeting by its original link.")
        }
        Code::ServerStopping => explained("The server is restarting.", "Try again in a moment."),
        Code::Internal => explained("The server has a problem.", "Try again in a moment."),
        _ => explained("The server refused this.", "Reload the page and try again."),
    }
}

fn device_error(code: &str) -> Explained {
    match code {
        "denied" => explained(
            "Access to the camera, microphone or screen was not allowed.",
            "Allow it by the icon in the address bar, then try again.",
        ),
        "no_device" => explained("No such device was found.", "Plug one in or choose another."),
        "device_in_use" => {
            explained("Another program is using this device.", "Close that program, then try again.")
        }
        "insecure" => explained(
            "This page is not secure, so there is no camera and no microphone.",
            "Open it with https:// or from localhost.",
        ),
        "policy_blocked" => explained(
            "A setting of this site or device forbids it.",
            "Ask whoever manages it, or use another browser.",
        ),
        "cancelled" => explained("Nothing was chosen.", "Try again and choose what to share."),
        "unsupported" => explained("This browser can't do that.", "Use a current Chrome, Edge or Firefox."),
        "no_recorder" => {
            explained("This browser can't record.", "Use a current Chrome, Edge, Firefox or Safari.")
        }
        "worker_blocked" => explained(
            "A part of this page could not be loaded.",
            "Reload the page. If that does not help, tell whoever runs this server.",
        ),
        "no_storage" => explained(
            "This browser keeps no files here, perhaps because of a private window: a recording stays in memory, 1\u{a0}GB at most.",
            "Save it before you close the tab, or use a normal window.",
        ),
        "storage_full" => explained(
            "The disk is full. The recording up to here is complete.",
            "Delete old recordings, then record again.",
        ),
        "write_failed" => explained(
            "Writing to the disk failed. What was written is kept.",
            "Check the disk, then record again.",
        ),
        "recorder_failed" => {
            explained("The browser's recorder stopped. What was recorded is kept.", "Record again.")
        }
        "wrong_state" => {
            explained("That does not fit what the recorder is doing.", "Wait a moment and try again.")
        }
        "not_found" => explained("This recording is not here any more.", "Reload the list."),
        "timeout" => {
            explained("The device did not answer in time.", "Unplug it and plug it in again, then try again.")
        }
        "browser" => explained("The browser reported a fault.", "Reload the page and try again."),
        _ => explained("Something went wrong.", "Try again."),
    }
}

fn device_trouble(code: &str, asked: Asked) -> Explained {
    let allow = "Allow it by the icon in the address bar, then try again.";
    match (code, asked) {
        ("denied", Asked::Microphone) => explained("The microphone was not allowed.", allow),
        ("denied", Asked::Camera) => explained("The camera was not allowed.", allow),
        ("denied", Asked::Both) => explained("Camera and microphone were not allowed.", allow),
        ("denied", Asked::Screen) => {
            explained("No screen was shared.", "Try again and choose what to share.")
        }
        ("no_device", Asked::Microphone) => {
            explained("No microphone was found.", "Plug one in or choose another, then try again.")
        }
        ("no_device", Asked::Camera) => {
            explained("No camera was found.", "Plug one in or choose another, then try again.")
        }
        ("no_device", Asked::Both) => {
            explained("No camera and no microphone were found.", "Plug one in, then try again.")
        }
        _ => device_error(code),
    }
}

fn message(message: &Message) -> String {
    let join = |explained: Explained| format!("{} {}", explained.what, explained.way_out);
    match message {
        Message::Joined(name) => format!("{name} joined"),
        Message::Left(name) => format!("{name} left"),
        Message::Lost(name) => format!("{name} lost the connection"),
        Message::Removed(name) => format!("{name} was removed"),
        Message::Refused(refused) => join(code(*refused)),
        Message::Failed(failed) => join(device_error(failed)),
        Message::NoDevice(code, asked) => join(device_trouble(code, *asked)),
        Message::RecordingStarted(name, RecordingKind::Audio) => {
            format!("{name} is recording the sound of this meeting")
        }
        Message::RecordingStarted(name, _) => format!("{name} is recording this meeting"),
        Message::RecordingStopped(_) => "The recording has ended".into(),
        Message::MayRecord => "The host allowed you to record".into(),
        Message::MayNotRecord => "The host took back your right to record".into(),
        Message::Muted => "The host muted you. Only a host or co-host can lift it.".into(),
        Message::Unmuted => "You can be heard again".into(),
        Message::HostIsMe => "You are the host now".into(),
        Message::HostIs(name) => format!("{name} is the host now"),
        Message::CohostIsMe => "You are co-host now".into(),
        Message::GuestIsMe => "You are a guest now".into(),
        Message::Locked => "The room is locked: nobody new gets in".into(),
        Message::Unlocked => "The room is open again".into(),
        Message::BackOnline => "Connected to the server again".into(),
        Message::StorageLow => {
            "Disk space is getting low. The recording will end by itself before it runs out.".into()
        }
        Message::Copied => "Link copied".into(),
        Message::Saved => "Saved".into(),
        Message::Downloading => "The download has begun".into(),
        Message::NotSaved { full: false } => {
            "It could not be saved there. The recording is still in this browser. Choose another place and try again.".into()
        }
        Message::NotSaved { full: true } => {
            "There is no space left there, so it could not be saved. The recording is still in this browser. Free some space or choose another place, then try again.".into()
        }
        Message::NotShared => "Nothing was shared".into(),
    }
}
