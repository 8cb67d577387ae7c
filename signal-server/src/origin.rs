//! Whose pages may use this server.

use warp::http::HeaderMap;
use warp::http::header::{HOST, ORIGIN};

/// Whether the page that sends a request may. Requests without an `Origin` come from no browser's page and pass:
/// browsers send it with every websocket and every `POST`.
pub(crate) fn is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if !allowed.is_empty() {
        return allowed.iter().any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(origin));
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    // A reverse proxy may speak TLS outside and plain text inside, so only host and port have to agree.
    let named = origin.split_once("://").map(|(_, host)| host);
    host.zip(named).is_some_and(|(host, named)| host.eq_ignore_ascii_case(named))
}

/// As [`is_allowed`], for a `GET`: with it, an image or a script of another site's page comes without an `Origin`, and
/// `Sec-Fetch-Site` says so.
pub(crate) fn may_look(headers: &HeaderMap, allowed: &[String]) -> bool {
    let is_foreign = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    is_allowed(headers, allowed) && (!is_foreign || headers.contains_key(ORIGIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "meet.example:8080".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        headers
    }

    #[test]
    fn by_default_the_own_host() {
        for (origin, allowed) in [
            (None, true),
            (Some("http://meet.example:8080"), true),
            (Some("https://MEET.example:8080"), true),
            (Some("http://meet.example"), false),
            (Some("http://evil.example"), false),
            (Some("http://meet.example:8080.evil.example"), false),
            (Some("null"), false),
        ] {
            assert_eq!(is_allowed(&headers(origin), &[]), allowed, "{origin:?}");
        }
    }

    #[test]
    fn a_list_replaces_the_default() {
        let allowed = ["https://app.example/".to_owned()];
        assert!(is_allowed(&headers(Some("https://app.example")), &allowed));
        assert!(!is_allowed(&headers(Some("http://meet.example:8080")), &allowed));
        assert!(!is_allowed(&headers(Some("http://app.example")), &allowed));
    }
    #[test]
    fn what_another_site_puts_into_its_page_is_not_looked_at() {
        for (origin, site, may) in [
            (None, None, true),
            (None, Some("same-origin"), true),
            (None, Some("none"), true),
            (None, Some("cross-site"), false),
            (Some("https://evil.example"), Some("cross-site"), false),
            (Some("https://app.example"), Some("cross-site"), true),
        ] {
            let mut headers = headers(origin);
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            assert_eq!(may_look(&headers, &["https://app.example".into()]), may, "{origin:?} {site:?}");
        }
    }
}
