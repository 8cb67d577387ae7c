//! Serves the web app.

use std::path::Path;
use std::sync::Arc;
use std::{fmt::Write as _, io};

use warp::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST,
    HeaderName, IF_NONE_MATCH, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use crate::assets::{Asset, Assets, inline_script_hashes};
use crate::http::wrong_method;

const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), \
    picture-in-picture=(self), fullscreen=(self), screen-wake-lock=(self)";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Hostreel</title>\
    <p>The server runs, but the web app was not built into it. Run <code>cargo xtask run</code>.</p></html>";

/// The app with all that its answers need.
pub(crate) struct App {
    assets: Arc<Assets>,
    /// `script-src` sources for the inline scripts of the page.
    script_hashes: String,
    /// Whether browsers are told to come by HTTPS only.
    hsts: bool,
}

impl App {
    /// Loads the app: built in, or from `folder`. With `hsts`, browsers are told to come by HTTPS only.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub(crate) fn load(folder: Option<&Path>, hsts: bool) -> io::Result<Self> {
        let assets = folder.map_or_else(|| Ok(Assets::built_in()), Assets::in_folder)?;
        let mut script_hashes = String::new();
        if let Some(page) = assets.get("index.html") {
            for hash in inline_script_hashes(&String::from_utf8_lossy(&page.bytes)) {
                // Writing to a String does not fail.
                let _ = write!(script_hashes, " {hash}");
            }
        } else {
            tracing::warn!("the web app was not built in");
        }
        Ok(Self { assets: Arc::new(assets), script_hashes, hsts })
    }

    /// Answers a request for a page or file.
    pub(crate) async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return wrong_method();
        }
        let path = path.trim_start_matches('/');
        let is_page = !path.rsplit('/').next().unwrap_or(path).contains('.');
        // The app finds its pages by itself: paths without an extension are its own.
        let name = if is_page { "index.html" } else { path };
        let mut response = if self.assets.get(name).is_some() {
            self.file(name, headers).await
        } else if is_page || name == "index.html" {
            text(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", NOT_BUILT)
        } else {
            text(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "Not found.\n")
        };
        self.secure(&mut response, headers);
        response
    }

    async fn file(&self, name: &str, headers: &HeaderMap) -> Response {
        let Some(asset) = self.assets.get(name) else {
            return text(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "Not found.\n");
        };
        let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let unchanged = known
            .is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag));
        let mut response = if unchanged {
            text(StatusCode::NOT_MODIFIED, asset.content_type, "")
        } else if let Some((encoding, small)) = self.compressed(name, asset, headers).await {
            let mut response = text(StatusCode::OK, asset.content_type, small);
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            response
        } else {
            text(StatusCode::OK, asset.content_type, asset.bytes.clone())
        };
        let headers = response.headers_mut();
        let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        // Weak: the compressed form has the same tag.
        if let Ok(tag) = HeaderValue::from_str(&format!("W/{}", asset.etag)) {
            headers.insert(ETAG, tag);
        }
        response
    }

    /// The smallest form that the client takes, and its name. Without one from the build, it is compressed on a
    /// thread for such work: the first time takes a while.
    async fn compressed(
        &self,
        name: &str,
        asset: &Asset,
        headers: &HeaderMap,
    ) -> Option<(&'static str, Bytes)> {
        let accepts = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
        if accepts_coding(accepts, "br")
            && let Some(brotli) = &asset.brotli
        {
            return Some(("br", brotli.clone()));
        }
        if !accepts_coding(accepts, "gzip") {
            return None;
        }
        let (assets, name) = (Arc::clone(&self.assets), name.to_owned());
        let work = move || assets.get(&name).and_then(Asset::gzip);
        Some(("gzip", tokio::task::spawn_blocking(work).await.ok().flatten()?))
    }

    fn secure(&self, response: &mut Response, request: &HeaderMap) {
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(PERMISSIONS_POLICY),
        );
        // Other windows get no hold of this one (a link that was followed, an opener).
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        if self.hsts {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        if let Ok(policy) = HeaderValue::from_str(&self.content_policy(request)) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }

    fn content_policy(&self, request: &HeaderMap) -> String {
        // 'self' covers websockets in newer browsers only.
        let host = request.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
        let sockets = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
        format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self' 'unsafe-inline'; \
             img-src 'self' blob: data:; media-src 'self' blob: mediastream:; connect-src 'self'{sockets}; \
             worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'",
            self.script_hashes
        )
    }
}

/// Whether a coding is among those accepted (RFC 9110 §12.5.3); `q=0` means not.
fn accepts_coding(accepts: &str, wanted: &str) -> bool {
    accepts.split(',').any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        let is_refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0_f32);
        coding.trim().eq_ignore_ascii_case(wanted) && !is_refused
    })
}

/// A host that can stand in a header: it comes from the request.
pub(crate) fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
}

fn text(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_told_apart() {
        for (accepts, wanted, is) in [
            ("gzip, deflate, br", "br", true),
            ("gzip;q=1.0, BR;q=0.5", "br", true),
            ("gzip, br;q=0", "br", false),
            ("brotli, gzip", "br", false),
            ("", "gzip", false),
        ] {
            assert_eq!(accepts_coding(accepts, wanted), is, "{accepts} {wanted}");
        }
    }
}
