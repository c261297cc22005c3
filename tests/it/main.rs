//! The tests that use the program as its users do: one binary, so that it links once.

mod cost;
mod oracle;
mod readme;
mod standing;
mod support;
mod synthetic;
