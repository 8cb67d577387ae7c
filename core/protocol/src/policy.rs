//! What the host chooses for a room.

use serde::{Deserialize, Serialize};

/// What a recording asks of the people in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ConsentPolicy {
    /// Everybody is told. The default.
    #[default]
    Notify,
    /// Everybody is asked, and only what they consent to is recorded.
    Ask,
}

/// What happens when the host is gone for longer than the grace time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Succession {
    /// The earliest co-host becomes host; without one the room waits for the host key. The default.
    #[default]
    Cohost,
    /// The room waits for the host key.
    Wait,
    /// The room ends.
    End,
}

macro_rules! policies {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:literal, $value:expr;)+) => {
        /// What the host chose for the room.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(default)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[cfg_attr(feature = "typescript", ts(optional_fields = false))]
        pub struct Policies {
            $($(#[doc = $doc])+ #[doc = concat!("Default ", $default, ".")] pub $field: $type,)+
        }

        impl Default for Policies {
            fn default() -> Self {
                Self { $($field: $value,)+ }
            }
        }

        /// Some of the policies, to be changed; the others stay.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct PolicyChange {
            $(
                $(#[doc = $doc])+
                #[serde(skip_serializing_if = "Option::is_none")]
                #[cfg_attr(feature = "typescript", ts(optional))]
                pub $field: Option<$type>,
            )+
        }

        impl PolicyChange {
            /// The policies with this change.
            #[must_use]
            pub fn applied_to(&self, policies: &Policies) -> Policies {
                Policies { $($field: self.$field.unwrap_or(policies.$field),)+ }
            }
        }

        impl From<Policies> for PolicyChange {
            fn from(policies: Policies) -> Self {
                Self { $($field: Some(policies.$field),)+ }
            }
        }
    };
}

policies! {
    /// Guests may share their screen.
    guests_share: bool = "true", true;
    /// Guests may write to the chat.
    guests_chat: bool = "true", true;
    /// Guests may raise their hand.
    guests_raise_hand: bool = "true", true;
    /// Nobody new gets in, except the host by key.
    locked: bool = "false", false;
    /// Who comes waits in the lobby until the host or a co-host lets them in.
    lobby: bool = "false", false;
    /// What a recording asks of the people in it.
    consent: ConsentPolicy = "`notify`", ConsentPolicy::Notify;
    /// What happens when the host is gone.
    succession: Succession = "`cohost`", Succession::Cohost;
    /// Who comes late sees what was said in the chat before.
    chat_history: bool = "true", true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_the_rest_as_it_is() {
        let change: PolicyChange = serde_json::from_str(r#"{"lobby":true,"consent":"ask"}"#).unwrap();
        let before = Policies { guests_share: false, ..Policies::default() };
        let after = change.applied_to(&before);
        assert_eq!(after, Policies { lobby: true, consent: ConsentPolicy::Ask, ..before });
        assert_eq!(PolicyChange::from(after.clone()).applied_to(&Policies::default()), after);
    }
}
