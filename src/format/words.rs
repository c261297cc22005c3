//! What the forms say of themselves, in the language of the answer.

use crate::domain::text::Lang;
use crate::query::Kind;

/// The name of the record.
pub(super) fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "US-China climate timeline",
        Lang::Zh => "中美气候时间线",
    }
}

/// The name of a feed.
pub(super) fn feed_title(kind: Kind, lang: Lang) -> String {
    let records = match (kind, lang) {
        (Kind::Events, Lang::Zh) => "事件",
        (Kind::Actors, Lang::Zh) => "参与者",
        (Kind::Commitments, Lang::Zh) => "承诺",
        (kind, Lang::En) => kind.plural(),
    };
    match lang {
        Lang::En => format!("{}: {records}", title(lang)),
        Lang::Zh => format!("{}：{records}", title(lang)),
    }
}

/// How many of the events that match no calendar can hold.
pub(super) fn left_out(events: u64, lang: Lang) -> String {
    match (events, lang) {
        (0, Lang::En) => "No event is left out.".to_owned(),
        (1, Lang::En) => "1 event that matches is left out, since its date is not known to the day.".to_owned(),
        (_, Lang::En) => {
            format!("{events} events that match are left out, since their dates are not known to the day.")
        }
        (0, Lang::Zh) => "没有略去任何事件。".to_owned(),
        (_, Lang::Zh) => format!("有{events}个符合条件的事件因日期不能精确到日而略去。"),
    }
}

/// Where a commitment stands.
pub(super) fn standing(status: &str, since: &str, as_of: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("As of {as_of}: {status} since {since}"),
        Lang::Zh => format!("截至{as_of}：自{since}起{status}"),
    }
}

/// Whose the texts are, and on which terms they may be used.
pub(super) fn rights(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "CC BY 4.0: the contributors to the US-China climate timeline",
        Lang::Zh => "CC BY 4.0：中美气候时间线的贡献者",
    }
}
