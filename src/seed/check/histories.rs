//! The histories of commitments, beside the events that made them.

use super::super::Kind;
use super::super::problem::Problem;
use super::All;
use crate::domain::vocab::{Change, CommitmentRelation};

/// Without a history a commitment would never exist.
pub(super) fn are_not_empty(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments().filter(|commitment| commitment.record.history.is_empty()) {
        let hint = "the first entry says when it was made known";
        let message = "a commitment wants a history".to_owned();
        problems.push(commitment.place.problem("history", message, Some(hint.to_owned())));
    }
}

/// An event that a history names must name the commitment in its turn.
pub(super) fn are_named_by_their_events(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        let id = &commitment.record.id;
        for (index, entry) in commitment.record.history.iter().enumerate() {
            let Some(event) = entry.event.as_ref().and_then(|event| all.whole_event(event)) else { continue };
            if !event.commitments.iter().any(|link| link.id == *id) {
                let message = format!("the event `{}` does not name this commitment", event.id);
                let hint = format!("add `{id}` to the event's `commitments`");
                problems.push(commitment.place.problem(&format!("history[{index}].event"), message, Some(hint)));
            }
        }
    }
}

/// What an event did is not dated before the event, by the clock of either capital.
pub(super) fn do_not_run_ahead_of_their_events(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, entry) in commitment.record.history.iter().enumerate() {
            let Some(event) = entry.event.as_ref().and_then(|event| all.whole_event(event)) else { continue };
            let local = event.local_dates.iter().flat_map(|local| [local.us, local.cn]);
            if local.chain([event.date]).all(|date| entry.date.end() < date.start()) {
                let message = format!("the entry is dated before its event, which began on {}", event.date.start());
                problems.push(commitment.place.problem(&format!("history[{index}].date"), message, None));
            }
        }
    }
}

/// What an event does to a commitment stands in its history, with the event's name.
pub(super) fn hold_what_events_did(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        for (index, link) in event.record.commitments.iter().enumerate() {
            let (changes, Some(commitment)) = (changes(link.relation), all.whole_commitment(&link.id)) else {
                continue;
            };
            // A candidate's promise, or a target foretold, announces what does not exist yet.
            let foretold =
                link.relation == CommitmentRelation::Announces && event.record.date.start() < commitment.first_day();
            let told = commitment.history.iter().any(|entry| {
                // An entry whose event does not exist most likely means this one.
                let this = |id: &String| *id == event.record.id || !all.has(Kind::Event, id);
                entry.event.as_ref().is_some_and(this) && changes.contains(&entry.change)
            });
            if changes.is_empty() || foretold || told {
                continue;
            }
            let words: Vec<String> = changes.iter().map(Change::to_string).collect();
            let message = format!("the event {} `{}`, whose history does not say so", link.relation, link.id);
            let hint =
                format!("an entry of that history with `event = \"{}\"` says {}", event.record.id, words.join(" or "));
            problems.push(event.place.problem(&format!("commitments[{index}].relation"), message, Some(hint)));
        }
    }
}

/// Whether an event with this relation has to be told in the commitment's history.
pub(in crate::seed) fn may_change(relation: CommitmentRelation) -> bool {
    !changes(relation).is_empty()
}

/// What a history says of an event with this relation; nothing where the standing may stay as it was.
///
/// A lapse is no act, so that what weakened or replaced a commitment may also have let it lapse.
fn changes(relation: CommitmentRelation) -> &'static [Change] {
    match relation {
        CommitmentRelation::Announces => &[Change::Announced],
        CommitmentRelation::Formalises => &[Change::Formalised],
        CommitmentRelation::Strengthens => &[Change::Strengthened],
        CommitmentRelation::Weakens => &[Change::Weakened, Change::Lapsed],
        CommitmentRelation::Suspends => &[Change::Suspended],
        CommitmentRelation::Resumes => &[Change::Resumed],
        CommitmentRelation::Supersedes => &[Change::Superseded, Change::Lapsed],
        CommitmentRelation::Withdraws => &[Change::Withdrawn, Change::Lapsed],
        CommitmentRelation::Reaffirms | CommitmentRelation::Implements | CommitmentRelation::Reports => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{CALL, CN, EVENT, JOINT, Seeds};
    use super::*;
    use crate::domain::vocab::Vocabulary as _;

    #[test]
    fn a_commitment_wants_a_history() {
        let mut seeds = Seeds::valid();
        let text = seeds.remove(CN);
        let (record, history) = text.split_once("[[history]]").unwrap();
        let source = history.split("sources = [\n  ").nth(1).unwrap().lines().next().unwrap().trim_end_matches(',');
        seeds.put(CN, record.replace("updated", &format!("sources = [{source}]\nupdated")));
        seeds.expect(&[&format!("{CN}:1:1 history")]);
    }

    #[test]
    fn an_event_of_a_history_names_the_commitment() {
        let mut seeds = Seeds::valid();
        seeds.edit(
            CALL,
            "commitments = [{ id = \"joint-action\", relation = \"announces\"",
            "commitments = [{ id = \"cn-peak\", relation = \"reports\"",
        );
        seeds.expect(&[&format!("{JOINT}:11:9 history[0].event")]);
    }

    #[test]
    fn an_entry_is_not_dated_before_its_event() {
        let mut seeds = Seeds::valid();
        seeds.edit(CALL, "date = \"2021-02-10\"", "date = \"2021-02-11\"");
        seeds.expect(&[&format!("{JOINT}:9:8 history[0].date")]);
        seeds.edit(CALL, "type =", "local_dates = { US = \"2021-02-10\", CN = \"2021-02-11\" }\ntype =");
        seeds.expect(&[]);
        seeds.edit(JOINT, "date = \"2021-02-10\"", "date = \"2021-02\"");
        seeds.expect(&[]);
        // What takes effect later is dated by its effect.
        seeds.edit(JOINT, "date = \"2021-02\"", "date = \"2021-03-01\"");
        seeds.expect(&[]);
    }

    #[test]
    fn a_history_holds_what_events_did() {
        for relation in CommitmentRelation::ALL {
            let mut seeds = Seeds::valid();
            seeds.edit(EVENT, "relation = \"reaffirms\"", &format!("relation = \"{relation}\""));
            let expected = format!("{EVENT}:20:37 commitments[0].relation");
            let expected = if changes(*relation).is_empty() { Vec::new() } else { vec![&*expected] };
            seeds.expect(&expected);
            for change in changes(*relation) {
                let entry =
                    "[[history]]\ndate = \"2021-04-17\"\nevent = \"2021-04-17-shanghai-joint-statement\"\nchange";
                let mut seeds = Seeds::valid();
                seeds.edit(EVENT, "relation = \"reaffirms\"", &format!("relation = \"{relation}\""));
                let text = seeds.remove(JOINT);
                seeds.put(JOINT, format!("{text}\n{entry} = \"{change}\"\n"));
                seeds.expect(&[]);
            }
        }
    }

    #[test]
    fn what_is_foretold_does_not_exist_yet() {
        let mut seeds = Seeds::valid();
        let foretold =
            "{ id = \"joint-action\", relation = \"announces\" }, { id = \"us-2030\", relation = \"announces\" }";
        seeds.edit(CALL, "{ id = \"joint-action\", relation = \"announces\" }", foretold);
        seeds.expect(&[]);
        seeds.edit(CALL, "\"us-2030\", relation = \"announces\"", "\"us-2030\", relation = \"formalises\"");
        seeds.expect(&[&format!("{CALL}:9:94 commitments[1].relation")]);
    }
}
