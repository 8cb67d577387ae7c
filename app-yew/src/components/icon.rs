//! The icons: 24 by 24, drawn with one round line.

use yew::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Microphone,
    MicrophoneOff,
    Camera,
    CameraOff,
    Screen,
    ScreenOff,
    People,
    Leave,
    More,
    Lock,
    Unlock,
    Copy,
    Check,
    Close,
    Pause,
    Play,
    Download,
    Trash,
    Library,
    Key,
    Globe,
    Disk,
    Shield,
    Bell,
    Settings,
    Stop,
    Warning,
    Plus,
    Arrow,
    Share,
    Pencil,
    Mark,
    Pin,
    SmallWindow,
    FullScreen,
    Keyboard,
    Code,
    Mail,
    Speaker,
    Tracks,
    Upload,
    Chat,
    Hand,
    Smile,
    Send,
    Door,
    Scissors,
    Voice,
}

const MICROPHONE: &str =
    "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21";
const CAMERA: &str =
    "M4.5 6.5h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM15.5 10.8l5-3v8.4l-5-3";
const SCREEN: &str = "M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5A1.5 1.5 0 0 1 20 17H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5ZM8.5 20.5h7";
const SLASH: &str = "M3.5 3.5l17 17";
const LOCK: &str = "M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5Z";

impl Name {
    fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Microphone => &[MICROPHONE],
            Self::MicrophoneOff => &[MICROPHONE, SLASH],
            Self::Camera => &[CAMERA],
            Self::CameraOff => &[CAMERA, SLASH],
            Self::Screen => &[SCREEN, "M12 13.5v-6M9.3 10l2.7-2.7 2.7 2.7"],
            Self::ScreenOff => &[SCREEN, "M9.5 8.3l5 5M14.5 8.3l-5 5"],
            Self::People => &[
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5a6.5 6.5 0 0 1 13 0",
                "M16 4.3a3.5 3.5 0 0 1 0 6.4M18.5 14.3a6.5 6.5 0 0 1 3 5.2",
            ],
            Self::Leave => {
                &["M10 4H6a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 6 20h4M15.5 8l4 4-4 4M19.5 12H9.5"]
            }
            Self::More => &["M5 12h.01M12 12h.01M19 12h.01"],
            Self::Lock => &[LOCK, "M8 10.5V8a4 4 0 0 1 8 0v2.5"],
            Self::Unlock => &[LOCK, "M8 10.5V8a4 4 0 0 1 7.7-1.5"],
            Self::Copy => &[
                "M9.5 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 8 19v-9a1.5 1.5 0 0 1 1.5-1.5Z",
                "M16 8.5V5A1.5 1.5 0 0 0 14.5 3.5h-9A1.5 1.5 0 0 0 4 5v9a1.5 1.5 0 0 0 1.5 1.5H8",
            ],
            Self::Check => &["M4.5 12.5l5 5 10-11"],
            Self::Close => &["M6 6l12 12M18 6L6 18"],
            Self::Pause => &["M8.5 5.5v13M15.5 5.5v13"],
            Self::Play => &["M7.5 5l11 7-11 7Z"],
            Self::Download => &["M12 4v11M7.5 10.8L12 15.3l4.5-4.5M4.5 19.5h15"],
            Self::Trash => &[
                "M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 12A1.6 1.6 0 0 0 8.9 20h6.2a1.6 1.6 0 0 0 1.6-1.5l.8-12M10.3 10.5v5.5M13.7 10.5v5.5",
            ],
            Self::Library => &["M4 5.5h16v13H4ZM4 9.5h16M8 5.5v4M16 5.5v4", "M10.5 12v4l3.5-2Z"],
            Self::Key => &["M8 19.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM11.3 11.7L19.5 3.5M16 7l3 3"],
            Self::Globe => &[
                "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.5c2.4 2.4 3.5 5.2 3.5 8.5s-1.1 6.1-3.5 8.5c-2.4-2.4-3.5-5.2-3.5-8.5s1.1-6.1 3.5-8.5Z",
            ],
            Self::Disk => &[
                "M4 13.5h16V18a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18ZM4 13.5l2.6-8a1.5 1.5 0 0 1 1.4-1h8a1.5 1.5 0 0 1 1.4 1l2.6 8M16.5 16.5h.01",
            ],
            Self::Shield => {
                &["M12 3.5l7 2.5v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6Z", "M9 12l2.2 2.2L15.3 10"]
            }
            Self::Bell => &["M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 20.5h4"],
            Self::Settings => &[
                "M4 7h9M17 7h3M4 17h3M11 17h9",
                "M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
            ],
            Self::Stop => &["M7.5 6.5h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z"],
            Self::Warning => &["M12 4l9 15.5H3ZM12 10v4.5M12 17h.01"],
            Self::Plus => &["M12 5v14M5 12h14"],
            Self::Arrow => &["M5 12h14M13 6l6 6-6 6"],
            Self::Share => &[
                "M17 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6.5 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM17 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
                "M8.8 10.9l6-3.6M8.8 13.1l6 3.6",
            ],
            Self::Pencil => &[
                "M4.5 19.5l1-4.2L16.2 4.6a1.6 1.6 0 0 1 2.3 0l.9.9a1.6 1.6 0 0 1 0 2.3L8.7 18.5ZM14 6.8l3.2 3.2",
            ],
            Self::Mark => &["M7 4.5h10V20l-5-3.8L7 20Z"],
            Self::Pin => &["M9 4h6l-.8 6 3.3 3.5v1h-11v-1L9.8 10ZM12 14.5V20.5"],
            Self::SmallWindow => &["M3.5 5h17v14h-17ZM12 12h6.5v5H12Z"],
            Self::FullScreen => &["M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15"],
            Self::Keyboard => &["M3 6.5h18v11H3ZM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8"],
            Self::Code => {
                &["M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2v2h-2ZM18 18h2v2h-2ZM18 14h2M14 18v2"]
            }
            Self::Mail => &["M3.5 5.5h17v13h-17ZM4 6l8 7 8-7"],
            Self::Speaker => {
                &["M4 9.5h3.5L12 5.5v13l-4.5-4H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11"]
            }
            Self::Voice => &["M5 10v4M9.7 6.5v11M14.3 9v6M19 7.5v9"],
            Self::Tracks => &["M4 6h16M4 12h11M4 18h14"],
            Self::Chat => &["M4 5.5h16v11H10.5L6 20v-3.5H4ZM8 9.5h8M8 12.5h5"],
            Self::Hand => &[
                "M7 13V6.5a1.5 1.5 0 0 1 3 0V11M10 10.5V4.5a1.5 1.5 0 0 1 3 0v6M13 10.5V6a1.5 1.5 0 0 1 3 0v5.5M16 11.5V9a1.5 1.5 0 0 1 3 0v5.5a6.5 6.5 0 0 1-6.5 6.5c-2.6 0-4.2-1-5.4-3L4.6 14a1.5 1.5 0 0 1 2.4-1.7",
            ],
            Self::Smile => &[
                "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8.5 14a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
            ],
            Self::Send => &["M4.5 12L20 4.5 15.5 20l-3.7-6.2ZM11.8 13.8L20 4.5"],
            Self::Door => &["M6.5 20.5v-17h11v17M3.5 20.5h17M14 12h.01"],
            Self::Scissors => &[
                "M6.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6.5 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
                "M8.6 8.3L20 16.5M8.6 15.7L20 7.5",
            ],
            Self::Upload => &["M12 15.5v-11M7.5 9L12 4.5 16.5 9M4.5 19.5h15"],
        }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) name: Name,
}

/// An icon beside words, or in a button that has its own label: never read aloud.
#[function_component]
pub(crate) fn Icon(props: &Props) -> Html {
    let width = if props.name == Name::More { "3" } else { "1.8" };
    html! {
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width={width}
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            { for props.name.paths().iter().map(|path| html! { <path d={*path} /> }) }
        </svg>
    }
}

/// The product's mark.
#[function_component]
pub(crate) fn Mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="mark__back" width="32" height="32" rx="9" />
            <path class="mark__line" d="M9 8.5v15M23 8.5v15M9 16h14" fill="none" stroke-width="3.2" stroke-linecap="round" />
            <circle class="mark__reel" cx="16" cy="16" r="4.2" />
            <circle class="mark__back" cx="16" cy="16" r="1.9" />
        </svg>
    }
}
