//! How much one client may ask: so many requests at once, and as many again in each stretch of time.
//!
//! It is told as the IETF's draft has it (draft-ietf-httpapi-ratelimit-headers): `RateLimit-Policy` and `RateLimit`.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// So many requests in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub requests: u32,
    /// In how long.
    pub per: Duration,
}

/// The most clients that are remembered; of more, those that asked least are taken for new ones.
const CLIENTS: u64 = 100_000;

/// The longest that a client is remembered.
const LONGEST: Duration = Duration::from_hours(24 * 365);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Counts what clients ask.
pub(super) struct Limiter {
    rate: Rate,
    begun: Instant,
    /// For each client, when it will have all its requests again, in nanoseconds from the beginning.
    full: moka::sync::Cache<IpAddr, Arc<AtomicU64>>,
}

/// How a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    rate: Rate,
    /// How many requests it has left.
    left: u64,
    /// How long until it has all of them again.
    full_in: Duration,
    /// How long until it has one, if it has none for this request.
    wait: Option<Duration>,
}

impl Limiter {
    pub(super) fn new(rate: Rate) -> Limiter {
        // A client that has asked nothing for that long has all its requests again: it may be forgotten.
        let full = moka::sync::Cache::builder().max_capacity(CLIENTS).time_to_idle(rate.per.min(LONGEST)).build();
        Limiter { rate, begun: Instant::now(), full }
    }

    /// Counts a request of a client.
    pub(super) fn ask(&self, client: IpAddr) -> Quota {
        let full = self.full.get_with(network(client), Arc::default);
        let now = nanos(self.begun.elapsed());
        let mut quota = self.rate.step(0, now).1;
        let _ = full.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full| {
            let (next, stands) = self.rate.step(full, now);
            quota = stands;
            next
        });
        quota
    }
}

impl Rate {
    /// When a client that has all its requests at `full` will have them after one more, if it may ask it, and how it
    /// stands then.
    fn step(self, full: u64, now: u64) -> (Option<u64>, Quota) {
        let each = (nanos(self.per) / u64::from(self.requests)).max(1);
        let most = each.saturating_mul(self.requests.into());
        let next = full.max(now).saturating_add(each);
        let owed = next - now;
        let allowed = owed <= most;
        let owing = if allowed { owed } else { owed - each };
        let quota = Quota {
            rate: self,
            left: (most - owing.min(most)) / each,
            full_in: Duration::from_nanos(owing),
            wait: (!allowed).then(|| Duration::from_nanos(owed - most)),
        };
        (allowed.then_some(next), quota)
    }
}

impl Quota {
    /// Whether nothing was left for this request.
    pub(super) fn is_spent(&self) -> bool {
        self.wait.is_some()
    }

    /// Says how the client stands.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let Quota { rate, left, full_in, wait } = self;
        let policy = format!("\"client\";q={};w={}", rate.requests, seconds(rate.per));
        let limit = format!("\"client\";r={left};t={}", seconds(*full_in));
        let wait = wait.map(|wait| (header::RETRY_AFTER, seconds(wait).to_string()));
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)].into_iter().chain(wait) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Whom an address stands for: of IPv6, a client has a whole network.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Whole seconds, begun ones counted.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_client_may_ask_so_much_at_once_and_as_much_again_in_time() {
        let rate = Rate { requests: 3, per: Duration::from_secs(30) };
        let (mut full, mut left) = (0, Vec::new());
        for _ in 0..3 {
            let (next, quota) = rate.step(full, 100 * SECOND);
            full = next.unwrap();
            left.push((quota.left, seconds(quota.full_in)));
        }
        assert_eq!(left, [(2, 10), (1, 20), (0, 30)]);
        let (next, quota) = rate.step(full, 104 * SECOND);
        assert_eq!((next, quota.left, quota.wait), (None, 0, Some(Duration::from_secs(6))));
        assert_eq!(quota.full_in, Duration::from_secs(26));
        // After ten seconds there is one more, after thirty all.
        assert!(rate.step(full, 110 * SECOND).0.is_some());
        assert_eq!(rate.step(full, 130 * SECOND).1.left, 2);
        assert_eq!(rate.step(full, 1000 * SECOND).1.left, 2);
    }

    #[test]
    fn a_rate_beyond_all_measure_is_no_fault() {
        let rate = Rate { requests: u32::MAX, per: Duration::from_nanos(1) };
        assert!(rate.step(u64::MAX, u64::MAX).1.wait.is_none());
        assert!(Rate { requests: 1, per: Duration::MAX }.step(0, 1).0.is_some());
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
