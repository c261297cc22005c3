//! The tables of each resource: its fields, its orders, its periods, and the keys of its records.

use super::{FieldSpec, KeyType, Kind, Part, Property, Resource, SortSpec, ValueType};
use crate::domain::vocab::{
    ActorKind, CommitmentKind, Confidence, EventStatus, EventType, Level, Mode, Party, Role, Side, Status, Topic,
    Vocabulary as _,
};
use crate::query::groups::{Counting, Period, PeriodSpec};

macro_rules! fields {
    ($(#[$meta:meta])* $name:ident, $table:ident: $(
        $variant:ident = $key:literal, $values:expr, [$($flag:ident)*], $zh:literal, $example:literal, $meaning:literal;
    )+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $meaning] $variant,)+ }

        /// The rows of the field table.
        const $table: &[FieldSpec<$name>] = &[$(FieldSpec {
            field: $name::$variant,
            key: $key,
            values: $values,
            many: flag!(many $($flag)*),
            optional: flag!(optional $($flag)*),
            counting: Counting { facet: flag!(facet $($flag)*), grouping: flag!(grouping $($flag)*) },
            meaning: $meaning,
            zh: $zh,
            example: $example,
        },)+];

        impl $name {
            /// Every field.
            pub const ALL: &[$name] = &[$($name::$variant),+];
        }
    };
}

macro_rules! flag {
    (many many $($rest:ident)*) => { true };
    (optional optional $($rest:ident)*) => { true };
    (facet facet $($rest:ident)*) => { true };
    (grouping grouping $($rest:ident)*) => { true };
    ($want:ident $other:ident $($rest:ident)*) => { flag!($want $($rest)*) };
    ($want:ident) => { false };
}

macro_rules! sorts {
    ($(#[$meta:meta])* $name:ident, $table:ident: $( $variant:ident = $key:literal, [$($type:ident)+], $zh:literal, $meaning:literal; )+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = $meaning] $variant,)+ }

        /// The rows of the table of sorts.
        const $table: &[SortSpec<$name>] =
            &[$(SortSpec { sort: $name::$variant, key: $key, meaning: $meaning, zh: $zh, keys: &[$(KeyType::$type),+] },)+];
    };
}

/// Events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Events;
/// Actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actors;
/// Commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitments;

fields! {
    /// What events can be filtered by.
    EventField, EVENT_FIELDS:
    Id = "id", ValueType::Id(Kind::Events), [], "编号", "2021-02-10-biden-xi-call", "The event's id.";
    Type = "type", ValueType::Words(EventType::WORDS), [facet grouping], "类型", "summit", "What kind of event it is.";
    Level = "level", ValueType::Words(Level::WORDS), [facet grouping], "级别", "leaders", "The rank of the contact.";
    Status = "status", ValueType::Words(EventStatus::WORDS), [facet grouping], "状态", "occurred", "Whether it took place.";
    Mode = "mode", ValueType::Words(Mode::WORDS), [optional facet grouping], "形式", "phone", "How the sides met.";
    Bilateral = "bilateral", ValueType::Boolean, [facet], "双边", "true", "Whether both sides took part in it.";
    Contested = "contested", ValueType::Boolean, [facet], "存在争议", "true", "Whether the sides' accounts contradict each other.";
    Confidence = "confidence", ValueType::Words(Confidence::WORDS), [facet], "可信度", "verified", "How far the sources bear it out.";
    Topic = "topic", ValueType::Words(Topic::WORDS), [many optional facet grouping], "主题", "methane", "What it is about.";
    Actor = "actor", ValueType::Id(Kind::Actors), [many optional facet grouping], "参与者", "xie-zhenhua", "Who took part. `actor`, `side` and `role` without a modifier are met by one and the same participant.";
    Side = "side", ValueType::Words(Side::WORDS), [many optional facet grouping], "所属方", "US", "The side of at least one participant; `side.all=US,CN` for both.";
    Role = "role", ValueType::Words(Role::WORDS), [many optional facet], "角色", "host", "What a participant was in the event.";
    Commitment = "commitment", ValueType::Id(Kind::Commitments), [many optional facet], "承诺", "us-paris-agreement", "A commitment that it names.";
    Country = "country", ValueType::Country, [optional facet grouping], "国家", "US", "The country where it took place (ISO 3166-1 alpha-2).";
    Year = "year", ValueType::Year, [facet grouping], "年份", "2021", "The year of its first day.";
    From = "from", ValueType::FirstDay, [], "起始日期", "2021", "Not over before this day (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, inclusive).";
    To = "to", ValueType::LastDay, [], "截止日期", "2021-06", "Not begun after this day (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, inclusive; a coarse date means its last day).";
    UpdatedSince = "updated_since", ValueType::FirstDay, [], "更新日期不早于", "2026-11-24", "The record was last changed on this day or later.";
    Q = "q", ValueType::Search, [], "全文", "methane", "Full text, English and Chinese, over titles, summaries, names of actors and places: words that must all be there, `\"a phrase\"`, `-word`, `word*`. English words are stemmed, phrases and prefixes are not; Chinese is found from two characters on. What is written together (`US-China`) stands together. A query without a word finds nothing.";
}

fields! {
    /// What actors can be filtered by.
    ActorField, ACTOR_FIELDS:
    Id = "id", ValueType::Id(Kind::Actors), [], "编号", "xie-zhenhua", "The actor's id.";
    Kind = "kind", ValueType::Words(ActorKind::WORDS), [facet], "类别", "person", "What kind of actor it is.";
    Side = "side", ValueType::Words(Side::WORDS), [facet], "所属方", "CN", "Whose side it belongs to.";
    Role = "role", ValueType::Phrase, [], "职务包含", "special envoy", "A phrase in the title of a post, in either language, letter case aside: of any post ever held, or of those held on `as_of` where it is given. `role` and `organisation` are met by one and the same post.";
    Organisation = "organisation", ValueType::Id(Kind::Actors), [many optional facet], "任职机构", "cn-mee", "The body of a post: any post ever held, or those held on `as_of` where it is given.";
    Event = "event", ValueType::Id(Kind::Events), [many optional], "事件", "2021-04-17-shanghai-joint-statement", "An event that it takes part in.";
    UpdatedSince = "updated_since", ValueType::FirstDay, [], "更新日期不早于", "2026-11-24", "The record was last changed on this day or later.";
    Q = "q", ValueType::Search, [], "全文", "envoy", "Full text, English and Chinese, over names and titles of posts: words that must all be there, `\"a phrase\"`, `-word`, `word*`. English words are stemmed, phrases and prefixes are not; Chinese is found from two characters on. What is written together (`US-China`) stands together. A query without a word finds nothing.";
}

fields! {
    /// What commitments can be filtered by.
    CommitmentField, COMMITMENT_FIELDS:
    Id = "id", ValueType::Id(Kind::Commitments), [], "编号", "us-net-zero-2050", "The commitment's id.";
    Party = "party", ValueType::Words(Party::WORDS), [facet], "承诺方", "joint", "Whose commitment it is.";
    Kind = "kind", ValueType::Words(CommitmentKind::WORDS), [facet], "类别", "net-zero", "What it is about.";
    Status = "status", ValueType::Words(Status::WORDS), [facet], "状态", "active", "Where it stands on `as_of`.";
    Topic = "topic", ValueType::Words(Topic::WORDS), [many optional facet], "主题", "methane", "A topic that it touches.";
    TargetYear = "target_year", ValueType::Year, [optional facet], "目标年份", "2030", "The year by which it is promised.";
    Event = "event", ValueType::Id(Kind::Events), [many optional], "事件", "2021-04-17-shanghai-joint-statement", "An event, up to `as_of`, that names it.";
    Actor = "actor", ValueType::Id(Kind::Actors), [many optional facet], "参与者", "xie-zhenhua", "Who took part in an event, up to `as_of`, that names it.";
    UpdatedSince = "updated_since", ValueType::FirstDay, [], "更新日期不早于", "2026-11-24", "The record was last changed on this day or later.";
    Q = "q", ValueType::Search, [], "全文", "carbon", "Full text, English and Chinese, over titles and summaries: words that must all be there, `\"a phrase\"`, `-word`, `word*`. English words are stemmed, phrases and prefixes are not; Chinese is found from two characters on. What is written together (`US-China`) stands together. A query without a word finds nothing.";
}

macro_rules! periods {
    ($field:expr; $($period:ident = $key:literal, [$($flag:ident)*], $zh:literal, $meaning:literal;)+) => {
        &[$(PeriodSpec {
            key: $key,
            field: $field,
            period: Period::$period,
            counting: Counting { facet: flag!(facet $($flag)*), grouping: flag!(grouping $($flag)*) },
            meaning: $meaning,
            zh: $zh,
        },)+]
    };
}

/// The periods that events are counted by: that of the first day, as the year is.
const EVENT_PERIODS: &[PeriodSpec<EventField>] = periods! { EventField::Year;
    Decade = "decade", [facet grouping], "年代", "The ten years of its first day, named by the first of them (`2020`).";
    Quarter = "quarter", [grouping], "季度", "The quarter of its first day (`2021-Q2`); none for a date coarser than a month.";
    Month = "month", [grouping], "月份", "The month of its first day (`2021-04`); none for a date coarser than a month.";
};

sorts! {
    /// What events can be sorted by.
    EventSort, EVENT_SORTS:
    Date = "date", [Text Text], "日期", "The first day, then the last (by the clock of `capital`, where given).";
    Title = "title", [Text], "标题", "The title, folded, in the language of the answer.";
    Type = "type", [Text], "类型", "The type's written word.";
    Updated = "updated", [Text], "更新日期", "The day on which the record was last changed.";
    Relevance = "relevance", [Number], "相关度", "How well it fits `q`, which it needs: best first, and with `-` weakest first. A word in the title counts most, in a name or place more than in the summary.";
}

sorts! {
    /// What actors can be sorted by.
    ActorSort, ACTOR_SORTS:
    Name = "name", [Text], "名称", "The name, folded, in the language of the answer.";
    Events = "events", [Number], "事件数", "How many events the actor takes part in.";
    First = "first", [Text], "首次出现", "The earliest day of its events.";
    Last = "last", [Text], "最近出现", "The latest day of its events.";
    Updated = "updated", [Text], "更新日期", "The day on which the record was last changed.";
    Relevance = "relevance", [Number], "相关度", "How well it fits `q`, which it needs: best first, and with `-` weakest first. A word in the title counts most, in a name or place more than in the summary.";
}

sorts! {
    /// What commitments can be sorted by.
    CommitmentSort, COMMITMENT_SORTS:
    Date = "date", [Text], "日期", "The first day of the history.";
    TargetYear = "target_year", [Number], "目标年份", "The year by which it is promised.";
    StatusSince = "status_since", [Text], "状态起始日", "The first day of the present unbroken status.";
    Title = "title", [Text], "标题", "The title, folded, in the language of the answer.";
    Updated = "updated", [Text], "更新日期", "The day on which the record was last changed.";
    Relevance = "relevance", [Number], "相关度", "How well it fits `q`, which it needs: best first, and with `-` weakest first. A word in the title counts most, in a name or place more than in the summary.";
}

macro_rules! properties {
    ($($key:literal: $kind:literal, $meaning:literal $(=> $($part:literal: $type:literal),+)?;)+) => {
        &[$(Property {
            key: $key,
            kind: $kind,
            meaning: $meaning,
            parts: &[$($(Part { key: $part, kind: $type }),+)?],
        }),+]
    };
}

impl Resource for Events {
    type Field = EventField;
    type Sort = EventSort;
    const KIND: Kind = Kind::Events;
    const FIELDS: &'static [FieldSpec<EventField>] = EVENT_FIELDS;
    const SORTS: &'static [SortSpec<EventSort>] = EVENT_SORTS;
    const PERIODS: &'static [PeriodSpec<EventField>] = EVENT_PERIODS;
    const INCLUDES: &'static [Kind] = &[Kind::Actors, Kind::Commitments, Kind::Events];
    const AS_OF: bool = false;
    const CAPITAL: bool = true;
    const KEYED: bool = false;
    const AS_OF_FIELDS: &'static [EventField] = &[];
    const MADE_ON_A_DAY: bool = false;
    const Q: EventField = EventField::Q;
    const RELEVANCE: EventSort = EventSort::Relevance;
    const BEST_FIRST: bool = true;
    const PROPERTIES: &'static [Property] = properties! {
        "id": "id", "Begins with the date first recorded, and never changes.";
        "date": "date (EDTF)", "The date at the place where it happened; for calls and exchanged papers, Washington's.";
        "start": "day", "The earliest day of `date`.";
        "end": "day", "The latest day of `date`.";
        "precision": "word", "How exactly the date is known: day, month, year or interval.";
        "local_dates": "object or null", "The dates of the two capitals, `US` and `CN`, where they differ." => "US": "date (EDTF)", "CN": "date (EDTF)";
        "type": "word", "What kind of event it is.";
        "level": "word", "The rank of the contact, set by the side of lower rank.";
        "status": "word", "Whether it took place.";
        "mode": "word or null", "How the sides met.";
        "bilateral": "boolean", "Whether both sides took part in it.";
        "title": "text", "A short, neutral title.";
        "summary": "text", "What happened, in two to five sentences.";
        "topics": "list of words", "What it is about.";
        "location": "object or null", "Place, country (ISO 3166-1 alpha-2), `lat` and `lon` in degrees (WGS 84)." => "place": "text", "country": "word", "lat": "number or null", "lon": "number or null";
        "actors": "list of stubs", "Who took part, with role and the post held that day." => "id": "id", "side": "word", "role": "word";
        "commitments": "list of stubs", "The commitments that it names." => "id": "id", "relation": "word";
        "related": "list of stubs", "Related events, both directions, in order of date." => "id": "id", "relation": "word";
        "contested": "boolean", "Whether the sides' accounts contradict each other.";
        "accounts": "list of objects", "What each side said of it, where they differ." => "side": "word", "url": "address";
        "sources": "list of objects", "The texts that bear it out." => "url": "address";
        "confidence": "word", "How far the sources bear it out.";
        "confidence_note": "text or null", "Why there is doubt.";
        "updated": "day", "The day on which the record was last changed.";
        "links": "object", "`self`: the record's address." => "self": "address";
    };
}

impl Resource for Actors {
    type Field = ActorField;
    type Sort = ActorSort;
    const KIND: Kind = Kind::Actors;
    const FIELDS: &'static [FieldSpec<ActorField>] = ACTOR_FIELDS;
    const SORTS: &'static [SortSpec<ActorSort>] = ACTOR_SORTS;
    const PERIODS: &'static [PeriodSpec<ActorField>] = &[];
    const INCLUDES: &'static [Kind] = &[Kind::Actors];
    const AS_OF: bool = true;
    const CAPITAL: bool = false;
    const KEYED: bool = true;
    const AS_OF_FIELDS: &'static [ActorField] = &[ActorField::Role, ActorField::Organisation];
    const MADE_ON_A_DAY: bool = false;
    const Q: ActorField = ActorField::Q;
    const RELEVANCE: ActorSort = ActorSort::Relevance;
    const BEST_FIRST: bool = false;
    const PROPERTIES: &'static [Property] = properties! {
        "id": "id", "Never changes.";
        "kind": "word", "What kind of actor it is.";
        "side": "word", "Whose side it belongs to.";
        "name": "text", "The name in the language of the answer.";
        "names": "object", "The name in both languages, `en` and `zh`." => "en": "text", "zh": "text or null";
        "born": "date (EDTF) or null", "The date of birth.";
        "roles": "list of objects", "Every post recorded: title, organisation, from, to, note." => "organisation": "id or null", "from": "date (EDTF) or null", "to": "date (EDTF) or null";
        "posts": "list of objects", "The posts held on the day asked for." => "organisation": "id or null", "from": "date (EDTF) or null", "to": "date (EDTF) or null";
        "events": "object", "The events that it takes part in: `count` (events), `first` and `last` (days)." => "count": "integer", "first": "day or null", "last": "day or null";
        "sources": "list of objects", "The texts that bear it out." => "url": "address";
        "updated": "day", "The day on which the record was last changed.";
        "links": "object", "`self`: the record's address." => "self": "address";
    };
}

impl Resource for Commitments {
    type Field = CommitmentField;
    type Sort = CommitmentSort;
    const KIND: Kind = Kind::Commitments;
    const FIELDS: &'static [FieldSpec<CommitmentField>] = COMMITMENT_FIELDS;
    const SORTS: &'static [SortSpec<CommitmentSort>] = COMMITMENT_SORTS;
    const PERIODS: &'static [PeriodSpec<CommitmentField>] = &[];
    const INCLUDES: &'static [Kind] = &[Kind::Commitments, Kind::Events];
    const AS_OF: bool = true;
    const CAPITAL: bool = false;
    const KEYED: bool = true;
    const AS_OF_FIELDS: &'static [CommitmentField] = &[];
    const MADE_ON_A_DAY: bool = true;
    const Q: CommitmentField = CommitmentField::Q;
    const RELEVANCE: CommitmentSort = CommitmentSort::Relevance;
    const BEST_FIRST: bool = true;
    const PROPERTIES: &'static [Property] = properties! {
        "id": "id", "Begins with the party, and never changes.";
        "party": "word", "Whose commitment it is.";
        "title": "text", "What is promised, in a line.";
        "summary": "text", "What is promised, by whom, with scope and base, in two to five sentences.";
        "kind": "word", "What it is about.";
        "topics": "list of words", "Topics that it touches.";
        "target": "object or null", "The number promised: metric, comparator, value, value_high, unit, baseline, target_year." => "metric": "text", "comparator": "word", "value": "number or null", "value_high": "number or null", "unit": "text or null", "baseline": "date (EDTF) or null", "target_year": "integer or null";
        "status": "word", "Where it stands on `as_of`: the fold of `history`.";
        "status_since": "day", "The first day of the present unbroken status.";
        "as_of": "day", "The day that the answer speaks of.";
        "history": "list of objects", "What happened to it up to `as_of`: date, change, by, event, note, sources." => "date": "date (EDTF)", "change": "word", "by": "word or null", "event": "id or null";
        "related": "list of stubs", "Related commitments that exist on `as_of`, both directions." => "id": "id", "relation": "word";
        "events": "list of stubs", "The events that name it, up to `as_of`." => "id": "id", "relation": "word";
        "sources": "list of objects", "The texts that bear it out." => "url": "address";
        "updated": "day", "The day on which the record was last changed.";
        "links": "object", "`self`: the record's address." => "self": "address";
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_row() {
        fn keys<R: Resource>(all: &[R::Field]) {
            assert_eq!(all.len(), R::FIELDS.len());
            let mut keys: Vec<_> = R::FIELDS.iter().map(|spec| spec.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), R::FIELDS.len());
            assert!(all.iter().all(|field| R::spec(*field).field == *field));
        }
        keys::<Events>(EventField::ALL);
        keys::<Actors>(ActorField::ALL);
        keys::<Commitments>(CommitmentField::ALL);
    }
}
