//! Where connections come in: taken up to a limit, served with timers, and ended without cutting an answer off.
//!
//! The accept loop is our own because `axum::serve` has neither timers nor limits.

mod stream;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use futures_util::FutureExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::{Api, Broken, Connection};
use stream::Stream;

/// What a door lets in.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The longest that a client may take to send its headers.
    pub header_timeout: Duration,
    /// The most connections at once; more wait to be taken.
    pub connections: usize,
}

/// How long to wait after an accept failed, most likely for want of descriptors: the pending connection stays, so
/// trying again at once would spin.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// How long the last connections have for their requests to be read, before those that asked nothing are closed.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// A listener, and what answers there.
pub struct Door {
    listener: TcpListener,
    inside: Inside,
}

/// What becomes of connections.
struct Inside {
    api: Api,
    builder: http1::Builder,
    served: GracefulShutdown,
    connections: Arc<Semaphore>,
}

/// A connection that was taken.
struct Taken {
    stream: TcpStream,
    peer: IpAddr,
    permit: OwnedSemaphorePermit,
}

impl Door {
    /// A door that is shut until it is [`open`](Door::open).
    #[must_use]
    pub fn new(listener: TcpListener, api: Api, bounds: Bounds) -> Door {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(bounds.header_timeout);
        let connections = Arc::new(Semaphore::new(bounds.connections));
        Door { listener, inside: Inside { api, builder, served: GracefulShutdown::new(), connections } }
    }

    /// Takes connections for as long as this is awaited.
    pub async fn open(&self) -> Infallible {
        loop {
            match self.take().await {
                Ok(taken) => self.inside.serve(taken),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                }
            }
        }
    }

    /// Takes the connections that wait already, then no more, and waits until every request is answered.
    pub async fn close(self) {
        let Door { listener, inside } = self;
        match listener.into_std() {
            Ok(listener) => inside.take_waiting(&listener),
            Err(error) => tracing::warn!(%error, "the connections that wait could not be taken"),
        }
        tokio::time::sleep(LAST_WORDS).await;
        tracing::info!(connections = inside.served.count(), "stopping");
        inside.served.shutdown().await;
    }

    async fn take(&self) -> std::io::Result<Taken> {
        let connections = Arc::clone(&self.inside.connections);
        let permit = connections.acquire_owned().await.map_err(std::io::Error::other)?;
        let (stream, peer) = self.listener.accept().await?;
        Ok(Taken { stream, peer: peer.ip(), permit })
    }
}

impl Inside {
    /// Takes what the system has taken already. The runtime may not have heard of it yet, so the system is asked.
    fn take_waiting(&self, listener: &std::net::TcpListener) {
        while let Ok(permit) = Arc::clone(&self.connections).try_acquire_owned() {
            let Ok((stream, peer)) = listener.accept() else { return };
            if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)) {
                self.serve(Taken { stream, peer: peer.ip(), permit });
            }
        }
    }

    fn serve(&self, Taken { stream, peer, permit }: Taken) {
        // Answers are written whole; waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let over = Connection { peer: Some(peer), broken: Broken::default() };
        let stream = Stream::new(stream, over.broken.clone());
        let api = self.api.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            api.clone().answer(request.map(Body::new), over.clone()).map(Ok::<_, Infallible>)
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), service);
        let connection = self.served.watch(connection);
        tokio::spawn(async move {
            // What breaks a connection is the client's affair: it went away, or it spoke no HTTP.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
}
