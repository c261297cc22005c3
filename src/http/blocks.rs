//! The sending of answers that are made block by block.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use futures_util::{StreamExt as _, stream};

/// Whether an answer on a connection broke off. Whoever owns the connection gives it along with each request.
#[derive(Debug, Clone, Default)]
pub struct Broken(Arc<AtomicBool>);

impl Broken {
    /// Whether an answer broke off.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Breaks off a body that is made block by block where the making of one takes too long. The client may take as long
/// as it likes over each: a long download is no fault. `broken` is told of anything that breaks the body off.
pub(super) fn bound(body: Body, longest: Duration, broken: Broken) -> Body {
    if body.size_hint().exact().is_some() {
        return body;
    }
    let span = tracing::Span::current();
    let blocks = stream::unfold(Some((body.into_data_stream(), span, broken)), move |rest| async move {
        let (mut blocks, span, broken) = rest?;
        match tokio::time::timeout(longest, blocks.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(block))) => Some((Ok(block), Some((blocks, span, broken)))),
            Ok(Some(Err(error))) => {
                broken.set();
                Some((Err(error), None))
            }
            Err(late) => {
                broken.set();
                span.in_scope(|| tracing::error!("the answer broke off: a block of it took too long"));
                Some((Err(axum::Error::new(late)), None))
            }
        }
    });
    Body::from_stream(blocks)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_block_that_is_not_made_in_time_breaks_the_answer_off() {
        let broken = Broken::default();
        let first = || stream::iter([Ok::<_, std::io::Error>("whole")]);
        let body = bound(Body::from_stream(first()), Duration::from_mins(1), broken.clone());
        assert_eq!(body.collect().await.unwrap().to_bytes(), "whole");
        assert!(!broken.is_set());
        let stuck = Body::from_stream(first().chain(stream::pending()));
        let mut body = bound(stuck, Duration::from_millis(1), broken.clone());
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "whole");
        assert!(body.frame().await.unwrap().is_err());
        assert!(broken.is_set());
    }

    #[tokio::test]
    async fn an_answer_that_is_ready_keeps_its_length() {
        let body = bound(Body::from("ready"), Duration::ZERO, Broken::default());
        assert_eq!(body.size_hint().exact(), Some(5));
    }
}
