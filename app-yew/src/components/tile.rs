//! One person, or a shared screen, in its place.

use hostreel_app::state::format;
use hostreel_app::state::layout::Rect;
use hostreel_app::state::meeting::Link;
use hostreel_protocol::{ConsentState, RecordingKind, Role};
use web_sys::{Element, HtmlElement, MediaStream};
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::video::Video;
use crate::browser::{has_small_windows, show_in_small_window, toggle_full_screen};
use crate::hooks::full_screen::use_full_screen;
use crate::hooks::language::use_texts;
use crate::hooks::settings::use_settings;

/// What a tile shows of somebody.
#[derive(Clone, PartialEq)]
pub(crate) struct Face {
    /// Stays for as long as the person is there.
    pub(crate) id: AttrValue,
    pub(crate) name: AttrValue,
    pub(crate) role: Role,
    pub(crate) stream: Option<MediaStream>,
    pub(crate) camera: bool,
    pub(crate) audio: bool,
    /// Muted for everybody by a host.
    pub(crate) muted: bool,
    /// They are speaking just now.
    pub(crate) speaking: bool,
    pub(crate) link: Link,
    /// Their connection to the server is lost; the seat is kept.
    pub(crate) away: bool,
    /// Which hand it is that is up, from 1.
    pub(crate) hand: Option<usize>,
    /// What they show for a moment.
    pub(crate) reaction: Option<AttrValue>,
    /// How they stand to a recording that asks.
    pub(crate) consent: Option<ConsentState>,
    /// It is the own one: mirrored, without sound.
    pub(crate) own: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) face: Face,
    pub(crate) rect: Rect,
    /// It is shown large.
    pub(crate) pinned: bool,
    /// There is somebody else to be shown smaller.
    pub(crate) can_pin: bool,
    /// What is recorded of the meeting, and whether it is paused.
    pub(crate) recorded: Option<(RecordingKind, bool)>,
    /// Shows it large, or no more.
    pub(crate) on_pin: Callback<()>,
}

/// A person's tile.
#[function_component]
pub(crate) fn Tile(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_placed(props.rect);
    let face = &props.face;
    let troubled = !face.own && face.link != Link::Connected;
    let settings = use_settings().settings;
    let tint = settings.tint.filter(|_| face.own).map_or_else(|| format::tint(&face.name, 6), u32::from);
    let mirrored = (face.own && settings.mirror).then_some("tile__video--mirrored");
    let label = if props.pinned { texts.room.unpin } else { texts.room.pin };
    html! {
        <article ref={node.clone()} class={classes!("tile", props.pinned.then_some("tile--pinned"), face.speaking.then_some("tile--speaking"), format!("tile--tint-{tint}"), troubled.then_some("tile--troubled"))} data-testid="tile"
            data-peer={face.id.clone()} data-name={face.name.clone()} data-speaking={face.speaking.to_string()}>
            if let Some(stream) = &face.stream {
                <Video stream={Clone::clone(stream)} muted={face.own || face.muted} small_window=true
                    class={classes!("tile__video", mirrored, (!face.camera).then_some("tile__video--off"))} />
            }
            if !face.camera {
                <div class="tile__placeholder" aria-hidden="true"><span>{ format::initials(&face.name) }</span></div>
            }
            if let Some(reaction) = &face.reaction { <p class="tile__reaction" data-testid="tile-reaction" role="status">{ reaction.clone() }</p> }
            if face.away {
                <p class="tile__link" role="status" data-testid="away"><strong>{ texts.host.away }</strong><span>{ texts.host.away_lead }</span></p>
            } else if troubled {
                <p class="tile__link" role="status">
                    <strong>{ (texts.connection.link)(face.link) }</strong><span>{ (texts.connection.link_cause)(face.link) }</span>
                </p>
            }
            <Recorded recorded={props.recorded} />
            <div class="tile__tools">
                if props.can_pin { <button type="button" class="tile__tool" data-testid="pin" data-on={props.pinned.to_string()} aria-label={label(&face.name)} title={label(&face.name)}
                    onclick={props.on_pin.reform(|_| ())}><Icon name={Name::Pin} /></button> }
                <ViewTools {node} name={face.name.clone()} picture={face.camera} />
            </div>
            <footer class="tile__foot">
                if face.muted || !face.audio {
                    <span class="tile__silent" role="img"
                        aria-label={if face.muted { texts.people.muted_by_host } else { texts.people.is_silent }}
                        title={if face.muted { texts.people.muted_by_host } else { texts.people.is_silent }}>
                        <Icon name={Name::MicrophoneOff} />
                    </span>
                } else {
                    // Its place is kept: the name does not jump at each word.
                    <span class="tile__voice" role="img" aria-hidden={(!face.speaking).to_string()} aria-label={texts.people.is_speaking} title={texts.people.is_speaking}>
                        <Icon name={Name::Voice} />
                    </span>
                }
                if let Some(place) = face.hand {
                    <span class="tile__hand" role="img" data-testid="tile-hand" aria-label={(texts.host.hand)(place)} title={(texts.host.hand)(place)}><Icon name={Name::Hand} />{ place }</span>
                }
                <span class="tile__name">{ face.name.clone() }{ if face.own { format!(" ({})", texts.people.you) } else { String::new() } }</span>
                if face.role == Role::Host {
                    <span class="badge badge--dark">{ texts.people.is_host }</span>
                }
                if let Some(state) = face.consent.filter(|state| *state != ConsentState::All) {
                    <span class="badge badge--dark" data-testid="tile-consent" data-consent={format!("{state:?}").to_lowercase()} title={(texts.consent.state)(state, props.recorded.map_or(RecordingKind::Video, |(kind, _)| kind))}>
                        { (texts.consent.short)(state) }
                    </span>
                }
            </footer>
        </article>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ScreenProps {
    pub(crate) label: AttrValue,
    pub(crate) stream: MediaStream,
    pub(crate) rect: Rect,
    /// What is recorded of the meeting, and whether it is paused.
    pub(crate) recorded: Option<(RecordingKind, bool)>,
}

/// A shared screen: never cropped.
#[function_component]
pub(crate) fn ScreenTile(props: &ScreenProps) -> Html {
    let node = use_placed(props.rect);
    html! {
        <article ref={node.clone()} class="tile tile--screen" data-testid="screen-tile">
            <Video stream={Clone::clone(&props.stream)} muted=true small_window=true class="tile__video tile__video--whole" />
            <Recorded recorded={props.recorded} />
            <div class="tile__tools"><ViewTools {node} name={props.label.clone()} picture=true /></div>
            <footer class="tile__foot"><span class="tile__name">{ props.label.clone() }</span></footer>
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct RecordedProps {
    recorded: Option<(RecordingKind, bool)>,
}

/// The mark of a recording on a tile that fills the screen: the page's own is not in sight then.
#[function_component]
fn Recorded(props: &RecordedProps) -> Html {
    let texts = use_texts();
    let Some((kind, paused)) = props.recorded else { return html! {} };
    let word = if paused { texts.recording.paused_word } else { texts.recording.running_word };
    html! {
        <p class={classes!("tile__recorded", paused.then_some("tile__recorded--paused"))} data-testid="tile-recorded">
            <span class="rec-dot" aria-hidden="true"></span>{ word(kind) }
        </p>
    }
}

#[derive(Properties, PartialEq)]
struct ToolsProps {
    /// The tile.
    node: NodeRef,
    name: AttrValue,
    /// There is a picture to be shown elsewhere.
    picture: bool,
}

/// A tile in a small window of its own, and on the whole screen.
#[function_component]
fn ViewTools(props: &ToolsProps) -> Html {
    let texts = use_texts();
    let small_window = {
        let node = props.node.clone();
        Callback::from(move |_: MouseEvent| {
            let video = node.cast::<Element>().and_then(|tile| tile.query_selector("video").ok()?);
            if let Some(video) = video {
                show_in_small_window(&video);
            }
        })
    };
    let full_screen = {
        let node = props.node.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(tile) = node.cast::<Element>() {
                toggle_full_screen(Some(&tile));
            }
        })
    };
    let words = if use_full_screen() { texts.room.no_full_screen } else { texts.room.full_screen };
    let label = (texts.room.picture_in_picture)(&props.name);
    html! {
        <>
            if props.picture && has_small_windows() {
                <button type="button" class="tile__tool" data-testid="small-window" aria-label={label.clone()} title={label} onclick={small_window}><Icon name={Name::SmallWindow} /></button>
            }
            <button type="button" class="tile__tool" data-testid="tile-full-screen" aria-label={words} title={words} onclick={full_screen}><Icon name={Name::FullScreen} /></button>
        </>
    }
}

/// Puts an element in its place. By its style object: a strict content security policy allows no style attributes.
#[hook]
fn use_placed(rect: Rect) -> NodeRef {
    let node = use_node_ref();
    use_effect_with((node.clone(), rect), |(node, rect)| {
        let Some(element) = node.cast::<HtmlElement>() else { return };
        let sides = [("left", rect.x), ("top", rect.y), ("width", rect.width), ("height", rect.height)];
        for (side, pixels) in sides {
            // A value that is no length leaves the tile where it was.
            let _ = element.style().set_property(side, &format!("{pixels:.1}px"));
        }
    });
    node
}
