//! Sends plain HTTP to HTTPS.

use std::convert::Infallible;

use hyper::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use warp::http::header::{HOST, LOCATION};
use warp::http::{HeaderValue, StatusCode};
use warp::reply::Response;

/// Answers every request with the same address on HTTPS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redirect {
    /// The port of HTTPS.
    pub(crate) port: u16,
}

impl Service<Request<Incoming>> for Redirect {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let mut response = Response::default();
        let target = host.and_then(|host| target(host, self.port, path));
        match target.and_then(|target| HeaderValue::from_str(&target).ok()) {
            Some(target) => {
                // 308 keeps the method, so that an API call is not turned into a page view.
                *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
                response.headers_mut().insert(LOCATION, target);
            }
            None => *response.status_mut() = StatusCode::BAD_REQUEST,
        }
        std::future::ready(Ok(response))
    }
}

/// The address on HTTPS, if `host` can be one.
fn target(host: &str, port: u16, path: &str) -> Option<String> {
    let name = match host.rsplit_once(':') {
        Some((name, digits)) if !digits.contains(']') => name,
        _ => host,
    };
    let is_name = !name.is_empty() && crate::app::is_host(name);
    // A path like `//evil.example` stays a path: it comes behind our host.
    is_name.then(|| match port {
        443 => format!("https://{name}{path}"),
        _ => format!("https://{name}:{port}{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_on_the_other_port() {
        for (host, port, path, wanted) in [
            ("meet.example", 443, "/r/a?b", Some("https://meet.example/r/a?b")),
            ("meet.example:80", 8443, "/", Some("https://meet.example:8443/")),
            ("[::1]:8080", 8443, "/", Some("https://[::1]:8443/")),
            ("[::1]", 443, "/", Some("https://[::1]/")),
            ("a/b", 443, "/", None),
            ("", 443, "/", None),
            (":80", 443, "/", None),
        ] {
            assert_eq!(target(host, port, path).as_deref(), wanted, "{host}");
        }
    }
}
