//! Who asks, and at what address: the other end of the connection, or what a trusted proxy says of it.
//!
//! Proxies say it in `X-Forwarded-For`, `-Proto` and `-Host`. Those of anybody else are dropped, and so is `Forwarded`:
//! a proxy that writes the one kind hands the other on as its client wrote it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

use super::blocks::Broken;

/// What a request comes over.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// The address of the other end, where there is one.
    pub peer: Option<IpAddr>,
    /// Whether an answer on it broke off.
    pub broken: Broken,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Leaves of what was said about the client only what can be believed, and gives the client's address.
pub(super) fn believe(trusted: &[IpNet], peer: Option<IpAddr>, headers: &mut HeaderMap) -> Option<IpAddr> {
    let peer = peer.map(|peer| peer.to_canonical());
    let by_proxy = peer.is_some_and(|peer| trusts(trusted, peer));
    let client = peer.map(|peer| if by_proxy { client(trusted, peer, headers) } else { peer });
    let (scheme, host) = (last(headers, &X_FORWARDED_PROTO), last(headers, &X_FORWARDED_HOST));
    for name in [X_FORWARDED_FOR, X_FORWARDED_PROTO, X_FORWARDED_HOST, header::FORWARDED] {
        headers.remove(name);
    }
    if by_proxy {
        if let Some(host) = host.and_then(|host| HeaderValue::from_str(&host).ok()) {
            headers.insert(header::HOST, host);
        }
        if scheme.as_deref() == Some("https") {
            headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static("https"));
        }
    }
    client
}

/// The scheme that the client asked by, after [`believe`].
pub(super) fn scheme(headers: &HeaderMap) -> &'static str {
    if headers.contains_key(X_FORWARDED_PROTO) { "https" } else { "http" }
}

fn trusts(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// The address that the first proxy trusted saw: each adds the one that it saw at the end, so what comes before the
/// last one that is not trusted may be made up.
fn client(trusted: &[IpNet], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    let mut client = peer;
    for address in said.into_iter().rev() {
        let Some(address) = address_of(address.trim()) else { return client };
        client = address;
        if !trusts(trusted, client) {
            return client;
        }
    }
    client
}

/// Reads an address, with or without a port.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

/// The last value of a header: what the nearest proxy said.
fn last(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(|value| value.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(said: &[&str]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "2001:db8::/32"].map(|net| net.parse().unwrap()).into();
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append(X_FORWARDED_FOR, line.parse().unwrap());
        }
        client(&trusted, "10.0.0.1".parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_last_address_that_is_not_trusted_is_the_client() {
        assert_eq!(seen(&[]), "10.0.0.1");
        assert_eq!(seen(&["192.0.2.1"]), "192.0.2.1");
        assert_eq!(seen(&["1.2.3.4, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(seen(&["1.2.3.4", "192.0.2.1, 10.2.3.4"]), "192.0.2.1");
        assert_eq!(seen(&["1.2.3.4, 192.0.2.1:5678,[2001:db8::7]:443"]), "192.0.2.1");
        assert_eq!(seen(&["::ffff:192.0.2.1"]), "192.0.2.1");
        assert_eq!(seen(&["[2001:470::1]"]), "2001:470::1");
        assert_eq!(seen(&["10.0.0.9, 10.0.0.8"]), "10.0.0.9");
        // What is no address is nobody's word.
        assert_eq!(seen(&["192.0.2.1, unknown"]), "10.0.0.1");
        assert_eq!(seen(&["192.0.2.1, unknown, 10.0.0.8"]), "10.0.0.8");
        assert_eq!(seen(&[""]), "10.0.0.1");
    }
}
