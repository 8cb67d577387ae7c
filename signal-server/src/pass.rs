//! What somebody may claim on coming in: by the host key, or by a pass from elsewhere.

use hostreel_protocol::{Code, Hello, Mark, Role};

use crate::SessionKey;

/// Checked claims.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// The role that the pass gives.
    pub(crate) role: Role,
    /// The pass gives the right to record.
    pub(crate) may_record: bool,
    /// A name that counts instead of the one that was given.
    pub(crate) name: Option<String>,
    /// What a ban of its holder holds for.
    pub(crate) marks: Vec<Mark>,
}

impl Default for Pass {
    fn default() -> Self {
        Self { role: Role::Guest, may_record: false, name: None, marks: Vec::new() }
    }
}

impl Pass {
    /// Checks what a `hello` claims, the host key apart.
    pub(crate) fn of(hello: &Hello, key: &SessionKey) -> Result<Self, Code> {
        // No kind of pass is known to this server.
        if hello.token.is_some() {
            return Err(Code::BadToken);
        }
        let mut pass = Self::default();
        if let Some(host_key) = &hello.host_key {
            pass.marks.extend(key.mark(&hello.room, "host key", host_key.as_str()));
        }
        Ok(pass)
    }
}
