//! What somebody may claim on coming in: by the host key, or by a pass from elsewhere.

use hostreel_protocol::{Code, Hello, Mark, Millis, Role, RoomId};

use crate::hub::Shared;
use crate::{Grant, SessionKey};

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
    pub(crate) fn of(hello: &Hello, shared: &Shared, now: Millis) -> Result<Self, Code> {
        let key = &shared.session_key;
        let mut pass = match &hello.token {
            Some(token) => {
                let verifier = shared.verifier.as_ref().ok_or(Code::BadToken)?;
                let grant = verifier.verify(token.as_str(), &hello.room, now).map_err(|error| {
                    tracing::info!(%error, "a token is refused");
                    error.code()
                })?;
                Self::granted(grant, &hello.room, key)
            }
            None => Self::default(),
        };
        if let Some(host_key) = &hello.host_key {
            pass.marks.extend(key.mark(&hello.room, "host key", host_key.as_str()));
        }
        if let Some(visitor) = &hello.visitor {
            pass.marks.extend(key.mark(&hello.room, "visitor", visitor.as_str()));
        }
        Ok(pass)
    }

    fn granted(grant: Grant, room: &RoomId, key: &SessionKey) -> Self {
        let mark = |kind: &str, value: &Option<String>| key.mark(room, kind, value.as_deref()?);
        let marks = [mark("login", &grant.identity), mark("pass", &grant.token_id)];
        Self {
            role: grant.role,
            may_record: grant.may_record,
            name: grant.name,
            marks: marks.into_iter().flatten().collect(),
        }
    }
}
