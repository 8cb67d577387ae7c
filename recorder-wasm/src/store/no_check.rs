//! This build does not look at the finished file once more.

use super::Store;

impl Store {
    pub(crate) async fn check_index(&self, _: &str) -> Option<(u32, u32)> {
        None
    }
}
