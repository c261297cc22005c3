//! A small data set without faults, for tests to break in one place.

use std::collections::BTreeMap;

use super::{SeedFile, load, write_ndjson};
use crate::domain::dataset::Dataset;

/// The event that uses every key, as `export` writes it.
pub(super) const WRITTEN_EVENT: &str = r#"date = "2021-04-14/2021-04-17"
local_dates = { US = "2021-04-14/2021-04-16", CN = "2021-04-15/2021-04-17" }
type = "joint-statement"
level = "envoys"
status = "cancelled"
mode = "in-person"
bilateral = true
confidence = "single-source"
confidence_note = { en = "One side alone.", zh = "只有一方。" }
updated = "2026-11-24"
title = { en = "A \"joint\" statement", zh = "联合声明" }
summary = { en = "First line.\nSecond line.", zh = "摘要。" }
topics = ["envoys", "methane"]
actors = [
  { id = "joe-biden", role = "participant" },
  { id = "joe-biden", role = "signatory", post = "Vice President" },
  { id = "xi-jinping", role = "host" },
]
commitments = [
  { id = "joint-action", relation = "reaffirms" },
]
related = [
  { id = "2021-02-10-call", relation = "follows-up" },
]
accounts = [
  { side = "CN", says = { en = "It was so.", zh = "是这样。" }, url = "https://example.cn/a" },
]
contested = true
location = { place = { en = "Shanghai", zh = "上海" }, country = "CN", lat = 31.2, lon = 121 }
former_ids = ["2021-04-shanghai"]

[[sources]]
url = "https://example.org/a?b=c#d"
publisher = "State Department"
title = "Joint statement"
date = "2021-04-17"
lang = "en"
kind = "primary"

[[sources]]
url = "http://example.cn/b"
publisher = "新华社"
about = "a report"
lang = "zh"
kind = "news"
"#;

/// A commitment as a line of NDJSON.
pub(super) const LINE: &str = r#"{"id":"us-2030","party":"US","kind":"absolute-reduction","title":{"en":"Minus \"50\"","zh":"减排\u3002"},"summary":{"en":"Half.","zh":"一半。"},"topics":["methane"],"target":{"metric":{"en":"e","zh":"排"},"comparator":"range","value":50,"value_high":52.5e0,"target_year":2030},"updated":"2026-11-24","history":[{"date":"2021-04-22","change":"announced","note":null,"sources":[{"url":"https://example.org/ndc","publisher":"UNFCCC","title":"NDC","lang":"en","kind":"primary"}]}],"sources":[]}"#;

const CALL_EVENT: &str = r#"date = "2021-02-10"
type = "call"
level = "leaders"
confidence = "verified"
updated = "2026-11-24"
title = { en = "Call", zh = "通话" }
summary = { en = "They spoke.", zh = "通话。" }
actors = [{ id = "joe-biden", role = "participant" }]
commitments = [{ id = "joint-action", relation = "announces" }]
related = [{ id = "2021-04-22-summit", relation = "prepares" }]

[[sources]]
url = "https://example.org/call"
publisher = "White House"
about = "a readout"
lang = "en"
kind = "primary"

[[sources]]
url = "https://example.org/news"
publisher = "Reuters"
title = "They spoke"
date = "2021-02-11"
lang = "en"
kind = "news"
"#;

const SUMMIT_EVENT: &str = r#"date = "2021-04-22"
type = "summit"
level = "leaders"
confidence = "unverified"
confidence_note = { en = "Told by one blog.", zh = "仅见于一篇博客。" }
updated = "2026-11-24"
title = { en = "Leaders meet", zh = "领导人会晤" }
summary = { en = "They met.", zh = "会晤。" }

[[sources]]
url = "https://example.org/blog"
publisher = "A blog"
title = "They met"
lang = "en"
kind = "news"
"#;

const BIDEN_ACTOR: &str = r#"kind = "person"
side = "US"
name = { en = "Joe Biden", zh = "乔·拜登" }
born = "1942-11-20"
updated = "2026-11-24"

[[roles]]
title = { en = "President", zh = "总统" }
organisation = "white-house"
from = "2021-01-20"
to = "2025-01-20"

[[roles]]
title = { en = "Vice President", zh = "副总统" }
from = "2009-01-20"
to = "2017-01"
note = { en = "Under Obama.", zh = "奥巴马任内。" }

[[sources]]
url = "https://example.org/biden"
publisher = "White House"
about = "a biography"
lang = "en"
kind = "primary"
"#;

const XI_ACTOR: &str = r#"kind = "person"
side = "CN"
name = { en = "Xi Jinping", zh = "习近平" }
born = "1953"
updated = "2026-11-24"

[[sources]]
url = "https://example.cn/xi"
publisher = "新华社"
about = "a biography"
lang = "zh"
kind = "news"
"#;

const WHITE_HOUSE_ACTOR: &str = r#"kind = "government"
side = "US"
name = { en = "White House", zh = "白宫" }
updated = "2026-11-24"

[[sources]]
url = "https://example.org/white-house"
publisher = "White House"
title = "The White House"
lang = "en"
kind = "primary"
"#;

const JOINT_ACTION: &str = r#"party = "joint"
kind = "process"
title = { en = "Joint action", zh = "联合行动" }
summary = { en = "Both act.", zh = "双方行动。" }
topics = ["climate-cooperation"]
updated = "2026-11-24"

[[history]]
date = "2021-02-10"
change = "announced"
event = "2021-02-10-call"

[[history]]
date = "2022-08"
change = "suspended"
by = "CN"
note = { en = "Broken off.", zh = "中止。" }
sources = [
  { url = "https://example.org/c", publisher = "AP", title = "Off", lang = "en", kind = "news" },
]
"#;

const US_TARGET: &str = r#"party = "US"
kind = "absolute-reduction"
title = { en = "Minus 50-52%", zh = "减排" }
summary = { en = "Half.", zh = "一半。" }
target = { metric = { en = "emissions", zh = "排放" }, comparator = "range", value = 50, value_high = 52.5, unit = "%", baseline = "2005", target_year = 2030 }
related = [
  { id = "joint-action", relation = "part-of" },
  { id = "cn-peak", relation = "mirrors" },
]
updated = "2026-11-24"

[[history]]
date = "2021-04-22"
change = "announced"
sources = [
  { url = "https://example.org/ndc", publisher = "UNFCCC", title = "NDC", lang = "en", kind = "primary" },
]
"#;

const CN_PEAK: &str = r#"party = "CN"
kind = "emissions-peak"
title = { en = "Peak", zh = "达峰" }
summary = { en = "By 2030.", zh = "二〇三〇年前。" }
target = { metric = { en = "emissions", zh = "排放" }, comparator = "by", target_year = 2030 }
updated = "2026-11-24"

[[history]]
date = "2020-09-22"
change = "announced"
sources = [
  { url = "https://example.cn/peak", publisher = "新华社", title = "达峰", lang = "zh", kind = "news" },
]
"#;

pub(super) const EVENT: &str = "events/2021/2021-04-17-shanghai-joint-statement.toml";
pub(super) const CALL: &str = "events/2021/2021-02-10-call.toml";
pub(super) const SUMMIT: &str = "events/2021/2021-04-22-summit.toml";
pub(super) const BIDEN: &str = "actors/joe-biden.toml";
pub(super) const XI: &str = "actors/xi-jinping.toml";
pub(super) const WHITE_HOUSE: &str = "actors/white-house.toml";
pub(super) const JOINT: &str = "commitments/joint-action.toml";
pub(super) const US: &str = "commitments/us-2030.toml";
pub(super) const CN: &str = "commitments/cn-peak.toml";

/// Seed files that a test may break.
pub(super) struct Seeds(BTreeMap<String, String>);

impl Seeds {
    /// Files without a fault.
    pub(super) fn valid() -> Seeds {
        let files = [
            (EVENT, WRITTEN_EVENT),
            (CALL, CALL_EVENT),
            (SUMMIT, SUMMIT_EVENT),
            (BIDEN, BIDEN_ACTOR),
            (XI, XI_ACTOR),
            (WHITE_HOUSE, WHITE_HOUSE_ACTOR),
            (JOINT, JOINT_ACTION),
            (US, US_TARGET),
            (CN, CN_PEAK),
        ];
        Seeds(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into())
    }

    /// Adds a file, or puts another in its place.
    pub(super) fn put(&mut self, path: &str, text: impl Into<String>) {
        self.0.insert(path.to_owned(), text.into());
    }

    pub(super) fn remove(&mut self, path: &str) -> String {
        self.0.remove(path).unwrap()
    }

    /// Changes the one place where a text stands.
    pub(super) fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = self.0.get_mut(path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        *text = text.replace(from, to);
    }

    pub(super) fn files(&self) -> Vec<SeedFile> {
        self.0.iter().map(|(path, text)| SeedFile { path: path.clone(), text: text.clone().into() }).collect()
    }

    /// Every problem, errors and warnings, as `file:line:column key`.
    pub(super) fn places(&self) -> Vec<String> {
        let problems = load(&self.files()).map_or_else(|problems| problems, |loaded| loaded.warnings);
        let place = |line: String| line.split(": ").next().unwrap_or_default().to_owned();
        problems.iter().map(|problem| place(problem.to_string())).collect()
    }

    /// Holds that these places are all that is reported.
    #[track_caller]
    pub(super) fn expect(&self, places: &[&str]) {
        let found = load(&self.files()).map_or_else(|problems| problems, |loaded| loaded.warnings);
        assert_eq!(self.places(), places, "{found:#?}");
    }

    /// A record of the valid files as a line of NDJSON.
    pub(super) fn as_ndjson(&self, path: &str) -> String {
        let dataset = load(&self.files()).unwrap().dataset;
        let dir = tempfile::tempdir().unwrap();
        write_ndjson(&dataset, dir.path()).unwrap();
        let (folder, rest) = path.split_once('/').unwrap();
        let id = rest.rsplit('/').next().unwrap().strip_suffix(".toml").unwrap();
        let lines = std::fs::read_to_string(dir.path().join(format!("{folder}.ndjson"))).unwrap();
        lines.lines().find(|line| line.starts_with(&format!("{{\"id\":\"{id}\""))).unwrap().to_owned()
    }
}

/// The records of the valid files.
pub(super) fn dataset() -> Dataset {
    load(&Seeds::valid().files()).unwrap().dataset
}
