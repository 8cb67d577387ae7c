//! All settings in one table: each is a flag, an environment variable and a key of the file, by the same name.

mod table;
mod values;

use std::fmt::Write as _;

use signal_server::Config;
pub(crate) use table::GROUPS;

/// What stands in place of a secret wherever settings are shown.
const REDACTED: &str = "[redacted]";

/// How many values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One value.
    One,
    /// True when named; or `=true`, `=false`.
    Switch,
    /// Any number of values.
    List,
}

/// One setting.
pub(crate) struct Setting {
    /// `--NAME`, `HOSTREEL_NAME`, `NAME = …`.
    pub(crate) name: &'static str,
    /// What stands for the value in the help.
    pub(crate) value: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    /// Never shown. A value `@FILE` is read from that file.
    pub(crate) is_secret: bool,
    /// Takes values over; else says what is allowed.
    pub(crate) set: fn(&mut Config, &[String]) -> Result<(), String>,
    /// The values as [`Self::set`] takes them.
    pub(crate) get: fn(&Config) -> Vec<String>,
}

impl Setting {
    /// The environment variable.
    pub(crate) fn variable(&self) -> String {
        format!("HOSTREEL_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// The default, for the help.
    pub(crate) fn default(&self) -> String {
        match (self.get)(&Config::default()) {
            values if values.is_empty() => "none".into(),
            values => values.join(","),
        }
    }
}

/// A heading with its settings.
pub(crate) type Group = (&'static str, &'static [Setting]);

/// All settings, without their headings.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|(_, settings)| settings.iter())
}

/// The settings as a file that says the same, without the secrets.
pub(crate) fn as_file(config: &Config) -> String {
    let mut text = String::new();
    for (heading, settings) in GROUPS {
        let blank = if text.is_empty() { "" } else { "\n" };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{blank}# {heading}");
        for setting in *settings {
            let quoted = |value: &String| match setting.kind {
                Kind::Switch => value.clone(),
                _ if value.parse::<u64>().is_ok() => value.clone(),
                _ => format!("{value:?}"),
            };
            let values: Vec<String> = (setting.get)(config).iter().map(quoted).collect();
            if setting.is_secret && !values.is_empty() {
                let _ = writeln!(text, "# {} = {REDACTED}", setting.name);
                continue;
            }
            let _ = match (setting.kind, values.first()) {
                (Kind::List, _) => writeln!(text, "{} = [{}]", setting.name, values.join(", ")),
                (_, Some(value)) => writeln!(text, "{} = {value}", setting.name),
                (_, None) => writeln!(text, "# {} is not set", setting.name),
            };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_back_and_secrets_are_not_shown() {
        let mut config = Config {
            admin_token: Some("very secret".to_owned().into()),
            ice_servers: vec![values::ice_server("turn:t.example|user|very secret").unwrap()],
            ..Config::default()
        };
        config.limits.idle_ms = 12_345;
        config.proxies.trusted = vec![values::network("10.0.0.0/8").unwrap()];
        config.tls.certificate = Some("a\\b \"c\".pem".into());
        let text = as_file(&config);
        assert!(!text.contains("very secret") && text.contains(REDACTED), "{text}");
        let again = crate::arguments::from_file(&text, "x.toml").unwrap();
        assert_eq!(again.limits, config.limits);
        assert_eq!(again.tls, config.tls);
        assert_eq!(again.proxies, config.proxies);
    }

    #[test]
    fn every_default_is_allowed_and_reads_back() {
        for setting in all() {
            let mut config = Config::default();
            let default = (setting.get)(&config);
            if !default.is_empty() {
                (setting.set)(&mut config, &default).unwrap();
            }
            assert_eq!((setting.get)(&config), default, "{}", setting.name);
        }
    }
}
