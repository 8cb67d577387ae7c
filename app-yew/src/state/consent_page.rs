//! A consent log in words: for the page, and as a file that any browser shows.

use hostreel_protocol::ConsentPolicy;

use super::consent_log::{Log, Somebody, What};
use super::format;
use crate::i18n::Texts;

/// What an entry says, in words.
#[must_use]
pub fn words(what: &What, texts: &Texts) -> String {
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
        What::Consent { person, state } => (t.answered)(&person.name, *state),
        What::Granted { person, until } => {
            let until = until.map(|until| stamp(until.0));
            (t.granted)(&person.name, until.as_deref())
        }
        What::GrantEnded { person } => (t.grant_ended)(&person.name),
        What::Paused => t.paused.to_owned(),
        What::Resumed => t.resumed.to_owned(),
        What::Stopped { reason } => (t.stopped)(*reason).to_owned(),
        What::File { sha256, bytes } => (t.file)(&format::bytes(*bytes), sha256),
    }
}

/// A moment (milliseconds since 1970) in UTC: `2026-11-24 20:15:03`.
#[must_use]
pub fn stamp(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Civil from days (Howard Hinnant): eras of 400 years that begin on the first of March.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
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
        .map(|entry| {
            format!(
                "<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
                stamp(entry.at.0),
                escaped(&words(&entry.what, texts)),
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
        Consent, ConsentState, Millis, Person, PersonId, Policies, RecordingId, RecordingKind, Role, RoomId,
        RoomState, RunningRecording,
    };

    #[test]
    fn a_stamp_is_the_date_of_the_calendar() {
        for (at_ms, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399_999, "2000-02-28 23:59:59"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (1_709_251_199_000, "2024-02-29 23:59:59"),
            (1_790_000_000_000, "2026-09-21 14:13:20"),
            (4_107_542_400_000, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(stamp(at_ms), text);
        }
    }

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
        for language in Language::ALL {
            let page = html(&log, "<b>", language.tag(), language.texts());
            assert!(!page.contains("<script>") && !page.contains("· <b>"));
            assert!(page.contains("준호") && page.contains("1970-01-01 00:00:02"));
            assert!(page.contains(language.texts().consent.whole));
        }
        log.entries[1].at = Millis(3_000);
        let texts = Language::English.texts();
        assert!(html(&log, "", "en", texts).contains(&(texts.consent.broken)(2)));
    }
}
