//! Builds anew when the web app was built anew: the macro that takes it in does not notice new files by itself.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Debug builds read the app when they start. A path that is missing counts as changed, so the first build after
    // the app's takes it in.
    if std::env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none() {
        println!("cargo::rerun-if-changed=../dist");
    }
}
