use hostreel_protocol::RecordingKind;

use super::*;

#[test]
fn the_first_wish_that_is_known_wins() {
    assert_eq!(Language::choose(["fr-FR", "ko-KR", "en"]), Language::Korean);
    assert_eq!(Language::choose(["EN_us", "ko"]), Language::English);
    assert_eq!(Language::choose([]), Language::English);
}

#[test]
fn every_code_of_the_protocol_has_its_own_text() {
    for texts in [&KOREAN, &ENGLISH] {
        let unknown = (texts.code)(Code::Unknown);
        for code in Code::ALL {
            let explained = (texts.code)(*code);
            assert_ne!(explained.what, unknown.what, "{code:?}");
            assert!(!explained.way_out.is_empty(), "{code:?}");
        }
    }
}

#[test]
fn every_code_of_the_recorder_has_its_own_text() {
    for texts in [&KOREAN, &ENGLISH] {
        let unknown = (texts.device_error)("from_the_future");
        for code in DEVICE_CODES {
            let explained = (texts.device_error)(code);
            assert_ne!(explained.what, unknown.what, "{code}");
            assert!(!explained.way_out.is_empty(), "{code}");
        }
    }
}

#[test]
fn the_languages_differ_and_korean_is_polite() {
    for code in Code::ALL {
        let korean = (KOREAN.code)(*code);
        assert_ne!(korean.what, (ENGLISH.code)(*code).what);
        for sentence in [korean.what, korean.way_out] {
            assert!(sentence.ends_with("요."), "{sentence}");
        }
    }
    for code in DEVICE_CODES {
        let korean = (KOREAN.device_error)(code);
        for sentence in [korean.what, korean.way_out] {
            assert!(sentence.ends_with("요."), "{sentence}");
        }
    }
}

#[test]
fn a_device_trouble_names_only_what_was_asked_for() {
    for texts in [&KOREAN, &ENGLISH] {
        for code in ["denied", "no_device"] {
            let told = |asked| (texts.device_trouble)(code, asked).what;
            assert!(told(Asked::Both).to_lowercase().contains(&texts.devices.camera.to_lowercase()));
            assert!(!told(Asked::Microphone).to_lowercase().contains(&texts.devices.camera.to_lowercase()));
            assert!(!told(Asked::Camera).to_lowercase().contains(&texts.devices.microphone.to_lowercase()));
        }
        for asked in Asked::ALL {
            let in_use = (texts.device_trouble)("device_in_use", asked);
            assert_eq!(in_use, (texts.device_error)("device_in_use"));
        }
    }
    for asked in Asked::ALL {
        let korean = (KOREAN.device_trouble)("denied", asked);
        assert!(korean.what.ends_with("요.") && korean.way_out.ends_with("요."));
    }
}

#[test]
fn a_file_that_could_not_be_saved_is_not_called_a_broken_recording() {
    for texts in [&KOREAN, &ENGLISH] {
        let told = [true, false].map(|full| (texts.message)(&Message::NotSaved { full }));
        assert_ne!(told[0], told[1]);
        for code in ["storage_full", "write_failed"] {
            assert!(told.iter().all(|told| !told.contains((texts.device_error)(code).what)));
        }
    }
}

#[test]
fn a_title_that_the_app_gave_is_said_in_the_language_of_the_page() {
    for stored in ["화면", "Screen"] {
        assert_eq!((KOREAN.title(stored).as_str(), ENGLISH.title(stored).as_str()), ("화면", "Screen"));
    }
    for stored in ["Meeting abcd-efgh", "회의 abcd-efgh"] {
        assert_eq!(
            (KOREAN.title(stored).as_str(), ENGLISH.title(stored).as_str()),
            ("회의 abcd-efgh", "Meeting abcd-efgh")
        );
    }
    assert_eq!(KOREAN.title("Meeting with Juno"), "Meeting with Juno");
    assert_eq!(KOREAN.title("Meeting abcd-efgh (trimmed)"), "회의 abcd-efgh (자름)");
}

#[test]
fn korean_keeps_picture_and_sound_apart() {
    assert_eq!((KOREAN.recording.running_word)(RecordingKind::Video), "녹화 중");
    assert_eq!((KOREAN.recording.running_word)(RecordingKind::Audio), "녹음 중");
    let sound = [
        (KOREAN.recording.paused_word)(RecordingKind::Audio).to_owned(),
        (KOREAN.recording.tab_running)(RecordingKind::Audio, "0:01"),
        (KOREAN.solo.start)(RecordingKind::Audio).to_owned(),
        (KOREAN.saved.title)(false).to_owned(),
        (KOREAN.saved.partly)(false).to_owned(),
        (KOREAN.recording.stop_theirs)(RecordingKind::Audio).to_owned(),
        (KOREAN.room.leave_ask)(RecordingKind::Audio).to_owned(),
        (KOREAN.room.leave_recording)(RecordingKind::Audio).to_owned(),
        (KOREAN.connection.reconnecting_recording)(RecordingKind::Audio).to_owned(),
        (KOREAN.solo.again)(false).to_owned(),
        (KOREAN.consent.title)("민아", RecordingKind::Audio),
        (KOREAN.consent.began)("민아", RecordingKind::Audio, true),
        (KOREAN.message)(&Message::RecordingStarted("민아".into(), RecordingKind::Audio)),
        (KOREAN.message)(&Message::RecordingStopped(RecordingKind::Audio)),
    ];
    for text in sound {
        assert!(text.contains("녹음") && !text.contains("녹화"), "{text}");
    }
}

#[test]
fn what_trimming_fails_with_is_not_told_as_if_it_were_recording() {
    for texts in [&KOREAN, &ENGLISH] {
        for code in ["storage_full", "write_failed", "no_storage"] {
            assert_ne!((texts.library.trim_trouble)(code), (texts.device_error)(code), "{code}");
        }
        for code in ["not_cuttable", "nothing_there"] {
            assert_eq!((texts.library.trim_trouble)(code), (texts.device_error)(code), "{code}");
        }
    }
    for code in DEVICE_CODES {
        let korean = (KOREAN.library.trim_trouble)(code);
        assert!(korean.what.ends_with("요.") && korean.way_out.ends_with("요."), "{code}");
    }
}

#[test]
fn a_recording_of_the_screen_asks_for_the_screen_not_for_a_face() {
    use hostreel_protocol::ConsentState::All;
    for texts in [&KOREAN, &ENGLISH] {
        let said = |kind| {
            let words = &texts.consent;
            let (all, none) = ((words.all_lead)(kind), (words.none_lead)(kind));
            let asked = [(words.all)(kind), all, (words.voice_lead)(kind), none];
            let told = [(words.state)(All, kind), (words.own)(All, kind)];
            let mut said: Vec<String> = asked.into_iter().chain(told).map(str::to_owned).collect();
            said.push((words.answered)("Juno", All, kind));
            said
        };
        for (screen, video) in said(RecordingKind::Screen).into_iter().zip(said(RecordingKind::Video)) {
            assert_ne!(screen, video);
        }
    }
}
