//! How many connections each network has open, before any request on them is read.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;

use crate::client_address::network;

/// Everybody who is connected at one listening socket, without those whose connection became a websocket.
#[derive(Debug)]
pub(crate) struct Crowd {
    /// Most connections of one network at a time.
    most: usize,
    /// Proxies: they speak for many.
    trusted: Vec<IpNet>,
    present: Mutex<HashMap<IpAddr, usize>>,
}

impl Crowd {
    pub(crate) fn new(most: usize, trusted: Vec<IpNet>) -> Self {
        Self { most, trusted, present: Mutex::default() }
    }

    /// Counts a connection; `None` when its network has as many as it may have.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Present> {
        let address = address.to_canonical();
        if self.trusted.iter().any(|proxies| proxies.contains(&address)) {
            return Some(Present { counted: None });
        }
        let network = network(address);
        let mut present = self.present();
        let count = present.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Present { counted: Some((Arc::clone(self), network)) })
    }

    fn present(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection. Dropping it makes room for another.
#[derive(Debug)]
#[must_use]
pub(crate) struct Present {
    counted: Option<(Arc<Crowd>, IpAddr)>,
}

impl Drop for Present {
    fn drop(&mut self) {
        let Some((crowd, network)) = &self.counted else { return };
        let mut present = crowd.present();
        if let Some(count) = present.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                present.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_does_not_take_all_places() {
        let crowd = Arc::new(Crowd::new(2, vec!["10.0.0.0/8".parse().unwrap()]));
        let enter = |address: &str| crowd.enter(address.parse().unwrap());
        let first = enter("2001:db8::1").unwrap();
        let _second = enter("2001:db8::2").unwrap();
        assert!(enter("2001:db8::3").is_none(), "the same /64");
        assert!(enter("2001:db8:0:1::1").is_some());
        let proxied: Vec<_> = (0..5).map(|_| enter("::ffff:10.1.1.1")).collect();
        assert!(proxied.iter().all(Option::is_some), "a proxy speaks for many");
        drop(first);
        assert!(enter("2001:db8::3").is_some());
        drop((_second, proxied));
        assert!(crowd.present().is_empty(), "who is gone costs nothing");
    }
}
