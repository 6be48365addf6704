use std::{fmt, sync::Arc};

use http::HeaderName;
use tower_layer::Layer;

use super::ServerService;
use crate::{Refusal, Refusals, refusal::Counters};

/// Answers each request with its id, trace and baggage in [`REQUEST_ID`](crate::REQUEST_ID), [`TRACE`](crate::TRACE)
/// and [`BAGGAGE`](crate::BAGGAGE).
///
/// They are current in the service, in all that carries its context, and in the body of its response with its trailers.
/// An id that did not come is created, and a trace that did not come is started. The response gets the id of the
/// request, unless the service has set that header.
///
/// A value that is not well-formed is refused, and is then as if it had not come. The headers of the request stay as
/// they are: an inner service that reads them itself sees what the caller sent.
///
/// Clones count refusals together.
///
/// # Examples
///
/// ```
/// use ah_tower::{ServerLayer, Trust};
///
/// // behind a gateway that sets request ids; callers are strangers, so their baggage is not used
/// let layer = ServerLayer::new()
///     .baggage(Trust::Ignore)
///     .on_refused(|refusal| eprintln!("{refusal}"));
/// assert_eq!(layer.refusals().request_id, 0);
/// ```
#[derive(Clone)]
pub struct ServerLayer {
    settings: Arc<Settings>,
}

/// Whether what a caller sends is used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Trust {
    /// It is used if it is well-formed.
    #[default]
    Use,
    /// It is not looked at: for a server whose callers are strangers.
    Ignore,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) id_header: HeaderName,
    pub(super) request_ids: Trust,
    pub(super) traces: Trust,
    pub(super) baggage: Trust,
    pub(super) sample_new_traces: bool,
    pub(super) on_refused: Option<Arc<OnRefused>>,
    pub(super) counters: Arc<Counters>,
}

type OnRefused = dyn Fn(Refusal) + Send + Sync;

impl ServerLayer {
    /// Creates a layer that uses what is well-formed, and samples new traces.
    #[must_use]
    pub fn new() -> Self {
        let settings = Settings {
            id_header: HeaderName::from_static(crate::request_id::HEADER),
            request_ids: Trust::Use,
            traces: Trust::Use,
            baggage: Trust::Use,
            sample_new_traces: true,
            on_refused: None,
            counters: Arc::default(),
        };
        Self {
            settings: Arc::new(settings),
        }
    }

    /// Sets the header that has the id of a request: `x-request-id` by default.
    #[must_use]
    pub fn request_id_header(self, header: HeaderName) -> Self {
        self.with(|settings| settings.id_header = header)
    }

    /// Sets whether the request ids of callers are used.
    #[must_use]
    pub fn request_ids(self, trust: Trust) -> Self {
        self.with(|settings| settings.request_ids = trust)
    }

    /// Sets whether the traces of callers are continued: `traceparent` and `tracestate`.
    #[must_use]
    pub fn traces(self, trust: Trust) -> Self {
        self.with(|settings| settings.traces = trust)
    }

    /// Sets whether the baggage of callers is used.
    #[must_use]
    pub fn baggage(self, trust: Trust) -> Self {
        self.with(|settings| settings.baggage = trust)
    }

    /// Sets the `sampled` flag of traces that start here.
    #[must_use]
    pub fn sample_new_traces(self, sampled: bool) -> Self {
        self.with(|settings| settings.sample_new_traces = sampled)
    }

    /// Sets what is called for each header that is not used, with the stores of its request.
    ///
    /// A panic in it is a panic of the service.
    #[must_use]
    pub fn on_refused(self, on_refused: impl Fn(Refusal) + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.on_refused = Some(Arc::new(on_refused)))
    }

    /// Returns how many headers were refused so far, by this layer and its clones.
    #[must_use]
    pub fn refusals(&self) -> Refusals {
        self.settings.counters.read()
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}

impl Default for ServerLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> ServerService<S> {
        ServerService::new(inner, self.settings.clone())
    }
}

impl fmt::Debug for ServerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerLayer").finish_non_exhaustive()
    }
}
