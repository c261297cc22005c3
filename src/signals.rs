//! What an operator may tell the running program.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that the server listens to.
pub struct Signals {
    /// SIGHUP: load the seeds anew.
    pub reload: Signal,
    /// SIGTERM or SIGINT: stop.
    pub stop: Stop,
}

/// The signals that end the server.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on: what comes before it is asked for is not lost.
    pub fn listen() -> std::io::Result<Signals> {
        let stop = Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };
        Ok(Signals { reload: signal(SignalKind::hangup())?, stop })
    }
}

impl Stop {
    /// Waits for the next time that the server is told to stop.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
