//! Maps of events (RFC 7946).

use serde::Deserialize;

use super::view::Place;

/// The beginning of a map, up to its first feature.
pub(super) const BEGIN: &str = "{\"type\":\"FeatureCollection\",\"features\":[";

/// The end of a map.
pub(super) const END: &str = "]}\n";

/// What a feature needs to know of an event.
#[derive(Deserialize)]
struct Placed {
    id: String,
    location: Option<Place>,
}

/// A feature whose properties are the finished record. The place is the stored record's, whichever keys are shown.
pub(super) fn feature(stored: &str, finished: &str) -> Result<String, serde_json::Error> {
    let placed: Placed = serde_json::from_str(stored)?;
    let geometry = match placed.location.as_ref().and_then(Place::point) {
        // Longitude comes first.
        Some((lat, lon)) => {
            let (lat, lon) = (serde_json::to_string(&lat)?, serde_json::to_string(&lon)?);
            format!("{{\"type\":\"Point\",\"coordinates\":[{lon},{lat}]}}")
        }
        None => "null".to_owned(),
    };
    // Ids are kebab-case, so they need no escapes.
    let id = placed.id;
    Ok(format!("{{\"type\":\"Feature\",\"id\":\"{id}\",\"geometry\":{geometry},\"properties\":{finished}}}"))
}
