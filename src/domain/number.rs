//! Numbers of targets: whole numbers stay whole when written.

use serde::{Deserialize, Serialize, Serializer};

/// A finite number; written without a fraction when it has none.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = f64)]
pub struct Number(f64);

impl Number {
    /// The number, or `None` for what is not finite.
    #[must_use]
    pub fn new(value: f64) -> Option<Number> {
        value.is_finite().then_some(Number(value))
    }

    /// The value.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The value as a whole number, if it is one that is exactly held.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked on the same line")]
    pub fn whole(self) -> Option<i64> {
        (self.0.fract() == 0.0 && self.0.abs() < 9e15).then_some(self.0 as i64)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0),
        }
    }
}
