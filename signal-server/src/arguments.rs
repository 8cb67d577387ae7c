//! Settings from the command line, the environment and a file, in this order of weight.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};
use signal_server::Config;

use crate::settings::{self, Kind, Setting};

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What the program is to do.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) config: Config,
    pub(crate) log_format: LogFormat,
    /// Only show the settings.
    pub(crate) print_config: bool,
}

/// What can't be run with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A wrong command line, or a call for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// A value that is not allowed.
    #[error("{place}: {shown} is not allowed; allowed is: {allowed}")]
    Value { place: String, shown: String, allowed: String },
    /// The file can't be read.
    #[error("{file}: {reason}")]
    File { file: String, reason: String },
    /// Settings that contradict each other.
    #[error(transparent)]
    Contradiction(#[from] signal_server::Contradiction),
}

/// Reads the command line; `environment` looks up a variable.
///
/// # Errors
/// [`Error`] for what is wrong, or for a call for help.
pub(crate) fn read(
    line: impl IntoIterator<Item = OsString>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Arguments, Error> {
    let matches = command().try_get_matches_from(line)?;
    let file = matches.get_one::<PathBuf>("config").cloned();
    let file = file.or_else(|| environment("HOSTREEL_CONFIG").map(PathBuf::from));
    let mut config = match file {
        Some(file) => {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Error::File { file: name.clone(), reason: error.to_string() })?;
            from_file(&text, &name)?
        }
        None => Config::default(),
    };
    for setting in settings::all() {
        let variable = setting.variable();
        if let Some(text) = environment(&variable) {
            let values = match setting.kind {
                Kind::List => {
                    text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(Into::into).collect()
                }
                Kind::One | Kind::Switch => vec![text],
            };
            take(&mut config, setting, &values, &variable)?;
        }
        if let Some(values) = matches.get_many::<String>(setting.name) {
            let values: Vec<String> = values.cloned().collect();
            take(&mut config, setting, &values, &format!("--{}", setting.name))?;
        }
    }
    let format =
        matches.get_one::<String>("log-format").cloned().or_else(|| environment("HOSTREEL_LOG_FORMAT"));
    let log_format = match format.as_deref() {
        None | Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        Some(other) => {
            let (place, allowed) = ("log-format".into(), "text or json".into());
            return Err(Error::Value { place, shown: format!("{other:?}"), allowed });
        }
    };
    config.check()?;
    Ok(Arguments { config, log_format, print_config: matches.get_flag("print-config") })
}

/// The settings of a file's text.
///
/// # Errors
/// [`Error`] that names the file and the key.
pub(crate) fn from_file(text: &str, file: &str) -> Result<Config, Error> {
    let wrong = |reason: String| Error::File { file: file.to_owned(), reason };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let mut config = Config::default();
    for (key, value) in table {
        let Some(setting) = settings::all().find(|setting| setting.name == key) else {
            let near = settings::all().map(|setting| (strsim::jaro(setting.name, &key), setting.name));
            let nearest =
                near.max_by(|(one, _), (other, _)| one.total_cmp(other)).map_or("", |(_, name)| name);
            return Err(wrong(format!("there is no setting {key:?}; did you mean {nearest:?}?")));
        };
        let values = match value {
            toml::Value::Array(values) if setting.kind == Kind::List => values.iter().map(plain).collect(),
            one => plain(&one).map(|one| vec![one]),
        };
        let Some(values) = values else {
            return Err(wrong(format!(
                "{key} is a text, a number, true or false{}",
                match setting.kind {
                    Kind::List => ", or a list of them",
                    Kind::One | Kind::Switch => "",
                }
            )));
        };
        take(&mut config, setting, &values, &format!("{file}: {key}"))?;
    }
    Ok(config)
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn take(config: &mut Config, setting: &Setting, values: &[String], place: &str) -> Result<(), Error> {
    (setting.set)(config, values).map_err(|allowed| {
        let shown = if setting.is_secret { "this value".into() } else { format!("{:?}", values.join(",")) };
        Error::Value { place: place.to_owned(), shown, allowed }
    })
}

fn command() -> Command {
    let mut command = Command::new("signal-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Signaling for meetings that only the host records. No media passes through this server.")
        .after_help(
            "Each setting can also stand in the file of --config (port = 8080) or in the environment \
             (HOSTREEL_PORT); the command line weighs most, then the environment. Lists: repeat the flag; in the \
             environment, separate by commas. A secret may be @FILE. HOSTREEL_LOG sets what is logged (info).",
        )
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("TOML file with settings [env: HOSTREEL_CONFIG]"),
        )
        .arg(
            Arg::new("print-config")
                .long("print-config")
                .action(ArgAction::SetTrue)
                .help("Show the settings that would be used, as such a file and without secrets"),
        )
        .arg(
            Arg::new("log-format")
                .long("log-format")
                .value_name("FORMAT")
                .help("text or json [default: text] [env: HOSTREEL_LOG_FORMAT]"),
        );
    for (heading, group) in settings::GROUPS {
        for setting in *group {
            let help =
                format!("{} [default: {}] [env: {}]", setting.help, setting.default(), setting.variable());
            let argument = Arg::new(setting.name)
                .long(setting.name)
                .value_name(setting.value)
                .help(help)
                .help_heading(*heading);
            command = command.arg(match setting.kind {
                Kind::One => argument.action(ArgAction::Set).allow_hyphen_values(true),
                Kind::List => argument.action(ArgAction::Append).value_delimiter(','),
                Kind::Switch => argument.num_args(0..=1).require_equals(true).default_missing_value("true"),
            });
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::Limits;

    fn from(line: &[&str], environment: &[(&str, &str)]) -> Result<Arguments, Error> {
        let line = std::iter::once("signal-server").chain(line.iter().copied()).map(OsString::from);
        let find = |name: &str| {
            environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        read(line, find)
    }

    #[test]
    fn flags_become_the_config() {
        let config = from(
            &[
                "--port=0",
                "--allow-origin=https://a.example",
                "--allow-origin=https://b.example",
                "--ice-server=turn:t.example?transport=tcp|u|c",
                "--idle-ms=10",
            ],
            &[],
        )
        .unwrap()
        .config;
        assert_eq!(config.port, 0);
        assert_eq!(config.allowed_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(config.ice_servers[0].credential.as_deref(), Some("c"));
        assert_eq!(config.limits, Limits { idle_ms: 10, ..Limits::default() });
    }

    #[test]
    fn the_line_beats_the_environment_and_that_the_file() {
        let file = std::env::temp_dir().join(format!("hostreel-{}.toml", std::process::id()));
        std::fs::write(&file, "port = 1\nrooms = 2\nidle-ms = 300\nallow-origin = [\"https://f.example\"]\n")
            .unwrap();
        let path = file.to_string_lossy().into_owned();
        let environment = [
            ("HOSTREEL_CONFIG", path.as_str()),
            ("HOSTREEL_PORT", "10"),
            ("HOSTREEL_ROOMS", "20"),
            ("HOSTREEL_LOG_FORMAT", "json"),
        ];
        let read = from(&["--port=100", "--tls-self-signed"], &environment).unwrap();
        std::fs::remove_file(file).unwrap();
        let config = read.config;
        assert_eq!((config.port, config.rooms, config.limits.idle_ms), (100, 20, 300));
        assert_eq!(config.allowed_origins, ["https://f.example"]);
        assert!(config.tls.self_signed);
        assert_eq!(read.log_format, LogFormat::Json);
    }

    const SECRET: &str = "--session-secret=0123456789abcdef0123456789abcdef";

    #[test]
    fn errors_name_the_place_and_what_is_allowed() {
        for (line, environment, parts) in [
            (&["--port=70000"][..], &[][..], &["--port", "70000", "from 0 to 65535"][..]),
            (&[], &[("HOSTREEL_IDLE_MS", "soon")], &["HOSTREEL_IDLE_MS", "soon", "from 10 to"]),
            (&["--trusted-proxy=x"], &[], &["--trusted-proxy", "10.0.0.0/8"]),
            (&["--tls-cert=a.pem"], &[], &["tls-cert", "tls-key"]),
            (&["--client-address-header=x-real-ip"], &[], &["trusted-proxy"]),
            (&["--log-format=xml"], &[], &["log-format", "text or json"]),
            (&["--hub=localhost:4222"], &[], &["--hub", "nats://"]),
            (&["--hub=nats://localhost"], &[], &["hub", "session-secret"]),
            (&["--hub-credentials=a.creds"], &[], &["hub-credentials", "hub"]),
            (&["--hub-cert=a.pem"], &[], &["hub-cert", "hub-key"]),
            (&[SECRET, "--hub=nats://a", "--hub-ca=ca.pem"], &[], &["hub-ca", "tls://"]),
            (&["--admin-token=@/nonexistent/file"], &[], &["--admin-token", "/nonexistent/file"]),
            (&["--tls-self-signed=maybe"], &[], &["--tls-self-signed", "true or false"]),
        ] {
            let error = from(line, environment).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{part} not in {error}");
            }
        }
        let error = from(&["--ice-server=turn:t.example|user|"], &[]);
        assert!(error.is_ok());
        let error = from(&["--ice-server=secret|secret"], &[]).unwrap_err().to_string();
        assert!(!error.contains("secret|"), "{error}");
    }

    #[test]
    fn errors_in_a_file_name_the_key() {
        for (text, parts) in [
            ("prot = 1", &["f.toml", "prot", "\"port\""][..]),
            ("port = \"x\"", &["f.toml: port", "from 0 to 65535"]),
            ("port = -1", &["f.toml: port", "-1"]),
            ("port = [1]", &["port is a text, a number"]),
            ("port = ", &["f.toml"]),
        ] {
            let error = from_file(text, "f.toml").unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{part} not in {error}");
            }
        }
    }

    #[test]
    fn help_says_every_default() {
        let help = from(&["--help"], &[]).unwrap_err().to_string();
        for part in
            ["[default: 8080]", "[env: HOSTREEL_PEOPLE_PER_ROOM]", "--address-joins-per-minute", "65536"]
        {
            assert!(help.contains(part), "{part} not in {help}");
        }
    }
}
