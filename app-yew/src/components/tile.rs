//! One person, or a shared screen, in its place.

use hostreel_app::state::format;
use hostreel_app::state::layout::Rect;
use hostreel_app::state::meeting::Link;
use hostreel_protocol::Role;
use web_sys::{HtmlElement, MediaStream};
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::video::Video;
use crate::hooks::language::use_texts;

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
    pub(crate) link: Link,
    /// It is the own one: mirrored, without sound.
    pub(crate) own: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) face: Face,
    pub(crate) rect: Rect,
}

/// A person's tile.
#[function_component]
pub(crate) fn Tile(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_placed(props.rect);
    let face = &props.face;
    let troubled = !face.own && face.link != Link::Connected;
    let tint = format::tint(&face.name, 6);
    html! {
        <article ref={node} class={classes!("tile", format!("tile--tint-{tint}"), troubled.then_some("tile--troubled"))} data-testid="tile"
            data-peer={face.id.clone()} data-name={face.name.clone()}>
            if let Some(stream) = &face.stream {
                <Video stream={Clone::clone(stream)} muted={face.own || face.muted}
                    class={classes!("tile__video", face.own.then_some("tile__video--mirrored"), (!face.camera).then_some("tile__video--off"))} />
            }
            if !face.camera {
                <div class="tile__placeholder" aria-hidden="true"><span>{ format::initials(&face.name) }</span></div>
            }
            if troubled {
                <p class="tile__link" role="status">
                    <strong>{ (texts.connection.link)(face.link) }</strong><span>{ (texts.connection.link_cause)(face.link) }</span>
                </p>
            }
            <footer class="tile__foot">
                if face.muted || !face.audio {
                    <span class="tile__silent" role="img"
                        aria-label={if face.muted { texts.people.muted_by_host } else { texts.people.is_silent }}
                        title={if face.muted { texts.people.muted_by_host } else { texts.people.is_silent }}>
                        <Icon name={Name::MicrophoneOff} />
                    </span>
                }
                <span class="tile__name">{ face.name.clone() }{ if face.own { format!(" ({})", texts.people.you) } else { String::new() } }</span>
                if face.role == Role::Host {
                    <span class="badge badge--dark">{ texts.people.is_host }</span>
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
}

/// A shared screen: never cropped.
#[function_component]
pub(crate) fn ScreenTile(props: &ScreenProps) -> Html {
    let node = use_placed(props.rect);
    html! {
        <article ref={node} class="tile tile--screen" data-testid="screen-tile">
            <Video stream={Clone::clone(&props.stream)} muted=true class="tile__video tile__video--whole" />
            <footer class="tile__foot"><span class="tile__name">{ props.label.clone() }</span></footer>
        </article>
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
