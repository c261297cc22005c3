//! The tests that use the program as its users do: one binary, so that it links once.

mod article;
mod cost;
mod errors;
mod http;
mod lists;
mod oracle;
mod readme;
mod server;
mod standing;
mod support;
mod synthetic;
