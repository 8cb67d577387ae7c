//! The web app's files: built in, or from a folder.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};
use warp::hyper::body::Bytes;

/// What Trunk built. Release builds carry it; debug builds read it when they start.
#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

/// What the build adds to the names of compressed forms.
const BROTLI: &str = ".br";
const GZIP: &str = ".gz";

/// A file of the app.
pub(crate) struct Asset {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: &'static str,
    /// Quoted, ready for the header.
    pub(crate) etag: String,
    /// Its name holds a hash of its content: it never changes.
    pub(crate) immutable: bool,
    /// Compressed by the build.
    pub(crate) brotli: Option<Bytes>,
    gzip: OnceLock<Option<Bytes>>,
}

/// All files, by path without leading slash.
pub(crate) struct Assets(HashMap<String, Asset>);

impl Assets {
    /// The built-in files.
    pub(crate) fn built_in() -> Self {
        let files = Dist::iter().filter_map(|path| {
            let bytes = match Dist::get(&path)?.data {
                std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((path.into_owned(), bytes))
        });
        Self::new(files)
    }

    /// The files of a folder, as they are now.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub(crate) fn in_folder(folder: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                    files.push((name.replace('\\', "/"), Bytes::from(std::fs::read(&path)?)));
                }
            }
        }
        Ok(Self::new(files.into_iter()))
    }

    fn new(files: impl Iterator<Item = (String, Bytes)>) -> Self {
        let (compressed, plain): (Vec<_>, Vec<_>) =
            files.partition(|(path, _)| [BROTLI, GZIP].iter().any(|end| path.ends_with(end)));
        let mut assets: HashMap<_, _> =
            plain.into_iter().map(|(path, bytes)| (path.clone(), Asset::new(&path, bytes))).collect();
        for (path, bytes) in compressed {
            let (name, is_brotli) = path
                .strip_suffix(BROTLI)
                .map_or_else(|| (path.trim_end_matches(GZIP), false), |name| (name, true));
            match assets.get_mut(name) {
                Some(asset) if is_brotli => asset.brotli = Some(bytes),
                Some(asset) => asset.gzip = OnceLock::from(Some(bytes)),
                // Nothing that it would be the compressed form of: a file of its own.
                None => drop(assets.insert(path.clone(), Asset::new(&path, bytes))),
            }
        }
        Self(assets)
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Asset> {
        self.0.get(path)
    }
}

impl Asset {
    fn new(path: &str, bytes: Bytes) -> Self {
        let hash = Sha256::digest(&bytes);
        Self {
            content_type: content_type(path),
            etag: format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16])),
            immutable: is_hashed(path),
            bytes,
            brotli: None,
            gzip: OnceLock::new(),
        }
    }

    /// The content compressed, where that makes it smaller. Takes time on the first call.
    pub(crate) fn gzip(&self) -> Option<Bytes> {
        self.gzip
            .get_or_init(|| {
                let texty = ["text/", "application/", "image/svg"];
                if self.bytes.len() < 1024 || !texty.iter().any(|kind| self.content_type.starts_with(kind)) {
                    return None;
                }
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
                encoder.write_all(&self.bytes).ok()?;
                let small = encoder.finish().ok()?;
                (small.len() < self.bytes.len()).then(|| small.into())
            })
            .clone()
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Trunk's names: `name-0123456789abcdef.js`, `name-0123456789abcdef_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _)) = file.split_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() == 16 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Hashes of a page's inline scripts, as sources for a content security policy (CSP 3 §2.3.1).
pub(crate) fn inline_script_hashes(page: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start..];
        let Some((tag, after)) = rest.split_once('>') else { break };
        let Some((content, after)) = after.split_once("</script>") else { break };
        if !tag.contains(" src=") {
            // The browser hashes the script as parsed, with normalized line ends (HTML §13.2.3.5).
            let content = content.replace("\r\n", "\n");
            hashes.push(format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content))));
        }
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told_apart() {
        for (path, hashed) in [
            ("hostreel-app-0123456789abcdef.js", true),
            ("hostreel-app-0123456789abcdef_bg.wasm", true),
            ("sub/tokens-00ff00ff00ff00ff.css", true),
            ("index.html", false),
            ("mixer-worker.js", false),
            ("snippets/crate-0123456789abcdef/inline0.js", false),
            ("hostreel-0123456789ABCDEF.js", false),
        ] {
            assert_eq!(is_hashed(path), hashed, "{path}");
        }
    }

    #[test]
    fn inline_scripts_are_hashed_and_others_not() {
        let page = "<head><script type=\"module\">alert(1)</script><script src=\"/a.js\"></script></head>";
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(inline_script_hashes(page), ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]);
    }

    #[test]
    fn compressed_forms_of_the_build_belong_to_their_file() {
        let file =
            |name: &str, content: &'static str| (name.to_owned(), Bytes::from_static(content.as_bytes()));
        let files = [file("a.js", "plain"), file("a.js.br", "b"), file("a.js.gz", "g"), file("tape.gz", "t")];
        let assets = Assets::new(files.into_iter());
        let script = assets.get("a.js").unwrap();
        assert_eq!((script.brotli.as_deref(), script.gzip().as_deref()), (Some(&b"b"[..]), Some(&b"g"[..])));
        assert!(assets.get("a.js.br").is_none());
        assert_eq!(assets.get("tape.gz").unwrap().bytes, "t");
    }

    #[test]
    fn compresses_what_gets_smaller() {
        let asset = Asset::new("a.js", vec![b'a'; 5000].into());
        assert!(asset.gzip().unwrap().len() < 100);
        assert!(Asset::new("a.png", vec![0; 5000].into()).gzip().is_none());
        assert!(Asset::new("a.js", vec![b'a'; 50].into()).gzip().is_none());
    }
}
