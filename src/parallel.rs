//! Work on many parts by all processors.

use std::convert::Infallible;
use std::num::NonZero;
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many parts a thread may be ahead: one in hand, and enough to go on with while others are taken.
const AHEAD: usize = 3;

/// Gives each part to `make`, several at a time, and what is made of them to `take`, in the order of the parts. Ends
/// with the first error, of a part or of `take`.
pub fn in_order<P: Send, M: Send, E>(
    parts: impl IntoIterator<Item = Result<P, E>>,
    make: impl Fn(P) -> M + Sync,
    mut take: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E> {
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let make = &make;
        let makers: Vec<(SyncSender<P>, Receiver<M>)> = (0..threads)
            .map(|_| {
                let (give, parts) = sync_channel(AHEAD);
                let (hand_over, done) = sync_channel(AHEAD);
                scope.spawn(move || parts.into_iter().map(make).try_for_each(|made| hand_over.send(made)));
                (give, done)
            })
            .collect();
        let mut in_turn = makers.iter().cycle();
        let (mut next, mut under_way) = (makers.iter().cycle(), 0);
        // A maker that does not answer has panicked, and so will this at its end.
        let mut take_next = || next.next().and_then(|(_, done)| done.recv().ok()).map_or(Ok(()), &mut take);
        for (part, (give, _)) in parts.into_iter().zip(in_turn.by_ref()) {
            let given = give.send(part?);
            if given.is_err() {
                break;
            }
            under_way += 1;
            if under_way > threads * (AHEAD - 1) {
                take_next()?;
                under_way -= 1;
            }
        }
        (0..under_way).try_for_each(|_| take_next())
    })
}

/// All that is made of some parts, in their order; as [`in_order`], where nothing can fail.
pub fn all<P: Send, M: Send>(parts: impl IntoIterator<Item = P>, make: impl Fn(P) -> M + Sync) -> Vec<M> {
    let mut all = Vec::new();
    let take = |made| {
        all.push(made);
        Ok::<_, Infallible>(())
    };
    let Ok(()) = in_order(parts.into_iter().map(Ok), make, take);
    all
}

/// The places of so many things, in parts of so many at a time.
pub fn places(count: usize, at_once: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(at_once).map(move |first| first..(first + at_once).min(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_comes_in_the_order_of_the_parts() {
        for count in [0, 1, 2, 3, 1000] {
            let mut taken = Vec::new();
            let take = |made| {
                taken.push(made);
                Ok::<_, ()>(())
            };
            in_order((0..count).map(Ok), |part| part * 2, take).unwrap();
            assert!(taken.iter().copied().eq((0..count).map(|part| part * 2)), "{taken:?}");
        }
    }

    #[test]
    fn all_places_come_once_in_parts_of_the_same_size_and_a_rest() {
        for count in [0, 1, 2, 3, 4, 1000] {
            let made = all(places(count, 3), Iterator::collect::<Vec<usize>>);
            assert!(made.iter().rev().skip(1).all(|part| part.len() == 3), "{made:?}");
            assert!(made.into_iter().flatten().eq(0..count));
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        let parts = (0..1000).map(|part| if part == 500 { Err("a part") } else { Ok(part) });
        assert_eq!(in_order(parts, |part| part, |_| Ok(())), Err("a part"));
        let take = |made| if made == 10 { Err("taking") } else { Ok(()) };
        assert_eq!(in_order((0..1000).map(Ok), |part| part, take), Err("taking"));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_passed_on() {
        let make = |part: i32| assert!(part < 5, "this is meant");
        let _ = in_order((0..1000).map(Ok::<_, ()>), make, |()| Ok(()));
    }
}
