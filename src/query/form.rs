//! What the form of an answer makes of its query.

/// How many records an answer holds where `limit` is left out, and in which order they come where `sort` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// A page, in the resource's own order.
    Page,
    /// The whole result, in the resource's own order.
    Whole,
    /// A page, last updated first.
    News,
}

/// What a form of answers can express.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Its name, to say what it lacks.
    pub name: &'static str,
    /// How much an answer holds.
    pub extent: Extent,
    /// Whether `fields` can choose what is shown of a record.
    pub keyed: bool,
    /// Whether anything can stand beside the records.
    pub beside: bool,
    /// Whether it can begin with a byte order mark.
    pub marked: bool,
}

impl Form {
    /// JSON, which can express everything.
    pub const JSON: Form = Form { name: "json", extent: Extent::Page, keyed: true, beside: true, marked: false };
}
