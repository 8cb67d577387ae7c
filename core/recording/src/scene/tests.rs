use proptest::prelude::*;

use super::*;

fn meeting(people: usize) -> Director {
    let mut director = Director::new(Frame::new(1280, 720));
    for index in 0..people {
        director.join(&format!("p{index}"));
    }
    director
}

fn ids(scene: &Scene) -> Vec<&str> {
    scene.places.iter().map(|place| place.id.as_str()).collect()
}

/// Lets one person speak until they are the speaker, and everybody else be silent.
fn speak(director: &mut Director, clock: &mut u64, speaker: Option<usize>, milliseconds: u64) {
    for _ in 0..milliseconds / 100 {
        *clock += 100;
        let levels: Vec<(String, f32)> = (0..director.seats.len())
            .map(|index| (format!("p{index}"), if Some(index) == speaker { 0.7 } else { 0.0 }))
            .collect();
        director.hear(Millis(*clock), &levels);
    }
}

#[test]
fn nine_stand_on_one_page_ten_on_two() {
    assert_eq!(meeting(9).scene().pages, 1);
    let mut director = meeting(10);
    assert_eq!(ids(&director.scene()), ["p0", "p1", "p2", "p3", "p4"]);
    director.set_page(Some(1));
    assert_eq!(ids(&director.scene()), ["p5", "p6", "p7", "p8", "p9"]);
    director.set_page(Some(99));
    assert_eq!(director.scene().page, 1);
}

#[test]
fn pages_turn_by_themselves_and_stay_when_chosen() {
    let mut director = meeting(10);
    let mut clock = 0;
    let pages: Vec<usize> = (0..4)
        .map(|_| {
            speak(&mut director, &mut clock, None, 10_000);
            director.scene().page
        })
        .collect();
    assert_eq!(pages, [0, 1, 0, 1]);
    director.set_page(Some(0));
    speak(&mut director, &mut clock, None, 60_000);
    assert_eq!(director.scene().page, 0);
}

#[test]
fn the_speakers_page_comes_and_stays_while_they_speak() {
    let mut director = meeting(10);
    let mut clock = 0;
    speak(&mut director, &mut clock, Some(7), 2_000);
    assert_eq!(director.scene().page, 1);
    speak(&mut director, &mut clock, Some(7), 60_000);
    assert_eq!(director.scene().page, 1);
    speak(&mut director, &mut clock, None, 13_000);
    assert_eq!(director.scene().page, 0);
    director.set_page(Some(0));
    speak(&mut director, &mut clock, Some(8), 5_000);
    assert_eq!((director.speaker(), director.scene().page), (Some("p8"), 0));
}

#[test]
fn the_speaker_is_large_unless_somebody_is_pinned() {
    let mut director = meeting(4);
    director.set_layout(Layout::Speaker);
    assert_eq!(ids(&director.scene()), ["p0", "p1", "p2", "p3"]);
    let mut clock = 0;
    speak(&mut director, &mut clock, Some(2), 2_000);
    assert_eq!(ids(&director.scene()), ["p2", "p0", "p1", "p3"]);
    director.pin(Some("p3"));
    assert_eq!(ids(&director.scene())[0], "p3");
    director.leave("p3");
    assert_eq!(ids(&director.scene())[0], "p2");
    director.pin(None);
    director.leave("p2");
    assert_eq!(ids(&director.scene()), ["p0", "p1"]);
}

#[test]
fn a_shared_screen_is_large_by_itself_and_gives_way_again() {
    let mut director = meeting(3);
    director.share("p1", true);
    let scene = director.scene();
    assert_eq!(scene.places[0].feed, Feed::Screen);
    assert_eq!(ids(&scene), ["p1", "p0", "p1", "p2"]);
    // The one that was shared last, or the pinned one.
    director.share("p2", true);
    director.share("p1", true);
    assert_eq!(director.scene().places[0].id, "p2");
    director.pin(Some("p1"));
    assert_eq!(director.scene().places[0].id, "p1");
    director.share("p1", false);
    director.share("p2", false);
    assert_eq!(director.scene().places.len(), 3);
    assert!(director.scene().places.iter().all(|place| place.feed == Feed::Face));
}

#[test]
fn screens_are_tiles_when_they_do_not_come_first() {
    let mut director = meeting(2);
    director.set_screen_first(false);
    director.share("p0", true);
    let scene = director.scene();
    assert_eq!(scene.places.len(), 3);
    assert_eq!((scene.places[2].id.as_str(), scene.places[2].feed), ("p0", Feed::Screen));
    director.set_layout(Layout::ScreenWithFaces);
    assert_eq!(director.scene().places[0].feed, Feed::Screen);
}

#[test]
fn a_single_one_fills_the_frame() {
    let mut director = meeting(3);
    director.set_layout(Layout::Single("p1".to_owned()));
    let scene = director.scene();
    assert_eq!(scene.places.len(), 1);
    assert_eq!((scene.places[0].rect, scene.places[0].plain), (Frame::new(1280, 720).whole(), true));
    director.share("p1", true);
    assert_eq!(director.scene().places[0].feed, Feed::Screen);
    director.set_layout(Layout::Single("nobody".to_owned()));
    assert_eq!(ids(&director.scene()), ["nobody"]);
}

proptest! {
    #[test]
    fn over_all_pages_everybody_is_seen_and_no_page_is_too_full(
        people in 0usize..40, layout in 0usize..3, shares in proptest::option::of(0usize..40), screen_first: bool,
    ) {
        let mut director = meeting(people);
        director.set_layout([Layout::Grid, Layout::Speaker, Layout::ScreenWithFaces][layout].clone());
        director.set_screen_first(screen_first);
        if let Some(index) = shares {
            director.share(&format!("p{index}"), true);
        }
        let pages = director.scene().pages;
        let mut seen = std::collections::BTreeSet::new();
        for page in 0..pages {
            director.set_page(Some(page));
            let scene = director.scene();
            prop_assert_eq!(scene.page, page);
            prop_assert!(scene.places.len() <= PAGE_OF_GRID);
            prop_assert!(people == 0 || !scene.places.is_empty());
            for (index, place) in scene.places.iter().enumerate() {
                let rect = place.rect;
                prop_assert!(rect.x + rect.width <= 1280 && rect.y + rect.height <= 720);
                prop_assert!(scene.places[..index].iter().all(|other| (&other.id, other.feed) != (&place.id, place.feed)));
                if place.feed == Feed::Face {
                    seen.insert(place.id.clone());
                }
            }
        }
        prop_assert_eq!(seen.len(), people);
    }
}

#[test]
fn a_face_lies_over_the_corner_of_its_screen() {
    let mut director = meeting(2);
    director.set_layout(Layout::PictureInPicture("p1".to_owned()));
    let alone = director.scene();
    assert_eq!(ids(&alone), ["p1"]);
    assert_eq!(alone.places[0].feed, Feed::Face);
    director.share("p1", true);
    let both = director.scene();
    let feeds: Vec<Feed> = both.places.iter().map(|place| place.feed).collect();
    assert_eq!(feeds, [Feed::Screen, Feed::Face], "drawn in this order");
    let (frame, corner) = (both.places[0].rect, both.places[1].rect);
    assert_eq!((frame.width, frame.height), (1280, 720));
    assert!(corner.x > frame.width / 2 && corner.x + corner.width < frame.width);
    assert!(corner.y > frame.height / 2 && corner.y + corner.height < frame.height);
}

#[test]
fn only_screens_shows_no_face_whoever_shares_or_speaks() {
    let mut director = meeting(3);
    director.set_layout(Layout::Screens("nobody shares".into()));
    assert!(!director.shows_faces());
    let shown = |director: &Director| -> Vec<(String, Feed)> {
        director.scene().places.into_iter().map(|place| (place.id, place.feed)).collect()
    };
    let whole = Frame::new(1280, 720).whole();
    assert_eq!(shown(&director), [("nobody shares".into(), Feed::Words)]);
    director.share("p1", true);
    let mut clock = 0;
    speak(&mut director, &mut clock, Some(2), 2_000);
    assert_eq!(shown(&director), [("p1".into(), Feed::Screen)]);
    assert_eq!((director.scene().places[0].rect, director.scene().places[0].plain), (whole, true));
    // The newest is large.
    director.share("p0", true);
    assert_eq!(shown(&director), [("p0".into(), Feed::Screen), ("p1".into(), Feed::Screen)]);
    assert!(director.scene().places[0].rect.width > 2 * director.scene().places[1].rect.width);
    director.share("p0", false);
    director.leave("p1");
    assert_eq!(shown(&director), [("nobody shares".into(), Feed::Words)]);
}
