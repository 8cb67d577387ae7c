use super::*;

#[test]
fn a_muted_microphone_stays_open_and_a_camera_that_is_off_is_closed() {
    let devices = Devices::default()
        .reduce(DeviceAction::Microphone("mic"))
        .reduce(DeviceAction::Camera("cam"))
        .reduce(DeviceAction::SetMicrophone(false))
        .reduce(DeviceAction::SetCamera(false));
    assert_eq!((devices.heard(), devices.microphone), (None, Some("mic")));
    assert_eq!((devices.seen(), devices.camera), (None, None));
}

#[test]
fn a_device_that_fails_is_off_and_says_why_until_it_works() {
    let denied = Devices::<&str>::default().reduce(DeviceAction::NoMicrophone("denied"));
    assert_eq!((denied.microphone_on, denied.microphone_error), (false, Some("denied")));
    assert!(!denied.reduce(DeviceAction::SetMicrophone(true)).microphone_on);
    assert_eq!(denied.reduce(DeviceAction::Microphone("mic")).microphone_error, None);
}

#[test]
fn what_is_starting_does_not_look_switched_off() {
    let fresh = Devices::<&str>::default();
    assert!(!fresh.shows_camera(), "nothing is being opened yet");
    let opening = fresh.reduce(DeviceAction::Opening(Source::Camera));
    assert!(opening.shows_camera() && !opening.shows_microphone());
    assert!(!opening.reduce(DeviceAction::SetCamera(false)).shows_camera());
    assert!(!opening.reduce(DeviceAction::NoCamera("denied")).shows_camera());
}

#[test]
fn a_trouble_names_only_what_it_is_about_and_goes_when_tried_again() {
    let camera = Devices::<&str>::default().reduce(DeviceAction::NoCamera("denied"));
    assert_eq!(camera.troubles(), [("denied", Asked::Camera)]);
    let both = camera.reduce(DeviceAction::NoMicrophone("denied"));
    assert_eq!(both.troubles(), [("denied", Asked::Both)]);
    let different = camera.reduce(DeviceAction::NoMicrophone("no_device"));
    assert_eq!(different.troubles(), [("denied", Asked::Camera), ("no_device", Asked::Microphone)]);
    let again = both.reduce(DeviceAction::Opening(Source::Camera));
    assert_eq!(again.troubles(), [("denied", Asked::Microphone)]);
}

#[test]
fn another_device_is_as_loud_and_as_visible_as_the_one_before() {
    let silent = Devices::default()
        .reduce(DeviceAction::Microphone("mic"))
        .reduce(DeviceAction::SetMicrophone(false))
        .reduce(DeviceAction::ChooseMicrophone(Some("other".into())))
        .reduce(DeviceAction::Opening(Source::Microphone))
        .reduce(DeviceAction::Microphone("other"));
    assert_eq!((silent.heard(), silent.microphone), (None, Some("other")));
    let seen = Devices::default()
        .reduce(DeviceAction::Camera("cam"))
        .reduce(DeviceAction::Opening(Source::Camera))
        .reduce(DeviceAction::Camera("other"));
    assert_eq!(seen.seen(), Some(&"other"));
    let dark = seen.reduce(DeviceAction::SetCamera(false));
    assert!(!dark.reduce(DeviceAction::ChooseCamera(None)).camera_on);
}

#[test]
fn what_is_turned_on_is_on_once_it_is_open() {
    let closed = Devices::<&str>::default().reduce(DeviceAction::SetCamera(false));
    assert!(!closed.reduce(DeviceAction::SetCamera(true)).camera_on, "nothing to turn on");
    let open = closed
        .reduce(DeviceAction::Opening(Source::Camera))
        .reduce(DeviceAction::SetCamera(true))
        .reduce(DeviceAction::Camera("cam"));
    assert_eq!((open.seen(), open.opening), (Some(&"cam"), Opening::default()));
}

#[test]
fn nothing_is_awaited_after_it_was_turned_off_or_all_was_closed() {
    let opening = [Source::Microphone, Source::Camera, Source::Screen]
        .into_iter()
        .fold(Devices::<&str>::default(), |devices, source| devices.reduce(DeviceAction::Opening(source)));
    let wanted = Pending::Wanted;
    assert_eq!(opening.opening, Opening { microphone: wanted, camera: wanted, screen: wanted });
    assert!(!opening.reduce(DeviceAction::SetCamera(false)).opening.camera.is_wanted());
    assert!(!opening.reduce(DeviceAction::Screen(None)).opening.screen.is_wanted());
    let closed = opening.reduce(DeviceAction::Closed);
    for source in [Source::Microphone, Source::Camera, Source::Screen] {
        assert_eq!(closed.arrival(source, None), Arrival::Close);
        assert_eq!(closed.reduce(DeviceAction::NotTaken(source)).opening.of(source), Pending::No);
    }
    assert_eq!(closed.reduce(DeviceAction::NoMicrophone("denied")).troubles(), []);
}

#[test]
fn a_camera_can_be_refused_while_it_opens() {
    let opening = Devices::<&str>::default().reduce(DeviceAction::Opening(Source::Camera));
    assert_eq!(opening.camera_press(), Press::Set(false));
    let refused = opening.reduce(DeviceAction::SetCamera(false));
    assert_eq!((refused.shows_camera(), refused.camera_press()), (false, Press::Open));
    assert_eq!(refused.arrival(Source::Camera, None), Arrival::Close);
    let failed = refused.reduce(DeviceAction::NoCamera("denied"));
    assert_eq!((failed.troubles(), failed.opening.camera), (vec![], Pending::No));
    // Wanted again before the browser answered: its answer counts.
    let again = refused.reduce(DeviceAction::Opening(Source::Camera)).reduce(DeviceAction::SetCamera(true));
    assert_eq!((again.shows_camera(), again.arrival(Source::Camera, None)), (true, Arrival::Take));
    assert_eq!(again.reduce(DeviceAction::NoCamera("denied")).troubles(), [("denied", Asked::Camera)]);
}

#[test]
fn a_microphone_can_be_muted_while_it_opens() {
    let opening = Devices::default().reduce(DeviceAction::Opening(Source::Microphone));
    assert_eq!(opening.microphone_press(), Press::Set(false));
    let muted = opening.reduce(DeviceAction::SetMicrophone(false));
    assert_eq!(muted.arrival(Source::Microphone, None), Arrival::Take);
    let open = muted.reduce(DeviceAction::Microphone("mic"));
    assert_eq!((open.heard(), open.microphone_press()), (None, Press::Set(true)));
}

#[test]
fn what_was_chosen_while_another_one_opened_is_asked_for() {
    let chosen = Devices::<&str>::default()
        .reduce(DeviceAction::Opening(Source::Camera))
        .reduce(DeviceAction::ChooseCamera(Some("other".into())));
    assert_eq!(chosen.arrival(Source::Camera, None), Arrival::AskAgain);
    assert_eq!(chosen.arrival(Source::Camera, Some("other")), Arrival::Take);
}

#[test]
fn only_what_is_missing_is_said_to_be_missing() {
    assert_eq!(Asked::at_fault(true, false), Asked::Camera);
    assert_eq!(Asked::at_fault(false, true), Asked::Microphone);
    assert_eq!(Asked::at_fault(true, true), Asked::Both);
    assert_eq!(Asked::at_fault(false, false), Asked::Both);
}

#[test]
fn an_unplugged_camera_leaves_the_microphone_alone() {
    let devices = Devices::default()
        .reduce(DeviceAction::Microphone("mic"))
        .reduce(DeviceAction::Camera("cam"))
        .reduce(DeviceAction::Unplugged { camera: true });
    assert_eq!((devices.heard(), devices.seen()), (Some(&"mic"), None));
    assert_eq!(devices.camera_error, Some("no_device"));
}

#[test]
fn after_a_reload_they_are_as_they_were() {
    let silent = Devices::<&str>::default().reduce(DeviceAction::Before { microphone: false, camera: true });
    let open = silent.reduce(DeviceAction::Microphone("mic")).reduce(DeviceAction::Camera("cam"));
    assert_eq!((open.heard(), open.seen()), (None, Some(&"cam")));
    let dark = Devices::<&str>::default().reduce(DeviceAction::Before { microphone: true, camera: false });
    assert_eq!((dark.microphone_on, dark.camera_on), (true, false));
}
