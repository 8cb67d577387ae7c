//! What can go wrong.

use hostreel_protocol::{Action, Code, IdError};

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none.
    #[error("not a server's address: {0}; write http://HOST:PORT or https://HOST:PORT")]
    Address(String),
    /// No connection, or it broke.
    #[error("no connection: {0}")]
    Connection(String),
    /// The server does not let the client in.
    #[error("refused: {} ({})", text, code.as_str())]
    Refused {
        /// Why.
        code: Code,
        /// An English sentence.
        text: String,
        /// What to do next.
        action: Action,
    },
    /// A command, or an HTTP request, was not carried out.
    #[error("denied: {} ({})", code.text(), code.as_str())]
    Denied {
        /// Why.
        code: Code,
    },
    /// The server said goodbye.
    #[error("the server said goodbye: {} ({})", text, code.as_str())]
    Bye {
        /// Why.
        code: Code,
        /// An English sentence.
        text: String,
        /// What to do next.
        action: Action,
        /// Wait so long before coming back, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The connection ended.
    #[error("the connection ended")]
    Closed,
    /// The server said something that this version does not understand.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

impl Error {
    /// The protocol's code, or `internal` where it has none.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Refused { code, .. } | Self::Denied { code } | Self::Bye { code, .. } => *code,
            _ => Code::Internal,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Refused { action, .. } | Self::Bye { action, .. } => *action,
            Self::Connection(_) | Self::Closed => Action::Retry,
            Self::Denied { .. } | Self::Address(_) | Self::Unreadable(_) => Action::Stop,
        }
    }
}

impl From<tokio_tungstenite::tungstenite::Error> for Error {
    fn from(error: tokio_tungstenite::tungstenite::Error) -> Self {
        use tokio_tungstenite::tungstenite::Error as Socket;
        match error {
            Socket::ConnectionClosed | Socket::AlreadyClosed => Self::Closed,
            other => Self::Connection(other.to_string()),
        }
    }
}

impl From<IdError> for Error {
    fn from(error: IdError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
