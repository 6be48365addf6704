use crate::{Baggage, Refused, TraceParent, TraceParentError, TraceState, trace_parent::Reason};

/// What a caller in another process sent.
///
/// # Examples
///
/// ```
/// use ah_w3c::{Remote, TraceParent};
///
/// // a message of a queue, whose headers are pairs of bytes
/// let message: [(&str, &[u8]); 2] = [
///     ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
///     ("baggage", b"tenant=7"),
/// ];
/// let values = |name| message.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1);
/// let remote = Remote::read(
///     values("traceparent"),
///     values("tracestate"),
///     values("baggage"),
///     |refused| eprintln!("{refused}"),
/// );
/// let here = remote.parent.map_or_else(|| TraceParent::new_root(true), TraceParent::child);
/// assert!(here.to_string().starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
/// assert_eq!(remote.baggage.get("tenant").as_deref(), Some("7"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Remote {
    /// Whose child the work is, if the caller said so in a way that can be used.
    pub parent: Option<TraceParent>,
    /// What tracing systems say about the parent. Empty without one.
    pub state: TraceState,
    /// What the application of the caller says.
    pub baggage: Baggage,
}

impl Remote {
    /// Reads the three headers, each of which may have come in several fields.
    ///
    /// Each value is used whole or not at all. What is refused is passed to `on_refused`, and is then as if it had not come:
    /// two parents count as none; a bad `tracestate` leaves its parent as it is, and is not looked at without one; one bad
    /// member drops all of the baggage.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::Remote;
    ///
    /// let twice = [b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".as_slice(); 2];
    /// let remote = Remote::read(twice, [], [b"tenant=7".as_slice()], |_| ());
    /// assert_eq!(remote.parent, None);
    /// assert!(!remote.baggage.is_empty());
    /// ```
    pub fn read<'a>(
        parent: impl IntoIterator<Item = &'a [u8]>,
        state: impl IntoIterator<Item = &'a [u8]>,
        baggage: impl IntoIterator<Item = &'a [u8]>,
        mut on_refused: impl FnMut(Refused),
    ) -> Self {
        let parent = used(read_parent(parent), &mut on_refused).flatten();
        let state = parent.map(|_| TraceState::read(state));
        let state = state.and_then(|state| used(state, &mut on_refused));
        let baggage = used(Baggage::read(baggage), &mut on_refused);
        Self {
            parent,
            state: state.unwrap_or_default(),
            baggage: baggage.unwrap_or_default(),
        }
    }
}

fn read_parent<'a>(
    fields: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<TraceParent>, TraceParentError> {
    let mut fields = fields.into_iter();
    match (fields.next(), fields.next()) {
        (None, _) => Ok(None),
        (Some(field), None) => TraceParent::read(field).map(Some),
        (Some(_), Some(_)) => Err(Reason::Repeated.into()),
    }
}

fn used<T>(read: Result<T, impl Into<Refused>>, on_refused: impl FnOnce(Refused)) -> Option<T> {
    read.map_err(|why| on_refused(why.into())).ok()
}
