//! Reading and writing values; an error says what is allowed.

use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::str::FromStr;

use hostreel_protocol::IceServer;
use secrecy::{ExposeSecret as _, SecretString};
use signal_server::SessionKey;

pub(super) fn one(values: &[String]) -> Result<&str, String> {
    match values {
        [value] => Ok(value),
        _ => Err("one value".into()),
    }
}

pub(super) fn each<T>(values: &[String], read: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    values.iter().map(|value| read(value)).collect()
}

pub(super) fn parsed<T: FromStr>(values: &[String], allowed: &str) -> Result<T, String> {
    one(values)?.parse().map_err(|_| allowed.to_owned())
}

pub(super) fn whole<T: TryFrom<u64>>(values: &[String], range: RangeInclusive<u64>) -> Result<T, String> {
    let number = one(values)?.replace('_', "").parse().ok().filter(|number| range.contains(number));
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| format!("a whole number from {} to {}", range.start(), range.end()))
}

pub(super) fn switch(values: &[String]) -> Result<bool, String> {
    parsed(values, "true or false")
}

pub(super) fn secret(text: &str) -> Result<SecretString, String> {
    let Some(file) = text.strip_prefix('@') else {
        return if text.is_empty() {
            Err("at least one character".into())
        } else {
            Ok(text.to_owned().into())
        };
    };
    match std::fs::read_to_string(file) {
        Ok(content) if !content.trim().is_empty() => Ok(content.trim().to_owned().into()),
        Ok(_) => Err(format!("a file with a secret in it; {file} is empty")),
        Err(error) => Err(format!("a secret, or @FILE with one in it ({file}: {error})")),
    }
}

/// A secret that signs tokens, perhaps behind a key's id: `SECRET`, `KID=SECRET`, `@FILE` or `KID=@FILE`.
pub(super) fn signing_secret(text: &str) -> Result<SecretString, String> {
    match text.split_once("=@") {
        Some((id, file)) if id.bytes().all(|byte| byte != b'@' && byte != b'=') => {
            let secret = secret(&format!("@{file}"))?;
            Ok(format!("{id}={}", secret.expose_secret()).into())
        }
        _ => secret(text),
    }
}

/// A secret that can be guessed makes anybody host.
pub(super) fn session_key(text: &str) -> Result<SessionKey, String> {
    let secret = secret(text)?;
    if secret.expose_secret().len() < 32 {
        return Err("32 random characters or more".into());
    }
    Ok(SessionKey::from_secret(secret.expose_secret()))
}

pub(super) fn shown(secret: &SecretString) -> String {
    secret.expose_secret().to_owned()
}

pub(super) fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(text.to_owned()),
        _ => Err("scheme and host, like https://meet.example.org".into()),
    }
}

pub(super) fn network(text: &str) -> Result<ipnet::IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from));
    network.map_err(|_| "an address like 10.0.0.7 or a network like 10.0.0.0/8".into())
}

pub(super) fn header(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_name { Ok(text.to_lowercase()) } else { Err("a header's name, like x-forwarded-for".into()) }
}

pub(super) fn http_url(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.to_owned())
    } else {
        Err("an address that begins with https:// or http://".into())
    }
}

/// NATS servers; with a password in it, so it can be a file's content, too.
pub(super) fn hub_url(text: &str) -> Result<SecretString, String> {
    let url = secret(text)?;
    let is_good = |one: &str| {
        let rest = one.strip_prefix("nats://").or_else(|| one.strip_prefix("tls://"));
        rest.is_some_and(|rest| !rest.is_empty())
    };
    if url.expose_secret().split(',').all(is_good) {
        Ok(url)
    } else {
        Err("addresses that begin with nats:// or tls://, separated by commas".into())
    }
}

pub(super) fn hub_name(text: &str) -> Result<String, String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !text.is_empty() && text.len() <= 32 && text.bytes().all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("1 to 32 letters, digits, - and _".into())
    }
}

pub(super) fn turn_uri(text: &str) -> Result<String, String> {
    if text.starts_with("turn:") || text.starts_with("turns:") {
        Ok(text.to_owned())
    } else {
        Err("an address that begins with turn: or turns:".into())
    }
}

pub(super) fn ice_server(text: &str) -> Result<IceServer, String> {
    let parts: Vec<&str> = text.split('|').collect();
    let (url, username, credential) = match parts[..] {
        [url] => (url, None, None),
        [url, username, credential] => (url, Some(username.to_owned()), Some(credential.to_owned())),
        _ => return Err("URL or URL|USERNAME|CREDENTIAL".into()),
    };
    if !["stun:", "stuns:", "turn:", "turns:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err("an address that begins with stun:, stuns:, turn: or turns:".into());
    }
    if username.is_none() && url.starts_with("turn") {
        return Err("URL|USERNAME|CREDENTIAL for a TURN server".into());
    }
    Ok(IceServer { urls: vec![url.to_owned()], username, credential })
}

pub(super) fn ice_server_text(server: &IceServer) -> String {
    let mut text = server.urls.join(" ");
    for part in server.username.iter().chain(&server.credential) {
        let _ = write!(text, "|{part}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_hub_are_checked() {
        for text in ["nats://a:4222", "nats://u:p@a:4222,tls://b"] {
            assert!(hub_url(text).is_ok(), "{text}");
        }
        for text in ["", "a:4222", "nats://", "nats://a,", "http://a"] {
            assert!(hub_url(text).is_err(), "{text}");
        }
        assert!(hub_name("hostreel-2").is_ok());
        for text in ["", "a.b", "a b", "*", ">"] {
            assert!(hub_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_signing_secret_may_stand_in_a_file_behind_its_id() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "sec=ret\n").unwrap();
        let at = format!("@{}", file.display());
        for (text, wanted) in [
            ("sec=ret".to_owned(), "sec=ret"),
            ("new=sec=@ret".to_owned(), "new=sec=@ret"),
            (at.clone(), "sec=ret"),
            (format!("new={at}"), "new=sec=ret"),
        ] {
            assert_eq!(signing_secret(&text).unwrap().expose_secret(), wanted, "{text}");
        }
        assert!(signing_secret("new=@/nonexistent/file").is_err());
    }

    #[test]
    fn ice_servers_are_checked() {
        assert!(ice_server("stun:s.example:3478").is_ok());
        for text in ["http://s.example", "turn:t.example", "turn:t|u", ""] {
            assert!(ice_server(text).is_err(), "{text}");
        }
    }
}
