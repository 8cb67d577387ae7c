//! Everybody's tiles, laid out to the room there is.

use hostreel_app::state::layout::{Rect, layout};
use hostreel_app::state::meeting::{Link, Meeting};
use hostreel_protocol::ConsentPolicy;
use web_sys::MediaStream;
use yew::prelude::*;

use super::tile::{Face, ScreenTile, Tile};
use crate::hooks::devices::DevicesHandle;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;
use crate::hooks::size::use_size;
use crate::hooks::talking::use_talking;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) devices: DevicesHandle,
    /// How often the meeting changed: a handle always shows the newest state, so two of them can't be compared.
    pub(crate) version: u64,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The tiles of all people and of a shared screen.
#[function_component]
pub(crate) fn Stage(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    let (width, height) = use_size(&node);
    let meeting = props.meeting.meeting();
    let own = props.devices.devices();
    let muted = meeting.me().is_some_and(|me| me.muted);
    let talking = use_talking(&props.meeting, own.heard().filter(|_| !muted));
    let faces = faces(meeting, own.seen(), own.heard().is_some(), &talking);
    let screen = meeting
        .shared_screen()
        .map(|(person, stream)| ((texts.room.screen_of)(&person.name), Clone::clone(stream)))
        .or_else(|| own.screen.clone().map(|stream| (texts.room.your_screen.to_owned(), stream)));
    let recorded = meeting.recorded();
    let gap = if width < 600.0 { 6.0 } else { 10.0 };
    // Who is shown large, whatever is shared; somebody who has left is not.
    let pinned = use_state_eq(|| None::<AttrValue>);
    let large = faces.iter().position(|face| Some(&face.id) == pinned.as_ref());
    let (small, has_large) = match large {
        Some(_) => (faces.len() - 1 + usize::from(screen.is_some()), true),
        None => (faces.len(), screen.is_some()),
    };
    let places = layout(small, has_large, width, height, gap);
    let mut people = places.people.into_iter();
    let screen_place =
        if large.is_some() { screen.as_ref().and_then(|_| people.next()) } else { places.screen };
    let can_pin = faces.len() > 1 || screen.is_some();
    let placed: Vec<(Face, bool, Rect)> = faces
        .into_iter()
        .enumerate()
        .filter_map(|(index, face)| {
            let is_large = large == Some(index);
            let rect = if is_large { places.screen } else { people.next() }?;
            Some((face, is_large, rect))
        })
        .collect();
    let pin = |id: &AttrValue, is_large: bool| {
        let (pinned, id) = (pinned.setter(), id.clone());
        Callback::from(move |()| pinned.set((!is_large).then(|| id.clone())))
    };
    html! {
        <div class="stage" ref={node}>
            if let (Some((label, stream)), Some(rect)) = (screen, screen_place) {
                <ScreenTile key="screen" {label} {stream} {rect} {recorded} />
            }
            { for placed.into_iter().map(|(face, is_large, rect)| {
                let (key, on_pin) = (face.id.to_string(), pin(&face.id, is_large));
                html! { <Tile {key} {face} {rect} pinned={is_large} {can_pin} {recorded} {on_pin} /> }
            }) }
        </div>
    }
}

fn faces(
    meeting: &Meeting<MediaStream>,
    seen: Option<&MediaStream>,
    heard: bool,
    talking: &[String],
) -> Vec<Face> {
    let Some(room) = &meeting.room else { return Vec::new() };
    let hands: Vec<_> = room.raised_hands().into_iter().map(|person| person.id.clone()).collect();
    let asks = room.recording.as_ref().filter(|recording| recording.consent == ConsentPolicy::Ask);
    room.people
        .iter()
        .map(|person| {
            let own = Some(&person.id) == meeting.you.as_ref();
            let media = meeting.media.get(&person.id);
            let id = person.id.to_string();
            // Somebody who is still connecting is not called silent.
            let audio = if own { heard } else { media.is_none_or(|media| media.has_audio) };
            Face {
                // Muted a moment ago, they do not speak any more.
                speaking: audio && !person.muted && talking.contains(&id),
                id: id.into(),
                name: person.name.clone().into(),
                role: person.role,
                stream: if own { seen.cloned() } else { media.and_then(|media| media.stream.clone()) },
                camera: if own { seen.is_some() } else { media.is_some_and(|media| media.has_camera) },
                audio,
                muted: person.muted,
                link: if own {
                    Link::Connected
                } else {
                    meeting.links.get(&person.id).copied().unwrap_or_default()
                },
                away: !own && person.is_away(),
                hand: hands.iter().position(|id| *id == person.id).map(|index| index + 1),
                reaction: meeting.chat.reaction_of(&person.id).map(|reaction| reaction.emoji.clone().into()),
                consent: asks
                    .filter(|recording| recording.by != person.id)
                    .map(|recording| recording.consent_of(&person.id)),
                own,
            }
        })
        .collect()
}
