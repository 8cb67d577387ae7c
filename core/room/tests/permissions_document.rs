//! `docs/PERMISSIONS.md` holds the table of the code, to the letter. `HOSTREEL_UPDATE_DOCS=1` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use hostreel_room::permissions::markdown;

const BEGIN: &str = "<!-- table: written by `HOSTREEL_UPDATE_DOCS=1 cargo test -p hostreel-room` -->\n";
const END: &str = "<!-- end of table -->\n";

#[test]
fn the_document_has_the_table_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERMISSIONS.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    if std::env::var_os("HOSTREEL_UPDATE_DOCS").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{}{END}{after}", markdown())).unwrap();
        return;
    }
    assert_eq!(table, markdown());
}
