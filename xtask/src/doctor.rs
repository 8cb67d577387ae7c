//! `cargo xtask doctor`.

use anyhow::Result;

use crate::tools::{self, TO_BUILD, TO_PACK, TO_TEST};

/// Says what is there and what is missing; with `fix`, installs it.
pub(crate) fn doctor(fix: bool) -> Result<()> {
    let mut missing = 0;
    for (purpose, list) in [("to run", TO_BUILD), ("to pack", TO_PACK), ("to test", TO_TEST)] {
        println!("{purpose}:");
        for tool in list {
            if tool.is_there()? {
                println!("  ✓ {}", tool.name());
            } else {
                missing += 1;
                println!("  ✗ {}\n      {}", tool.name(), tool.command()?);
            }
        }
    }
    if missing == 0 {
        println!("All there.");
    } else if fix {
        tools::ensure(TO_BUILD)?;
        tools::ensure(TO_PACK)?;
        tools::ensure(TO_TEST)?;
    } else {
        println!(
            "`cargo xtask run` and `cargo xtask test` install what they miss; so does `cargo xtask doctor --fix`."
        );
    }
    Ok(())
}
