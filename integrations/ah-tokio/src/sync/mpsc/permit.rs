//! Room in a channel that was reserved. A message takes along the stores in force where the permit is used.

use std::{fmt, iter::FusedIterator};

use super::bounded::Sender;
use crate::sync::{context::Envelope, debugs};

/// As [`tokio::sync::mpsc::Permit`].
pub struct Permit<'a, T>(pub(super) tokio::sync::mpsc::Permit<'a, Envelope<T>>);

/// As [`tokio::sync::mpsc::PermitIterator`].
pub struct PermitIterator<'a, T>(pub(super) tokio::sync::mpsc::PermitIterator<'a, Envelope<T>>);

/// As [`tokio::sync::mpsc::OwnedPermit`].
pub struct OwnedPermit<T>(pub(super) tokio::sync::mpsc::OwnedPermit<Envelope<T>>);

impl<T> Permit<'_, T> {
    /// As [`tokio::sync::mpsc::Permit::send`].
    pub fn send(self, value: T) {
        self.0.send(Envelope::new(value));
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.0.next().map(Permit)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> OwnedPermit<T> {
    /// As [`tokio::sync::mpsc::OwnedPermit::send`].
    pub fn send(self, value: T) -> Sender<T> {
        Sender(self.0.send(Envelope::new(value)))
    }

    /// As [`tokio::sync::mpsc::OwnedPermit::release`].
    pub fn release(self) -> Sender<T> {
        Sender(self.0.release())
    }

    /// As [`tokio::sync::mpsc::OwnedPermit::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }

    /// As [`tokio::sync::mpsc::OwnedPermit::same_channel_as_sender`].
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.0.same_channel_as_sender(&sender.0)
    }
}

debugs!(OwnedPermit<T>);

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
