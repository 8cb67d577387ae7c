//! A consent log in words: for the page, and as a file that any browser shows.

use std::collections::BTreeMap;

use hostreel_consent::{Log, Somebody, What, stamp};
use hostreel_protocol::{ConsentPolicy, PersonId, RecordingKind};

use super::format;
use crate::i18n::Texts;

/// What each entry says, in words. Who is called otherwise than in the entry before is called by both names once.
#[must_use]
pub fn lines(log: &Log, texts: &Texts) -> Vec<String> {
    let mut known = BTreeMap::new();
    let kind = log.entries.iter().find_map(|entry| match entry.what {
        What::Began { kind, .. } => Some(kind),
        _ => None,
    });
    let kind = kind.unwrap_or(RecordingKind::Video);
    let line = |what| words(&with_names_before(what, &mut known, texts), kind, texts);
    log.entries.iter().map(|entry| &entry.what).map(line).collect()
}

/// `known`: what people were called last, by id.
fn with_names_before(what: &What, known: &mut BTreeMap<PersonId, String>, texts: &Texts) -> What {
    let mut what = what.clone();
    let mut call = |person: &mut Somebody| {
        let before = known.insert(person.id.clone(), person.name.clone());
        if let Some(before) = before.filter(|before| *before != person.name) {
            person.name = (texts.consent.name_before)(&person.name, &before);
        }
    };
    match &mut what {
        What::Began { by, people, granted, .. } => {
            std::iter::once(by).chain(people).chain(granted).for_each(call);
        }
        What::Joined { person }
        | What::Left { person }
        | What::Consent { person, .. }
        | What::Granted { person, .. }
        | What::GrantEnded { person } => call(person),
        What::Paused | What::Resumed | What::Stopped { .. } | What::File { .. } => {}
    }
    what
}

fn words(what: &What, recorded: RecordingKind, texts: &Texts) -> String {
    let t = &texts.consent;
    let names =
        |people: &[Somebody]| people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
    match what {
        What::Began { by, kind, policy, people, granted, .. } => {
            let mut text = (t.began)(&by.name, *kind, *policy == ConsentPolicy::Ask);
            for more in [
                (t.told)(&names(people)),
                if granted.is_empty() { String::new() } else { (t.grants)(&names(granted)) },
            ] {
                if !more.is_empty() {
                    text.push(' ');
                    text.push_str(&more);
                }
            }
            text
        }
        What::Joined { person } => (t.joined)(&person.name),
        What::Left { person } => (t.left)(&person.name),
        What::Consent { person, state } => (t.answered)(&person.name, *state, recorded),
        What::Granted { person, until } => {
            let until = until.map(stamp);
            (t.granted)(&person.name, until.as_deref())
        }
        What::GrantEnded { person } => (t.grant_ended)(&person.name),
        What::Paused => t.paused.to_owned(),
        What::Resumed => t.resumed.to_owned(),
        What::Stopped { reason } => (t.stopped)(*reason).to_owned(),
        What::File { sha256, bytes } => (t.file)(&format::bytes(*bytes), sha256),
    }
}

/// The log as a page that needs nothing else: the table, and the JSON to be verified.
#[must_use]
pub fn html(log: &Log, title: &str, language: &str, texts: &Texts) -> String {
    let t = &texts.consent;
    let verdict = match log.verify() {
        Ok(()) => t.whole.to_owned(),
        Err(broken) => (t.broken)(broken.entry()),
    };
    let rows: String = log
        .entries
        .iter()
        .zip(lines(log, texts))
        .map(|(entry, line)| {
            format!(
                "<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
                stamp(entry.at),
                escaped(&line),
                escaped(entry.digest.get(..16).unwrap_or(&entry.digest))
            )
        })
        .collect();
    let [head, lead, room, verdict, limits, json] = [
        format!("{} · {title}", t.log),
        t.log_lead.to_owned(),
        (t.log_room)(log.room.as_str()),
        verdict,
        t.limits.to_owned(),
        log.json(),
    ]
    .map(|text| escaped(&text));
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{head}</title>\n\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}table{{border-collapse:collapse;width:100%}}\
         td,th{{text-align:start;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}}pre{{overflow:auto;background:#f4f4f4;padding:1rem}}</style>\n\
         </head>\n<body>\n<h1>{head}</h1>\n<p>{room}</p>\n<p>{lead}</p>\n<p><strong>{verdict}</strong></p>\n<p>{limits}</p>\n\
         <table>\n<thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n<h2>JSON</h2>\n<pre>{json}</pre>\n</body>\n</html>\n",
        t.when, t.event, t.digest
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use hostreel_protocol::{
        Consent, ConsentState, Millis, Person, PersonId, Policies, RecordingId, Role, RoomId, RoomState,
        RunningRecording,
    };

    #[test]
    fn the_page_says_all_in_both_languages_and_a_name_injects_nothing() {
        let id = |text| PersonId::parse(text).unwrap();
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        room.people = vec![
            Person::new(id("a"), "<script>alert(1)</script>", Role::Host, Millis(0)),
            Person::new(id("b"), "준호", Role::Guest, Millis(0)),
        ];
        let recording = RunningRecording::new(
            RecordingId::parse("r").unwrap(),
            id("a"),
            RecordingKind::Audio,
            Millis(1_000),
        );
        room.recording = Some(RunningRecording {
            consent: ConsentPolicy::Ask,
            consents: vec![Consent { person: id("b"), state: ConsentState::Voice, at: Millis(2_000) }],
            ..recording
        });
        let mut log = Log::begin(&room).unwrap();
        let before = room.clone();
        room.people[1].name = "지우".into();
        room.recording.as_mut().unwrap().consents[0].state = ConsentState::All;
        log.follow(&before, &room, None);
        for language in Language::ALL {
            let page = html(&log, "<b>", language.tag(), language.texts());
            assert!(!page.contains("<script>") && !page.contains("· <b>"));
            assert!(page.contains("준호") && page.contains("1970-01-01 00:00:02"));
            assert!(page.contains(language.texts().consent.whole));
            let both = (language.texts().consent.name_before)("지우", "준호");
            assert_eq!(lines(&log, language.texts()).iter().filter(|line| line.contains(&both)).count(), 1);
        }
        log.entries[1].at = Millis(3_000);
        let texts = Language::English.texts();
        assert!(html(&log, "", "en", texts).contains(&(texts.consent.broken)(2)));
    }
}
