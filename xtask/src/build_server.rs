//! `cargo xtask build`.

use anyhow::Result;

use crate::{app, tools};

/// Builds the web app and the server with it inside, and prints where the server is.
pub(crate) fn build() -> Result<()> {
    tools::ensure(tools::TO_BUILD)?;
    app::build_app()?;
    println!("{}", app::build_server()?.display());
    Ok(())
}
