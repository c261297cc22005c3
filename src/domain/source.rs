//! Where a fact comes from.

use serde::{Deserialize, Serialize};

use super::date::Edtf;
use super::vocab::SourceKind;

/// A text that bears a fact out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The address of the text.
    #[schema(
        format = "uri",
        example = "https://www.state.gov/u-s-china-joint-statement-addressing-the-climate-crisis/"
    )]
    pub url: String,
    /// Who published it.
    pub publisher: String,
    /// The title; null where it was not seen.
    #[schema(required)]
    pub title: Option<String>,
    /// What the text is, where the title is not known.
    #[schema(required)]
    pub about: Option<String>,
    /// The day of publication (EDTF); null where not known.
    #[schema(required, value_type = Option<String>)]
    pub date: Option<Edtf>,
    /// The language of the text (BCP 47).
    #[schema(example = "en")]
    pub lang: String,
    /// What kind of source it is.
    pub kind: SourceKind,
}
