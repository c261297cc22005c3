//! tour
pub mod cli;
pub mod clock;
pub mod domain;
pub mod format;
pub mod http;
pub mod query;
pub mod seed;
pub mod serve;
pub mod store;
/// b
pub const BUILD: &str = env!("BUILD_ID");
