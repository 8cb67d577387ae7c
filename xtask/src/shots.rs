//! `cargo xtask shots`: the README's pictures.

use std::process::Command;

use anyhow::Result;

use crate::process::run;
use crate::{app, tools};

/// Takes pictures of the real product in a real browser.
pub(crate) fn shots() -> Result<()> {
    tools::ensure(tools::TO_BUILD)?;
    tools::ensure(tools::TO_TEST)?;
    app::build_app()?;
    let server = app::build_server()?;
    run(Command::new("node")
        .arg("shots.js")
        .current_dir(crate::root()?.join("e2e"))
        .env("HOSTREEL_SERVER", server))
}
