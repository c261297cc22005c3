//! Country codes (ISO 3166-1 alpha-2), for the places of events, and where each country lies.

mod boxes;

use boxes::BOXES;

/// Every assigned code, sorted.
#[rustfmt::skip]
pub const CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB",
    "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY",
    "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX",
    "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK",
    "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS",
    "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR",
    "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA",
    "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE",
    "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM",
    "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG",
    "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF",
    "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY",
    "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

/// The code as held in [`CODES`].
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    CODES.binary_search(&text).ok().map(|index| CODES[index])
}

/// Whether a point lies in one of the boxes around a country.
#[must_use]
pub fn may_hold(code: &str, lat: f64, lon: f64) -> bool {
    let mut boxes = BOXES.iter().filter(|(country, _)| *country == code).map(|(_, sides)| sides.map(f64::from));
    boxes.any(|[west, south, east, north]| (west..=east).contains(&lon) && (south..=north).contains(&lat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_its_boxes() {
        assert!(BOXES.is_sorted_by(|(one, _), (other, _)| one <= other));
        for code in CODES {
            assert!(BOXES.iter().any(|(country, _)| *country == code), "{code}");
        }
        for (code, [west, south, east, north]) in BOXES {
            assert!(CODES.contains(&code) && west < east && south < north, "{code}");
        }
    }

    #[test]
    fn a_place_lies_in_its_country() {
        let places = [
            ("US", 38.9, -77.0),
            ("US", 52.9, 172.9),  // Attu, west of the 180th meridian
            ("US", 21.3, -157.9), // Honolulu
            ("RU", 64.4, -173.2), // Provideniya, east of it
            ("RU", 43.1, 131.9),
            ("FJ", -16.8, -179.9),
            ("FJ", -18.1, 178.4),
            ("NZ", -43.9, -176.5),
            ("FR", 48.9, 2.4),
            ("GF", 4.9, -52.3),
            ("SG", 1.3, 103.8),
        ];
        for (code, lat, lon) in places {
            assert!(may_hold(code, lat, lon), "{code} {lat} {lon}");
        }
        for (code, lat, lon) in [("US", 38.9, 77.0), ("CN", -39.9, 116.4), ("FR", 39.9, -30.0), ("FJ", -18.0, 0.0)] {
            assert!(!may_hold(code, lat, lon), "{code} {lat} {lon}");
        }
        assert!(!may_hold("XX", 0.0, 0.0));
    }
}
