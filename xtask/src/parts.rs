//! The app's wasm, cut into the parts of `app-yew/src/parts.rs`, and put into the built page.
//!
//! All parts of a build carry one hash in their names: they fit only each other.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::run;
use crate::{app, paths, tools};

/// Where the page wants the app.
const PLACE: &str = "<!-- app -->";

/// The tools' names for the first page's module and for what loads the others.
const MAIN: &str = "app";
const LINK: &str = "__wasm_split";

/// What browsers of the last three years know, and what the compiler's own default takes for granted.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the app's modules and puts them into the page in `dist`.
pub(crate) fn build(root: &Path, dist: &Path) -> Result<()> {
    let folder = app::target_folder()?.join("hostreel-app");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder)?,
    }
    let cut = folder.join("cut");
    let linked = compile(root)?;
    run(Command::new(tools::tools_folder()?.join("bin/wasm-split-cli"))
        .args(["--target", "web", "--out-name", MAIN])
        .arg(linked)
        .arg(&cut))?;
    let out = folder.join("out");
    run(Command::new(tools::tools_folder()?.join("bin/wasm-bindgen"))
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--remove-name-section"])
        .args(["--remove-producers-section", "--out-name", MAIN, "--out-dir"])
        .arg(&out)
        .arg(cut.join(format!("{MAIN}.wasm"))))?;
    fs::copy(cut.join(format!("{LINK}.js")), out.join(format!("{LINK}.js")))?;
    for part in files(&cut, "wasm")? {
        let name = file_name(&part);
        if name != format!("{MAIN}.wasm") {
            fs::copy(&part, out.join(name))?;
        }
    }
    for module in files(&out, "wasm")? {
        run(Command::new("wasm-opt")
            .arg("-Oz")
            .args(FEATURES)
            .arg(&module)
            .arg("-o")
            .arg(&module)
            .env("PATH", tools::path()?))?;
    }
    publish(&out, dist)
}

/// Compiles the app; gives what the linker made.
fn compile(root: &Path) -> Result<PathBuf> {
    let mut build = Command::new("cargo");
    build.args(["build", "--package", "hostreel-app", "--profile", "wasm-release"]);
    build.args(["--target", "wasm32-unknown-unknown"]).current_dir(root);
    run(paths::hide(&mut build)?)?;
    Ok(app::target_folder()?.join("wasm32-unknown-unknown/wasm-release/hostreel-app.wasm"))
}

/// Gives all files of the app their names, and names them in the page.
fn publish(out: &Path, dist: &Path) -> Result<()> {
    let mut all = files(out, "js")?;
    all.extend(files(out, "wasm")?);
    let mut hasher = DefaultHasher::new();
    for file in &all {
        hasher.write(file_name(file).as_bytes());
        hasher.write(&fs::read(file)?);
    }
    let names: Vec<(String, String)> = all
        .iter()
        .map(|file| file_name(file))
        .map(|name| (published(&name, hasher.finish()), name))
        .map(|(to, from)| (from, to))
        .collect();
    for file in &all {
        let name = file_name(file);
        let (_, to) = names.iter().find(|(from, _)| *from == name).context("each file has its name")?;
        let to = dist.join(to);
        if name.ends_with(".js") {
            fs::write(to, renamed(&fs::read_to_string(file)?, &names))?;
        } else {
            fs::copy(file, to)?;
        }
    }
    let snippets = snippets(out, dist)?;
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?;
    if !html.contains(PLACE) {
        bail!("the page has no {PLACE}");
    }
    let later: Vec<&str> = names.iter().map(|(_, to)| to.as_str()).collect();
    fs::write(page, without_skipped(&html).replace(PLACE, &tags(&later, &snippets)))?;
    Ok(())
}

/// The page without the link that tells Trunk to leave the app to us: it keeps what it skips.
fn without_skipped(html: &str) -> String {
    html.split_inclusive('\n').filter(|line| !line.contains("data-trunk-skip")).collect()
}

/// A file's name in the page's folder. The server and the service worker know by its form that it never changes.
fn published(name: &str, hash: u64) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let (stem, after) = stem.strip_suffix("_bg").map_or((stem, ""), |stem| (stem, "_bg"));
    let stem = stem.trim_start_matches("split_").trim_start_matches('_');
    format!("hostreel-{}-{hash:016x}{after}.{ending}", stem.replace('_', "-"))
}

/// What stands before the name of a file that is loaded. Elsewhere the same name is one between the modules.
const LOADS: &[&str] =
    &["from '", "from \"", "from './", "from \"./", "URL('", "URL(\"", "URL('./", "URL(\"./"];

/// A script that loads the others by their published names.
fn renamed(script: &str, names: &[(String, String)]) -> String {
    names.iter().fold(script.to_owned(), |script, (from, to)| {
        LOADS.iter().fold(script, |script, before| {
            ["'", "\""].iter().fold(script, |script, after| {
                script.replace(&format!("{before}{from}{after}"), &format!("{before}{to}{after}"))
            })
        })
    })
}

/// What the page says of the app: its start, what has to be there for it, and, as a list for the service worker, what
/// comes later.
fn tags(names: &[&str], snippets: &[String]) -> String {
    let is_first = |name: &&&str| name.starts_with("hostreel-app-");
    let ends = |ending: &str| names.iter().filter(is_first).find(|name| name.ends_with(ending)).copied();
    let (script, module) = (ends(".js").unwrap_or_default(), ends(".wasm").unwrap_or_default());
    let mut tags = format!(
        "<script type=\"module\">import init from '/{script}';init({{module_or_path:'/{module}'}});</script>"
    );
    let loads = names.iter().filter(|name| name.ends_with(".js")).map(|name| (*name).to_owned());
    for script in loads.chain(snippets.iter().cloned()) {
        tags += &format!("\n    <link rel=\"modulepreload\" href=\"/{script}\" crossorigin=\"anonymous\" />");
    }
    tags += &format!(
        "\n    <link rel=\"preload\" href=\"/{module}\" crossorigin=\"anonymous\" as=\"fetch\" type=\"application/wasm\" />"
    );
    for part in names.iter().filter(|name| name.ends_with(".wasm") && **name != module) {
        tags += &format!("\n    <meta name=\"hostreel-part\" content=\"/{part}\" />");
    }
    tags
}

/// Copies the scripts that crates bring along; gives their paths in the page's folder.
fn snippets(out: &Path, dist: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let from = out.join("snippets");
    if !from.is_dir() {
        return Ok(found);
    }
    for krate in fs::read_dir(from)? {
        let krate = krate?.path();
        for script in files(&krate, "js")? {
            let path = format!("snippets/{}/{}", file_name(&krate), file_name(&script));
            fs::create_dir_all(dist.join(&path).parent().context("a file has a folder")?)?;
            fs::copy(&script, dist.join(&path))?;
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The files of a folder with an ending, by name.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: u64 = 0x0123_4567_89ab_cdef;

    #[test]
    fn names_say_that_the_files_never_change() {
        assert_eq!(published("app.js", HASH), "hostreel-app-0123456789abcdef.js");
        assert_eq!(published("app_bg.wasm", HASH), "hostreel-app-0123456789abcdef_bg.wasm");
        assert_eq!(published("split_room.wasm", HASH), "hostreel-room-0123456789abcdef.wasm");
        assert_eq!(published("chunk_3.wasm", HASH), "hostreel-chunk-3-0123456789abcdef.wasm");
        assert_eq!(published("__wasm_split.js", HASH), "hostreel-wasm-split-0123456789abcdef.js");
    }

    #[test]
    fn scripts_name_each_other_anew() {
        let names = [("app.js".into(), "a-1.js".into()), ("app_bg.wasm".into(), "a-1_bg.wasm".into())];
        let script = r#"import { initSync } from "./app.js"; new URL('app_bg.wasm', x); ({ "./app.js": 1 })"#;
        let wanted = r#"import { initSync } from "./a-1.js"; new URL('a-1_bg.wasm', x); ({ "./app.js": 1 })"#;
        assert_eq!(renamed(script, &names), wanted);
    }

    #[test]
    fn the_page_names_every_file() {
        let names = ["hostreel-app-1.js", "hostreel-app-1_bg.wasm", "hostreel-room-1.wasm"];
        let tags = tags(&names, &["snippets/a/inline0.js".into()]);
        for name in names.iter().chain(&["snippets/a/inline0.js"]) {
            assert!(tags.contains(&format!("\"/{name}\"")), "{name} in {tags}");
        }
        assert!(tags.contains("module_or_path:'/hostreel-app-1_bg.wasm'"), "{tags}");
    }
}
