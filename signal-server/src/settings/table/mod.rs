//! The table itself: a file for each part of it.

use super::Group;

macro_rules! setting {
    ($kind:ident, $secret:literal, $name:literal, $value:literal, $help:literal, $set:expr, $get:expr) => {
        Setting {
            name: $name,
            value: $value,
            help: $help,
            kind: Kind::$kind,
            is_secret: $secret,
            set: $set,
            get: $get,
        }
    };
}

/// A whole number within a range.
macro_rules! number {
    ($name:literal, $value:literal, $help:literal, $range:expr, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = whole(values, $range)?; Ok(()) },
            |config| vec![config.$($field).+.to_string()])
    };
}

/// A length of time, in the unit of the macro that is named.
macro_rules! time {
    ($name:literal, $help:literal, $range:expr, $from:path, $to:path, $value:literal, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = $from(whole(values, $range)?); Ok(()) },
            |config| vec![$to(&config.$($field).+).to_string()])
    };
}

macro_rules! seconds {
    ($name:literal, $help:literal, $range:expr, $($field:ident).+) => {
        time!($name, $help, $range, Duration::from_secs, Duration::as_secs, "SECONDS", $($field).+)
    };
}

macro_rules! millis {
    ($name:literal, $help:literal, $range:expr, $($field:ident).+) => {
        time!($name, $help, $range, Duration::from_millis, Duration::as_millis, "MS", $($field).+)
    };
}

/// Something that may be missing, read by `FromStr`.
macro_rules! optional {
    ($name:literal, $value:literal, $help:literal, $allowed:literal, $show:expr, $($field:ident).+) => {
        setting!(One, false, $name, $value, $help,
            |config, values| { config.$($field).+ = Some(parsed(values, $allowed)?); Ok(()) },
            |config| config.$($field).+.iter().map($show).collect())
    };
}

macro_rules! secret {
    ($name:literal, $help:literal, $($field:ident).+) => {
        setting!(One, true, $name, "SECRET", $help,
            |config, values| { config.$($field).+ = Some(secret(one(values)?)?); Ok(()) },
            |config| config.$($field).+.iter().map(shown).collect())
    };
}

// After the macros: they are seen from there on.
mod control;
mod limits;
mod network;
mod others;

/// Every setting, in the order of the help.
pub(crate) const GROUPS: &[Group] = &[
    network::LISTENING,
    network::TLS,
    limits::LIMITS,
    limits::SESSIONS,
    others::SEVERAL_SERVERS,
    others::STUN_AND_TURN,
    control::OWN_LOGIN,
    control::OPERATIONS,
];
