//! Futures take an id, if a hook wants it.

use std::panic::Location;

use super::{destroy_queue, emission::emit};
use crate::{counters, environment::world::Environment, id::AsyncId, identity::Identity};

/// Gives a future an id and announces it, if a hook wants it.
#[cold]
#[inline(never)]
pub(crate) fn announce<D: 'static>(
    mut subject: Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) -> Identity {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| {
            if hooks.wants(&subject) || counters::is_on() {
                subject.set_id(environment.next_id());
                subject.count();
                emit::init_to(environment, hooks, &subject, location, data);
            }
        });
    });
    if subject.has_id() {
        destroy_queue::settle();
    }
    subject
}

/// As [`announce`], with no data. In words, which stay in registers on both sides of the call.
#[inline]
pub(crate) fn announced(subject: Identity, location: &'static Location<'static>) -> Identity {
    let [word, trigger] = subject.to_words();
    let word = announced_word(word, trigger, subject.ty(), location);
    subject.with_words([word, trigger])
}

#[inline(never)]
fn announced_word(
    word: u64,
    trigger: u64,
    ty: &'static str,
    location: &'static Location<'static>,
) -> u64 {
    let mut subject =
        Identity::resource(AsyncId::NONE, AsyncId::NONE, ty).with_words([word, trigger]);
    announce_plainly(&mut subject, Some(location));
    let [word, _] = subject.to_words();
    word
}

/// As [`announce`], with no data: compiled once.
#[inline]
pub(crate) fn announce_plainly(
    subject: &mut Identity,
    location: Option<&'static Location<'static>>,
) {
    if !emit::announce_quickly(subject, location) {
        *subject = announce(*subject, location, || ());
    } else if subject.has_id() {
        destroy_queue::settle();
    }
}
