//! Which address a request comes from, also behind reverse proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use warp::http::HeaderMap;

use crate::Proxies;

/// The client's address. Headers count only from a trusted proxy, and only the configured one: anybody can send any.
pub(crate) fn client_address(peer: SocketAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let peer = peer.ip().to_canonical();
    let is_trusted = |address: IpAddr| proxies.trusted.iter().any(|network| network.contains(&address));
    let Some(header) = proxies.header.as_deref().filter(|_| is_trusted(peer)) else {
        return peer;
    };
    let values = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut client = peer;
    // From the nearest proxy outwards: what a client wrote itself stands at the far end.
    for hop in hops.iter().rev() {
        let text = if header == "forwarded" { forwarded_for(hop) } else { Some(*hop) };
        let Some(address) = text.and_then(parse) else { break };
        client = address;
        if !is_trusted(address) {
            break;
        }
    }
    client
}

/// The `for` of one element of `Forwarded` (RFC 7239 §4).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

/// An address with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()));
    address.map(|address| address.to_canonical())
}

/// What limits count by: an IPv4 address, or the /64 of an IPv6 address, which is what one customer gets at least.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warp::http::{HeaderName, HeaderValue};

    fn address(peer: &str, header: Option<&str>, lines: &[(&str, &str)]) -> String {
        let proxies = Proxies {
            trusted: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()],
            header: header.map(Into::into),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_s_configured_header_counts() {
        const XFF: &str = "x-forwarded-for";
        let line = [(XFF, "203.0.113.9")];
        assert_eq!(address("10.1.1.1:9", Some(XFF), &line), "203.0.113.9");
        assert_eq!(address("10.1.1.1:9", None, &line), "10.1.1.1");
        assert_eq!(address("10.1.1.1:9", Some("x-real-ip"), &line), "10.1.1.1");
        assert_eq!(address("198.51.100.1:9", Some(XFF), &line), "198.51.100.1");
        assert_eq!(address("[::ffff:10.1.1.1]:9", Some(XFF), &line), "203.0.113.9");
    }

    #[test]
    fn what_the_client_wrote_itself_does_not_count() {
        const XFF: &str = "x-forwarded-for";
        for (lines, wanted) in [
            (&[(XFF, "1.1.1.1, 203.0.113.9, 10.2.2.2")][..], "203.0.113.9"),
            (&[(XFF, "1.1.1.1"), (XFF, "203.0.113.9:55")], "203.0.113.9"),
            (&[(XFF, "10.3.3.3, 10.2.2.2")], "10.3.3.3"),
            (&[(XFF, "1.1.1.1, junk")], "10.1.1.1"),
            (&[(XFF, "")], "10.1.1.1"),
        ] {
            assert_eq!(address("10.1.1.1:9", Some(XFF), lines), wanted, "{lines:?}");
        }
        for (value, wanted) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("for=1.1.1.1, For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=unknown", "10.1.1.1"),
        ] {
            assert_eq!(address("10.1.1.1:9", Some("forwarded"), &[("forwarded", value)]), wanted, "{value}");
        }
    }

    #[test]
    fn ipv6_counts_by_64_bits() {
        for (address, wanted) in [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(network(address.parse().unwrap()), wanted.parse::<IpAddr>().unwrap());
        }
    }
}
