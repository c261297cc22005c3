//! Where events took place.

use super::super::problem::Problem;
use super::All;
use crate::domain::country;

/// Coordinates lie in the country named, by the boxes around it.
pub(super) fn lie_in_their_country(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        let Some(location) = &event.record.location else { continue };
        let (Some(lat), Some(lon)) = (location.lat, location.lon) else { continue };
        let (lat, lon) = (lat.get(), lon.get());
        if !country::may_hold(&location.country, lat, lon) {
            let message = format!("{lat}, {lon} is not in {}", location.country);
            let hint = "`lat` is north and `lon` east, south and west are negative".to_owned();
            problems.push(event.place.problem("location.lat", message, Some(hint)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{EVENT, Seeds};

    #[test]
    fn coordinates_lie_in_the_country_named() {
        for (from, to) in [
            ("lat = 31.2, lon = 121", "lat = 31.2, lon = -121"),
            ("lat = 31.2, lon = 121", "lat = -31.2, lon = 121"),
            ("country = \"CN\"", "country = \"US\""),
        ] {
            let mut seeds = Seeds::valid();
            seeds.edit(EVENT, from, to);
            seeds.expect(&[&format!("{EVENT}:29:76 location.lat")]);
        }
    }
}
