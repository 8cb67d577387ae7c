//! Everything that can go wrong, with a stable code for each.

use std::fmt;

use hostreel_recording::WrongPhase;
use js_sys::JSON;
use wasm_bindgen::JsValue;

use crate::browser::{is_forbidden, text};

/// Why recording did not work. The text says what to do; [`Error::code`] is stable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The user, or the system, denied access.
    Denied,
    /// There is no such camera or microphone.
    NoDevice,
    /// Another program holds the device.
    DeviceInUse,
    /// The page is not a secure context.
    Insecure,
    /// The embedding page's permissions policy forbids it.
    PolicyBlocked,
    /// The user closed a dialog without choosing.
    Cancelled,
    /// The browser can't record the wanted type.
    Unsupported,
    /// The browser has no `MediaRecorder`.
    NoRecorder,
    /// No storage for the recording.
    NoStorage,
    /// One of the recorder's scripts can't be loaded.
    WorkerBlocked {
        /// Its file name.
        script: String,
    },
    /// The disk or the browser's quota is full.
    StorageFull,
    /// Writing failed for another reason.
    WriteFailed {
        /// What the browser said.
        reason: String,
    },
    /// The browser's recorder broke off.
    RecorderFailed {
        /// What the browser said.
        reason: String,
    },
    /// The call does not fit what the recorder is doing.
    WrongState(WrongPhase),
    /// A file can't be cut.
    #[cfg(feature = "trim")]
    NotCuttable {
        /// What is in the way.
        reason: String,
    },
    /// There is nothing in the range.
    #[cfg(feature = "trim")]
    NothingThere,
    /// The recording does not exist (any more).
    NotFound,
    /// A step did not end in time.
    Timeout {
        /// What was waited for.
        doing: &'static str,
    },
    /// Something else that the browser threw.
    Browser {
        /// The exception's name.
        name: String,
        /// Its message.
        message: String,
    },
}

impl Error {
    /// What to show or to log. [`std::fmt::Display`] writes the same; a page that only records need not load what
    /// formatting takes.
    #[must_use]
    pub fn message(&self) -> String {
        let text: &[&str] = match self {
            Self::Denied => {
                &["access to camera, microphone or screen was denied: allow it in the browser's address bar"]
            }
            Self::NoDevice => &["no camera or microphone was found: connect one, or choose another"],
            Self::DeviceInUse => {
                &["the camera or microphone is in use by another program: close it and try again"]
            }
            Self::Insecure => &["this page is not secure: open it over https or on localhost"],
            Self::PolicyBlocked => {
                &["the page's permissions policy forbids the device: allow it where this page is embedded"]
            }
            Self::Cancelled => &["cancelled"],
            Self::Unsupported => &["this browser can't record that type: choose another container"],
            Self::NoRecorder => &["this browser can't record: use a current Chrome, Edge, Firefox or Safari"],
            Self::NoStorage => {
                &["the browser offers no storage for recordings: leave private browsing, or allow site data"]
            }
            Self::WorkerBlocked { script } => &[
                "the script ",
                script,
                " can't be loaded: serve it from the page's own origin, with the page's own isolation headers",
            ],
            Self::StorageFull => &["the disk is full: free some space; what was recorded until now is kept"],
            Self::WriteFailed { reason } => {
                &["writing the recording failed (", reason, "); what was written until now is kept"]
            }
            Self::RecorderFailed { reason } => {
                &["the browser's recorder broke off (", reason, "); what was recorded until now is kept"]
            }
            Self::WrongState(WrongPhase { phase, input }) => {
                &["a recorder that is ", phase.name(), " can't take ", input.name()]
            }
            #[cfg(feature = "trim")]
            Self::NotCuttable { reason } => &["this recording can't be cut (", reason, "); it is as it was"],
            #[cfg(feature = "trim")]
            Self::NothingThere => &["there is nothing of the recording in that range: choose another"],
            Self::NotFound => &["there is no such recording"],
            Self::Timeout { doing } => &["the browser did not answer in time while ", doing],
            Self::Browser { name, message } => &["the browser failed: ", name, ": ", message],
        };
        text.concat()
    }

    /// A stable short name, for programs and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NoDevice => "no_device",
            Self::DeviceInUse => "device_in_use",
            Self::Insecure => "insecure",
            Self::PolicyBlocked => "policy_blocked",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
            Self::NoRecorder => "no_recorder",
            Self::NoStorage => "no_storage",
            Self::WorkerBlocked { .. } => "worker_blocked",
            Self::StorageFull => "storage_full",
            Self::WriteFailed { .. } => "write_failed",
            Self::RecorderFailed { .. } => "recorder_failed",
            Self::WrongState(_) => "wrong_state",
            #[cfg(feature = "trim")]
            Self::NotCuttable { .. } => "not_cuttable",
            #[cfg(feature = "trim")]
            Self::NothingThere => "nothing_there",
            Self::NotFound => "not_found",
            Self::Timeout { .. } => "timeout",
            Self::Browser { .. } => "browser",
        }
    }

    /// All codes, for catalogues of translations.
    pub const CODES: &[&'static str] = &[
        "denied",
        "no_device",
        "device_in_use",
        "insecure",
        "policy_blocked",
        "cancelled",
        "unsupported",
        "no_recorder",
        "no_storage",
        "worker_blocked",
        "storage_full",
        "write_failed",
        "recorder_failed",
        "wrong_state",
        #[cfg(feature = "trim")]
        "not_cuttable",
        #[cfg(feature = "trim")]
        "nothing_there",
        "not_found",
        "timeout",
        "browser",
    ];

    /// Reads what `getUserMedia` or `getDisplayMedia` threw (Media Capture and Streams §10.2.2), for pages that call
    /// them on their own.
    #[must_use]
    pub fn from_capture(thrown: &JsValue) -> Self {
        Self::from_capture_of(thrown, &[])
    }

    /// The same for a call that is under these policies.
    pub(crate) fn from_capture_of(thrown: &JsValue, policies: &[&str]) -> Self {
        let (name, message) = name_and_message(thrown);
        let is_forbidden = || policies.iter().any(|policy| is_forbidden(policy));
        match name.as_str() {
            // Firefox and Chromium say NotAllowedError for a policy too; the message tells sometimes.
            "NotAllowedError" if message.contains("policy") || is_forbidden() => Self::PolicyBlocked,
            "NotAllowedError" | "PermissionDeniedError" => Self::Denied,
            "SecurityError" => Self::PolicyBlocked,
            "NotFoundError" | "OverconstrainedError" | "DevicesNotFoundError" => Self::NoDevice,
            // AbortError: something kept the device from starting, though nobody denied it (§10.2.2, step 10).
            "NotReadableError" | "TrackStartError" | "AbortError" => Self::DeviceInUse,
            _ => Self::Browser { name, message },
        }
    }

    /// Reads what writing to a place of the user's choice threw. Whatever it was, it says nothing about the recording:
    /// a folder that is gone is not a recording that is gone.
    pub(crate) fn from_target(name: &str, message: &str) -> Self {
        match Self::from_storage(name, message) {
            Self::StorageFull => Self::StorageFull,
            _ => Self::WriteFailed { reason: [name, ": ", message].concat() },
        }
    }

    /// Reads what a storage call threw, or what the store's worker reported.
    pub(crate) fn from_storage(name: &str, message: &str) -> Self {
        match name {
            "QuotaExceededError" | "NS_ERROR_FILE_NO_DEVICE_SPACE" | "NS_ERROR_DOM_QUOTA_EXCEEDED_ERR" => {
                Self::StorageFull
            }
            "NotFoundError" => Self::NotFound,
            "SecurityError" => Self::NoStorage,
            _ => Self::WriteFailed { reason: [name, ": ", message].concat() },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for Error {}

impl From<WrongPhase> for Error {
    fn from(wrong: WrongPhase) -> Self {
        Self::WrongState(wrong)
    }
}

impl From<JsValue> for Error {
    fn from(thrown: JsValue) -> Self {
        let (name, message) = name_and_message(&thrown);
        Self::Browser { name, message }
    }
}

/// Name and message of whatever was thrown; browsers do throw things that are no `Error`.
pub(crate) fn name_and_message(thrown: &JsValue) -> (String, String) {
    let name = text(thrown, "name");
    if !name.is_empty() {
        return (name, text(thrown, "message"));
    }
    let message = thrown.as_string().or_else(|| JsValue::from(JSON::stringify(thrown).ok()?).as_string());
    ("Error".into(), message.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use hostreel_recording::{Input, Phase};

    use super::*;

    #[test]
    fn a_message_says_what_happened_and_what_to_do() {
        let wrong = WrongPhase { phase: Phase::Paused, input: Input::Pause };
        assert_eq!(Error::from(wrong).message(), wrong.to_string());
        let error = Error::WriteFailed { reason: "NetworkError: gone".into() };
        let text = "writing the recording failed (NetworkError: gone); what was written until now is kept";
        assert_eq!((error.message().as_str(), error.to_string().as_str()), (text, text));
    }

    #[test]
    fn a_place_that_is_gone_is_not_a_recording_that_is_gone() {
        for name in ["NotFoundError", "SecurityError", "NotAllowedError", "InvalidStateError"] {
            assert_eq!(Error::from_target(name, "").code(), "write_failed", "{name}");
        }
        assert_eq!(Error::from_target("QuotaExceededError", ""), Error::StorageFull);
        assert_eq!(Error::from_storage("NotFoundError", ""), Error::NotFound);
    }
}
